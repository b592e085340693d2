"""Forms of seminars."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from customers.models import Contact, Customer
from customers.queries.takers import takers
from feedback.enums import ServiceGroup, Tone
from feedback.forms.contacts import offer_contacts
from feedback.forms.heard import about_choices
from feedback.forms.lengths import check_length
from feedback.models import Seminar, SeminarTopic
from portcrm.accounts.models import User
from portcrm.pages.forms import DateInput, EditForm, OnceForm
from portcrm.pages.widgets import RecordChoiceField


class SeminarForm(OnceForm, EditForm):
    class Meta:
        model = Seminar
        fields = ("name_zh", "name_en", "held_on", "starts_at", "place", "host", "state")
        widgets = {"held_on": DateInput(), "starts_at": forms.TimeInput({"type": "time"}, format="%H:%M")}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = takers()
        if self.instance.pk is None:
            self.fields["host"].initial = user.pk
            del self.fields["state"]
        else:
            del self.fields["form_key"]
            self._warn(self.instance.guests.exclude(invited_at=None).count())

    def _warn(self, invited: int) -> None:
        """Whoever was invited does not learn by itself that the day moves or that it is called off."""
        if invited:
            said = ngettext(
                "%(n)s guest is invited already: call them when this changes.",
                "%(n)s guests are invited already: call them when this changes.",
                invited,
            )  # fmt: skip
            for name in ("held_on", "starts_at", "state"):
                self.fields[name].help_text = said % {"n": invited}

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("name_zh") and not cleaned.get("name_en"):
            self.add_error("name_zh", _("Give it a name in one language at least."))
        return cleaned


class TopicForm(OnceForm):
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)

    def __init__(self, *args, seminar: Seminar, user: User, **kwargs):
        super().__init__(*args, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("name_zh") and not cleaned.get("name_en"):
            self.add_error("name_zh", _("Give it a name in one language at least."))
        return cleaned


class GuestForm(forms.Form):
    customer = RecordChoiceField(queryset=Customer.objects.none(), source="customers", label=_("Customer"))
    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("Contact"))

    def __init__(self, *args, seminar: Seminar, user: User, address: str = "", chosen: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        offer_contacts(self, user=user, address=address, chosen=self.data.get("customer") or chosen)


class OpinionForm(OnceForm, GuestForm):
    """What a guest said to a topic."""

    topic = forms.ModelChoiceField(SeminarTopic.objects.none(), label=pgettext_lazy("seminar", "Topic"))
    about = forms.ChoiceField(label=pgettext_lazy("opinion", "About"), choices=about_choices, initial=ServiceGroup.OTHER)
    tone = forms.ChoiceField(label=pgettext_lazy("opinion", "Praise, wish or criticism"), choices=Tone.choices, initial=Tone.WISH)
    text = forms.CharField(label=pgettext_lazy("opinion", "What was said"), widget=forms.Textarea({"rows": 3}))
    field_order = ("topic", "about", "tone", "text", "customer", "contact")

    def __init__(self, *args, seminar: Seminar, **kwargs):
        super().__init__(*args, seminar=seminar, **kwargs)
        self.fields["topic"].queryset = seminar.topics.all()
        self.fields["contact"].required = False

    def clean(self):
        cleaned = super().clean()
        check_length(self, "text", cleaned.get("text"))
        return cleaned


class DecisionForm(OnceForm):
    text = forms.CharField(label=pgettext_lazy("seminar", "What was decided"), max_length=200)
    topic = forms.ModelChoiceField(SeminarTopic.objects.none(), label=pgettext_lazy("seminar", "Topic"), required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"))
    due_on = forms.DateField(label=_("Due on"), widget=DateInput())
    customer = RecordChoiceField(
        queryset=Customer.objects.none(), source="customers", label=_("Customer"), required=False,
        help_text=_("Where it concerns one customer, a follow-up is opened there."),
    )  # fmt: skip

    def __init__(self, *args, seminar: Seminar, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = seminar.topics.all()
        self.fields["owner"].queryset = takers()
        self.fields["customer"].queryset = Customer.objects.visible_to(user)
