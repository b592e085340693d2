from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.enums import InteractionKind, RemindDays, RepeatUnit
from customers.models import Channel, Contact, FollowUp, Interaction, OpenProblem
from customers.permissions import VIEW_PERSONAL
from customers.queries.takers import takers
from portcrm.clock import port_today
from portcrm.files.kinds import ENDINGS
from portcrm.pages.forms import DateInput, EditForm, ManyFilesField, OnceForm


def remind_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Remind"), required=False, coerce=int, empty_value=None, choices=[("", _("On the day it is due")), *RemindDays.choices]
    )


class InteractionForm(OnceForm, forms.ModelForm):
    """The composer: what took place, with whom, what follows."""

    class Meta:
        model = Interaction
        fields = (
            "kind", "subject", "happened_at", "summary", "contacts", "outcome", "next_step", "next_step_on", "direction", "place",
            "colleagues", "other_participants", "channel",
        )  # fmt: skip
        widgets = {
            "happened_at": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "summary": forms.Textarea({"rows": 3}),
            "next_step_on": DateInput(),
            "contacts": forms.CheckboxSelectMultiple(),
            "colleagues": forms.CheckboxSelectMultiple(),
        }

    files = ManyFilesField(label=_("Files"), required=False, endings=ENDINGS)
    first = ("kind", "subject", "summary")
    follows = ("contacts", "outcome", "next_step", "next_step_on")
    further = ("happened_at", "direction", "place", "colleagues", "other_participants", "channel", "files")

    def __init__(self, *args, customer, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("kind", InteractionKind.CALL)
        self.fields["happened_at"].required = False
        self.fields["happened_at"].help_text = _("Empty means now.")
        self.fields["contacts"].queryset = Contact.objects.visible_to(user).working_for(customer)
        self.fields["colleagues"].queryset = takers()
        self.fields["channel"].queryset = Channel.objects.active()
        self.fields["channel"].empty_label = _("Not given")
        self.fields["summary"].help_text = _("@ and the name of a colleague tells them.")

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What a call needs: how, about what, and what was said."""
        return [self[name] for name in self.first]

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """The rest, folded away but where something stands in it or is wrong."""
        return [
            (label, bound, any(field.errors or (self.is_bound and field.data) for field in bound))
            for label, names in (
                (_("With whom, outcome, next step"), self.follows),
                (_("When, where, who else, channel, files"), self.further),
            )
            for bound in [[self[name] for name in names]]
        ]

    def clean_happened_at(self):
        return self.cleaned_data["happened_at"] or None

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class CorrectionForm(EditForm):
    """What was recorded, put right by its author. Participants and files go beside: they are rows of their own."""

    beside = ("contacts", "colleagues", "files")
    files = ManyFilesField(label=_("More files"), required=False, endings=ENDINGS)

    class Meta:
        model = Interaction
        fields = InteractionForm.Meta.fields
        widgets = InteractionForm.Meta.widgets

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contacts"].queryset = self._people(Contact.objects.visible_to(user))
        self.fields["colleagues"].queryset = takers(*self.instance.colleagues.values_list("pk", flat=True))
        self.fields["channel"].queryset = Channel.objects.in_use_with(self.instance.channel_id)
        self.fields["channel"].empty_label = _("Not given")

    @property
    def edited(self) -> list[str]:
        return [name for name in super().edited if name not in self.beside]

    def _people(self, contacts):
        """Who works there today, and whoever took part: where they work by now is no matter."""
        here = contacts.of_company(self.instance.customer).filter(left_on=None)
        return contacts.filter(Q(pk__in=here.values("pk")) | Q(pk__in=self.instance.contacts.values("pk")))

    @property
    def participants(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.beside}


class FollowUpForm(OnceForm, forms.ModelForm):
    class Meta:
        model = FollowUp
        fields = ("title", "kind", "due_on", "owner", "remind_days", "repeat_unit", "repeat_every", "repeat_until", "detail")
        widgets = {"due_on": DateInput(), "repeat_until": DateInput(), "detail": forms.Textarea({"rows": 3})}
        help_texts = {"repeat_every": _("For example every 2 weeks or every 3 months.")}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = takers()
        self.initial.setdefault("owner", user.pk)
        self.initial.setdefault("due_on", port_today())
        self.fields["remind_days"] = remind_field()
        self.fields["repeat_unit"] = forms.ChoiceField(
            label=_("Repeats"), required=False, choices=[("", _("Once, without repetition")), *RepeatUnit.choices]
        )
        self.fields["repeat_every"].required = False
        self.fields["repeat_every"].widget.attrs |= {"min": 1, "max": 60}

    def clean_repeat_every(self) -> int:
        """Left empty it is every one; a nought was typed by somebody and is refused as what it is."""
        every = self.cleaned_data["repeat_every"]
        return 1 if every is None else every

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("repeat_unit"):
            cleaned |= {"repeat_every": 1, "repeat_until": None}
        return cleaned

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class FollowUpPlanForm(EditForm):
    """Another day, another owner, another reminder."""

    class Meta:
        model = FollowUp
        fields = ("due_on", "owner", "remind_days")
        widgets = {"due_on": DateInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        able = takers(self.instance.owner_id)
        self.fields["owner"].queryset = able.who_may(VIEW_PERSONAL) if self.instance.is_of_a_personal_day else able
        self.fields["owner"].empty_label = None
        self.fields["remind_days"] = remind_field()


class ProblemForm(forms.ModelForm):
    class Meta:
        model = OpenProblem
        fields = ("title", "detail")
        widgets = {"detail": forms.Textarea({"rows": 3})}

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class ResultForm(forms.Form):
    """How something ended."""

    result = forms.CharField(label=_("Result"), required=False, widget=forms.Textarea({"rows": 2}))
