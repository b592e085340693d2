"""Contracts and prices are confirmed as they were read: who saw an older state is told, and nothing is confirmed."""

from typing import TypeVar

from django.utils.translation import gettext as _

from customers.enums import ContractState
from customers.models import Contract, PriceTerm
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken

Row = TypeVar("Row", Contract, PriceTerm)


@action("contract.verify")
def verify_contract(*, contract: Contract, version: int, by: User) -> Contract:
    """Confirm that a contract is as it stands in the file; one that has ended or was terminated is not confirmed."""
    row = Contract.objects.select_for_update().get(pk=contract.pk)
    _refuse_changed(row, version)
    if row.state_on(port_today()) in (ContractState.ENDED, ContractState.TERMINATED):
        raise RuleBroken(_("This contract is over; it cannot be confirmed any more."))
    return _confirmed(row, by)


@action("price.verify")
def verify_price(*, price: PriceTerm, version: int, by: User) -> PriceTerm:
    """Confirm that a price is still the one agreed; one that is over or was withdrawn is not confirmed."""
    row = PriceTerm.objects.select_for_update().get(pk=price.pk)
    _refuse_changed(row, version)
    if row.withdrawn_on or (row.valid_until and row.valid_until < port_today()):
        raise RuleBroken(_("This price is over or withdrawn; it cannot be confirmed any more."))
    return _confirmed(row, by)


def _refuse_changed(row: Contract | PriceTerm, version: int) -> None:
    if row.version != version:
        raise RuleBroken(_("Somebody changed this since you opened the page. Read it again before you confirm it."))


def _confirmed(row: Row, by: User) -> Row:
    """Confirming is no edit: the version stays, so that an editor's form still holds."""
    row.verified_by, row.verified_on = by, port_today()
    row.save(update_fields=["verified_by", "verified_on"])
    return row
