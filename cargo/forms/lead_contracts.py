"""Forms by which a won lead gets its contract."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.models import Lead
from customers.forms.terms import ContractForm
from customers.models import Contract
from customers.models.cargo_class import class_choices
from portcrm.accounts.models import User


class LeadContractForm(ContractForm):
    """The contract form of the customer's file, with the cargo that is promised in it."""

    promised_class = forms.ChoiceField(label=_("Cargo class"), required=False)
    promised_tonnes = forms.DecimalField(label=_("Tonnes"), max_digits=18, decimal_places=3, min_value=0, required=False)
    promised_teu = forms.DecimalField(label="TEU", max_digits=14, decimal_places=2, min_value=0, required=False)

    contract, duration, source = ContractForm.fieldsets
    promised = (_("Promised cargo, of the whole duration"), ("promised_class", "promised_tonnes", "promised_teu"))
    fieldsets = (contract, duration, promised, source)

    def __init__(self, *args, lead: Lead, **kwargs):
        super().__init__(*args, **kwargs)
        offered = class_choices((lead.cargo_class_id,))
        self.fields["promised_class"].choices = [("", _("All classes together")), *offered]


class LinkContractForm(forms.Form):
    """A contract that is in the customer's file already, or none."""

    contract = forms.ModelChoiceField(Contract.objects.none(), label=_("Contract with the port"), required=False)

    def __init__(self, *args, user: User, lead: Lead, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contract"].queryset = Contract.objects.visible_to(user).filter(customer=lead.customer_id)
        self.fields["contract"].empty_label = _("None")
