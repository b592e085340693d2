"""Contracts and prices are confirmed as they were read: who saw an older state is told, and nothing is confirmed."""

from django.utils.translation import gettext as _

from customers.enums import ContractState
from customers.models import Contract, PriceTerm
from customers.services.editing import confirm, refuse_other_version
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken


@action("contract.verify")
def verify_contract(*, contract: Contract, version: int, by: User) -> Contract:
    """Confirm that a contract is as it stands in the file; one that has ended or was terminated is not confirmed."""
    row = Contract.objects.select_for_update().get(pk=contract.pk)
    refuse_other_version(row, version)
    if row.state_on(port_today()) in (ContractState.ENDED, ContractState.TERMINATED):
        raise RuleBroken(_("This contract is over; it cannot be confirmed any more."))
    return confirm(row=row, by=by)


@action("price.verify")
def verify_price(*, price: PriceTerm, version: int, by: User) -> PriceTerm:
    """Confirm that a price is still the one agreed; one that is over or was withdrawn is not confirmed."""
    row = PriceTerm.objects.select_for_update().get(pk=price.pk)
    refuse_other_version(row, version)
    if row.withdrawn_on or (row.valid_until and row.valid_until < port_today()):
        raise RuleBroken(_("This price is over or withdrawn; it cannot be confirmed any more."))
    return confirm(row=row, by=by)
