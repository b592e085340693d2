"""Forms of the staff side of a suggestion."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from feedback import permissions
from feedback.enums import GROUP_OF_ITEM, Credit
from feedback.forms.contacts import offer_contacts
from feedback.forms.lengths import check_length
from feedback.models import Suggestion
from feedback.queries.channels import service_channels
from feedback.queries.told_words import words_for_strangers
from feedback.services.suggestions import OWN_WORDS
from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.pages.forms import DateInput, EditForm, OnceForm
from portcrm.pages.widgets import RecordChoiceField


def people_who_decide():
    """Colleagues a suggestion can be given to."""
    return User.objects.able(permissions.DECIDE_SUGGESTION)


class SuggestionForm(OnceForm, EditForm):
    """Recording and correcting."""

    customer = RecordChoiceField(queryset=Customer.objects.none(), source="customers", label=_("Customer"), required=False)

    class Meta:
        model = Suggestion
        fields = (
            "text", "group", "service_item", "customer", "contact", "company_name", "reporter_name", "reporter_email", "reporter_phone",
            "credit", "credit_agreed_on", "channel", "received_on",
        )  # fmt: skip
        widgets = {"received_on": DateInput(), "credit_agreed_on": DateInput(), "text": forms.Textarea({"rows": 5})}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = self.data.get("customer") or self.initial.get("customer") or self.instance.customer_id
        address = reverse("feedback:suggestion_create")
        offer_contacts(self, user=user, address=address, chosen=chosen, kept=self.instance.contact_id)
        self.fields["channel"].queryset = service_channels()
        self.fields["company_name"].help_text = _("As reported, where the company is not among our customers.")
        self.fields["credit"].help_text = _("How the customer stands beside it once it is published. By name only where they agreed.")
        if self.instance.pk is None:
            self.fields["received_on"].initial = port_today()
        else:
            del self.fields["received_on"], self.fields["form_key"]
            if self.instance.is_in_their_own_words:
                del self.fields["text"]
        self.fieldsets = (
            (_("The suggestion"), ("text", "group", "service_item")),
            (_("Who suggests it"), ("customer", "contact", "company_name", "reporter_name", "reporter_email", "reporter_phone")),
            (_("Credit to the customer"), ("credit", "credit_agreed_on")),
            (_("Receipt"), ("channel", "received_on")),
        )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("customer") and not cleaned.get("company_name"):
            self.add_error("customer", _("Choose the customer, or write down the company as reported."))
        if cleaned.get("service_item") and GROUP_OF_ITEM[cleaned["service_item"]] != cleaned.get("group"):
            self.add_error("service_item", _("This service belongs to another group."))
        for name in OWN_WORDS & set(cleaned):
            check_length(self, name, cleaned[name])
        named = cleaned.get("credit") == Credit.NAMED
        if named and not cleaned.get("credit_agreed_on"):
            self.add_error("credit_agreed_on", _("Say when the customer agreed to be named."))
        if cleaned.get("credit") and not named and cleaned.get("credit_agreed_on"):
            self.add_error("credit_agreed_on", _("An agreement to be named belongs to a credit by name only."))
        if cleaned.get("received_on") and cleaned["received_on"] > port_today():
            self.add_error("received_on", _("This day has not come yet."))
        return cleaned


class ConsiderForm(forms.Form):
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Give to"))

    def __init__(self, *args, suggestion: Suggestion, **kwargs):
        super().__init__(*args, auto_id="consider-%s", **kwargs)
        self.fields["owner"].queryset = people_who_decide()
        self.fields["owner"].initial = suggestion.owner_id


class _DidForm(forms.Form):
    """What we did, in both languages."""

    did_zh = forms.CharField(label=_("What we did, in Chinese"), required=False, widget=forms.Textarea({"rows": 3}))
    did_en = forms.CharField(label=_("What we did, in English"), required=False, widget=forms.Textarea({"rows": 3}))

    def clean(self):
        cleaned = super().clean()
        for name, text in cleaned.items():
            check_length(self, name, text)
        return cleaned


class AdoptForm(_DidForm):
    def __init__(self, *args, suggestion: Suggestion, **kwargs):
        super().__init__(*args, auto_id="adopt-%s", **kwargs)
        mailed = _("The customer is thanked by mail to %(address)s and reads this there.")
        alone = _("No address is known: thank the customer by telephone.")
        address = suggestion.reply_address
        self.fields["did_en" if suggestion.language == "en" else "did_zh"].help_text = mailed % {"address": address} if address else alone


class DeclineForm(forms.Form):
    reason = forms.CharField(label=_("Why it is declined"), widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args, suggestion: Suggestion, **kwargs):
        super().__init__(*args, auto_id="decline-%s", **kwargs)
        if suggestion.is_in_their_own_words and suggestion.response_id is None:
            self.fields["reason"].help_text = _("Whoever suggested it on our page reads this there.")

    def clean_reason(self) -> str:
        check_length(self, "reason", self.cleaned_data["reason"])
        return self.cleaned_data["reason"]


class PublishForm(_DidForm):
    """What others read; the customer's own words are offered as a beginning."""

    said_zh = forms.CharField(label=_("What was suggested, in Chinese"), required=False, widget=forms.Textarea({"rows": 3}))
    said_en = forms.CharField(label=_("What was suggested, in English"), required=False, widget=forms.Textarea({"rows": 3}))
    field_order = ("said_zh", "said_en", "did_zh", "did_en")

    def __init__(self, *args, suggestion: Suggestion, **kwargs):
        super().__init__(*args, auto_id="publish-%s", **kwargs)
        for name in self.fields:
            self.fields[name].initial = getattr(suggestion, name)
        own = "said_en" if suggestion.language == "en" else "said_zh"
        if not (suggestion.said_zh or suggestion.said_en):
            (self.fields[own].initial,) = words_for_strangers([(suggestion.customer_id, suggestion.text)])
            self.fields[own].help_text = _("The customer's own words to begin with. Take out names and whatever others should not read.")

    def clean(self):
        cleaned = super().clean()
        for name, sentence in (("said_zh", _("Write what was suggested, for others to read.")), ("did_zh", _("Write what we did."))):
            if not cleaned.get(name) and not cleaned.get(name.replace("zh", "en")):
                self.add_error(name, sentence)
        return cleaned
