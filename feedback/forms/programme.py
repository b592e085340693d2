"""The form of a programme."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.enums import ContactRole, CustomerStatus, Tier
from feedback import permissions
from feedback.models import Programme
from feedback.services.programmes import FIELDS
from portcrm.accounts.models import User
from portcrm.pages.forms import DateInput, EditForm


class ProgrammeForm(EditForm):
    """Whom, with what, how often. Nothing ticked means everybody."""

    customer_statuses = forms.MultipleChoiceField(
        label=_("Customer status"), choices=CustomerStatus.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all."),
    )  # fmt: skip
    customer_tiers = forms.MultipleChoiceField(
        label=_("Service tier"), choices=Tier.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all."),
    )  # fmt: skip
    contact_roles = forms.MultipleChoiceField(
        label=_("Contact roles"), choices=ContactRole.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all."),
    )  # fmt: skip

    class Meta:
        model = Programme
        fields = FIELDS
        labels = {"name_zh": _("Name in Chinese"), "name_en": _("Name in English")}
        help_texts = {
            "period": _("Contacts have their rest and are asked a few times a year at most: every month is too often for the same people."),
            "next_run_on": _("The wave opens by itself on this day, tomorrow at the earliest; empty: by hand only."),
            "reminders": _("0 to 2; never to somebody who has answered, does not want to be asked or cannot be reached."),
            "remind_after_days": _("5 at least, counted from the day the last mail was sent."),
            "days_open": _("Closes at 18:00 port time of the last day."),
            "owner": _("Signs the mail; takes follow-ups of customers without an account manager."),
            "low_overall_at_most": _("On the scale from 1 to 5."),
            "low_recommend_at_most": _("On the scale from 0 to 10."),
        }
        widgets = {"next_run_on": DateInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.able(permissions.SEND_WAVE, held=[self.instance.owner_id])
        self.fieldsets = (
            (_("What"), ("name_zh", "name_en", "questionnaire", "owner")),
            (_("Whom"), ("customer_statuses", "customer_tiers", "contact_roles")),
            (_("When"), ("period", "next_run_on", "days_open", "is_active")),
            (_("Who has not answered"), ("reminders", "remind_after_days")),
            (_("When a score is low"), ("low_overall_at_most", "low_recommend_at_most")),
        )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("name_zh") and not cleaned.get("name_en"):
            self.add_error("name_zh", _("Give the programme a name in one language at least."))
        return cleaned
