"""Forms by which a won lead gets its contract."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.models import Lead
from cargo.queries.lead_contracts import class_in_contracts
from customers.enums import CargoClassCode
from customers.forms.terms import ContractForm
from customers.models import Contract
from portcrm.accounts.models import User


class LeadContractForm(ContractForm):
    """The contract form of the customer's file, with the cargo that is promised in it."""

    promised_class = forms.ChoiceField(
        label=_("Cargo class"), required=False, choices=[("", _("All classes together")), *CargoClassCode.choices]
    )
    promised_tonnes = forms.DecimalField(label=_("Tonnes"), max_digits=18, decimal_places=3, min_value=0, required=False)
    promised_teu = forms.DecimalField(label="TEU", max_digits=14, decimal_places=2, min_value=0, required=False)

    contract, duration, source = ContractForm.fieldsets
    promised = (_("Promised cargo, of the whole duration"), ("promised_class", "promised_tonnes", "promised_teu"))
    fieldsets = (contract, duration, promised, source)

    def __init__(self, *args, lead: Lead, **kwargs):
        super().__init__(*args, **kwargs)
        if not class_in_contracts(lead):
            said = _("Contracts do not know the class “{cargo_class}”. A promise without a class is one of all classes together.")
            left = _("So no quantity is filled in.")
            self.fields["promised_class"].help_text = format_lazy("{} {}", format_lazy(said, cargo_class=lead.cargo_class.short), left)


class LinkContractForm(forms.Form):
    """A contract that is in the customer's file already, or none."""

    contract = forms.ModelChoiceField(Contract.objects.none(), label=_("Contract with the port"), required=False)

    def __init__(self, *args, user: User, lead: Lead, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contract"].queryset = Contract.objects.visible_to(user).filter(customer=lead.customer_id)
        self.fields["contract"].empty_label = _("None")
