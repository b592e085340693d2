"""Forms of the staff side of a complaint."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from feedback import permissions
from feedback.enums import (
    CLOSED_WITHOUT_ANSWER,
    ClosingWord,
    ComplaintOutcome,
    ComplaintState,
    Complexity,
    ImmediateAction,
    Impact,
    Safety,
)
from feedback.forms.complaint_cargo import ShipmentsField
from feedback.forms.contacts import offer_contacts
from feedback.forms.lengths import check_length
from feedback.models import Complaint
from feedback.queries.channels import service_channels
from feedback.services.complaints import OWN_WORDS
from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.pages.forms import DateInput, EditForm, OnceForm
from portcrm.pages.widgets import RecordChoiceField

DATE = DateInput()


def people_who_answer():
    """Colleagues a complaint can be given to."""
    return User.objects.able(permissions.ANSWER_COMPLAINT)


class ComplaintForm(OnceForm, EditForm):
    """Recording and correcting. Editing an existing case also offers its deadline; its shipments are chosen on a page of their own."""

    shipments = ShipmentsField()
    customer = RecordChoiceField(queryset=Customer.objects.none(), source="customers", label=_("Customer"), required=False)

    class Meta:
        model = Complaint
        fields = (
            "subject", "description", "remedy_sought", "group", "service_item", "dimension", "severity", "vessel", "voyage", "bl_no",
            "berth", "cargo_reference", "customer", "contact", "company_name", "reporter_name", "reporter_email", "reporter_phone",
            "channel", "received_on", "due_on",
        )  # fmt: skip
        widgets = {"received_on": DATE, "due_on": DATE}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = self.data.get("customer") or self.initial.get("customer") or self.instance.customer_id
        address = reverse("feedback:complaint_create")
        offer_contacts(self, user=user, address=address, chosen=chosen, kept=self.instance.contact_id)
        self.fields["channel"].queryset = service_channels()
        self.fields["company_name"].help_text = _("As reported, where the company is not among our customers.")
        self.is_new = self.instance.pk is None
        for name in ("due_on",) if self.is_new else ("received_on", "form_key", "shipments"):
            del self.fields[name]
        if self.is_new:
            self.fields["received_on"].initial = port_today()
            typed = self.data or self.initial
            chosen = self.data.getlist("shipments") if self.data else self.initial.get("shipments", [])
            self.fields["shipments"].offer(user=user, typed=typed, chosen=chosen)
        elif self.instance.is_in_their_own_words:
            for name in OWN_WORDS:
                del self.fields[name]
            self.fields["subject"].help_text = _("What happened stays as the customer wrote it. Write corrections as a note.")
        self.fieldsets = (
            (_("The matter"), ("subject", "description", "remedy_sought", "group", "service_item", "dimension", "severity")),
            (_("The shipment"), ("bl_no", "vessel", "voyage", "berth", "cargo_reference", "shipments")),
            (_("Who complains"), ("customer", "contact", "company_name", "reporter_name", "reporter_email", "reporter_phone")),
            (_("Receipt"), ("channel", "received_on", "due_on")),
        )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("customer") and not cleaned.get("company_name"):
            self.add_error("customer", _("Choose the customer, or write down the company as reported."))
        for name in ("description", "remedy_sought"):
            check_length(self, name, cleaned.get(name))
        if cleaned.get("received_on") and cleaned["received_on"] > port_today():
            self.add_error("received_on", _("This day has not come yet."))
        if cleaned.get("due_on") and cleaned["due_on"] < self.instance.received_on:
            self.add_error("due_on", _("The answer cannot be due before the complaint came."))
        return cleaned


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Give to"))
    due_on = forms.DateField(label=_("Answer due on"), required=False, widget=DATE)

    def __init__(self, *args, complaint: Complaint, **kwargs):
        super().__init__(*args, **kwargs)
        self.complaint = complaint
        self.fields["owner"].queryset = people_who_answer()
        self.fields["owner"].initial = complaint.owner_id
        self.fields["due_on"].initial = complaint.due_on

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < self.complaint.received_on:
            raise forms.ValidationError(_("The answer cannot be due before the complaint came."))
        return due_on


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("Answer to the customer"), widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args, complaint: Complaint, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer"].initial = complaint.answer
        mailed = _("The customer reads this on the status page; a mail goes to %(address)s.")
        alone = _("The customer reads this on the status page. No address is known: tell the customer by telephone.")
        address = complaint.reply_address
        self.fields["answer"].help_text = mailed % {"address": address} if address else alone


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Outcome"))
    word = forms.ChoiceField(
        label=_("Closed on whose word"), choices=[("", "–"), *(one for one in ClosingWord.choices if one[0] != ClosingWord.BEFORE)]
    )
    reason = forms.CharField(
        label=_("Why it was closed"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where the customer did not agree."),
    )  # fmt: skip

    def __init__(self, *args, complaint: Complaint, **kwargs):
        super().__init__(*args, **kwargs)
        answered = complaint.state == ComplaintState.ANSWERED
        self.fields["word"].initial = ClosingWord.AGREED if complaint.settled_at else None
        self.fields["outcome"].choices = [
            (key, label) for key, label in ComplaintOutcome.choices if answered or key in CLOSED_WITHOUT_ANSWER
        ]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("word") and cleaned["word"] != ClosingWord.AGREED and not cleaned.get("reason"):
            self.add_error("reason", _("Without the customer's word, say why the case is closed."))
        return cleaned


class AssessForm(forms.Form):
    """The initial assessment; a case already assessed brings its answers along."""

    safety = forms.ChoiceField(label=pgettext_lazy("assessment", "Safety"), choices=[("", "–"), *Safety.choices])
    complexity = forms.ChoiceField(label=pgettext_lazy("assessment", "Complexity"), choices=[("", "–"), *Complexity.choices])
    impact = forms.ChoiceField(label=pgettext_lazy("assessment", "Impact"), choices=[("", "–"), *Impact.choices])
    immediate_action = forms.ChoiceField(
        label=pgettext_lazy("assessment", "Immediate action"), choices=[("", "–"), *ImmediateAction.choices]
    )

    def __init__(self, *args, complaint: Complaint, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.initial = getattr(complaint, name)


class WaitForm(forms.Form):
    reason = forms.CharField(label=_("What we wait for"), max_length=200)


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Internal note"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Never shown to the customer."))
