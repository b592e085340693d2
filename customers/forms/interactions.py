from django import forms
from django.utils.translation import gettext_lazy as _

from customers.enums import InteractionKind
from customers.models import Channel, Contact, FollowUp, Interaction, OpenProblem
from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.pages.forms import DateInput, OnceForm


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

    first = ("kind", "subject", "summary", "contacts", "outcome", "next_step", "next_step_on")
    further = ("happened_at", "direction", "place", "colleagues", "other_participants", "channel")

    def __init__(self, *args, customer, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("kind", InteractionKind.CALL)
        self.fields["happened_at"].required = False
        self.fields["happened_at"].help_text = _("Empty means now.")
        self.fields["contacts"].queryset = Contact.objects.visible_to(user).present().filter(customer=customer)
        self.fields["colleagues"].queryset = User.objects.colleagues()
        self.fields["channel"].queryset = Channel.objects.active()
        self.fields["channel"].empty_label = _("Not given")

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.first]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.further]

    def clean_happened_at(self):
        return self.cleaned_data["happened_at"] or None

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class FollowUpForm(OnceForm, forms.ModelForm):
    class Meta:
        model = FollowUp
        fields = ("title", "kind", "due_on", "owner", "detail")
        widgets = {"due_on": DateInput(), "detail": forms.Textarea({"rows": 3})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.colleagues()
        self.initial.setdefault("owner", user.pk)
        self.initial.setdefault("due_on", port_today())

    def _post_clean(self) -> None:
        """The service keeps the rules."""


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
