"""Forms of contracts, promised cargo and prices."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.forms.base import PartForm
from customers.forms.dated import DatedForm
from customers.forms.sections import SOURCE, SOURCE_LABEL
from customers.models import Channel, Commitment, Contract, PriceTerm
from customers.models.cargo_class import class_choices
from customers.models.contract import CONTRACT_FIELDS
from portcrm.clock import port_today
from portcrm.pages.forms import DateInput


class ContractForm(PartForm):
    """A contract, new or known."""

    class Meta:
        model = Contract
        fields = (*CONTRACT_FIELDS, *SOURCE)
        widgets = dict.fromkeys(("signed_on", "valid_from", "valid_until"), DateInput()) | {"note": forms.Textarea({"rows": 3})}

    fieldsets = (
        (_("Contract"), ("number", "title", "kind", "signed_on", "signed_for_us", "other_parties", "amount", "currency")),
        (_("Duration"), ("valid_from", "valid_until", "notice_days", "renews", "renewal_months", "note")),
        (SOURCE_LABEL, SOURCE),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.choose_from("channel", Channel.objects.of_files(self.instance.channel_id))
        self.fields["valid_until"].help_text = _("Empty: without a last day. Warnings come ahead of it.")
        self.fields["notice_days"].help_text = _("Of a contract that renews by itself: warnings come ahead of the last day for notice.")
        self.fields["other_parties"].help_text = _("Who signs beside the customer and the port.")
        self.fields["currency"].widget.attrs["placeholder"] = settings.PORT_CURRENCY


class TerminationForm(forms.Form):
    on = forms.DateField(label=_("Ends on"), widget=DateInput(), initial=port_today)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 3}))


class CommitmentForm(forms.ModelForm):
    class Meta:
        model = Commitment
        fields = ("cargo_class", "tonnes", "teu", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cargo_class"].choices = [("", _("All classes together")), *class_choices()]

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class PriceForm(DatedForm):
    """A price from a day on; the contract is one of this customer's."""

    day = "valid_from"

    class Meta:
        model = PriceTerm
        fields = (
            "service", "cargo_class", "unit", "detail", "rate", "currency", "valid_from", "valid_until", "contract", "free_storage_days",
            "payment_days", "note", *SOURCE,
        )  # fmt: skip
        widgets = dict.fromkeys(("valid_from", "valid_until"), DateInput())

    fieldsets = (
        (_("What the price is of"), ("service", "cargo_class", "unit", "detail")),
        (_("Price"), ("rate", "currency", "valid_from", "valid_until", "contract", "free_storage_days", "payment_days", "note")),
        (SOURCE_LABEL, SOURCE),
    )

    def __init__(self, *args, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("currency", settings.PORT_CURRENCY)
        self.fields["cargo_class"].choices = [("", _("Any class")), *class_choices()]
        self.fields["contract"].queryset = Contract.objects.visible_to(self.user).filter(customer=customer)
        self.fields["contract"].empty_label = _("None, a price of its own")
        self.fields["detail"].help_text = _("Such as laden or empty, domestic or foreign trade; prices of another detail stand beside it.")
        self.fields["valid_from"].help_text = _("The price for the same thing that is good on this day ends the day before.")
