"""A won lead and its contract in the customer's file: drawn up from the lead, or one that is there already."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from cargo.enums import LeadStage
from cargo.models import Lead
from cargo.services.turns import held_lead
from customers.models import Contract
from customers.services.contracts import add_commitment, add_contract
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken


@action("lead.contract", _("Contract drawn up for a lead"))
def draw_up_contract(
    *, lead: Lead, by: User, promised_class: str = "", promised_tonnes: Decimal | None = None, promised_teu: Decimal | None = None, **fields
) -> Contract:
    """Put a contract with the promised cargo into the file of a won lead's customer; the lead remembers it. All of it or nothing.

    Of two who do it at once the second is refused.
    """
    lead = held_lead(lead)
    _refuse_unless_won(lead)
    if lead.contract_id is not None:
        raise RuleBroken(_("This lead has its contract already."))
    contract = add_contract(customer=lead.customer, by=by, **fields)
    if promised_tonnes or promised_teu:
        promised = {"cargo_class": promised_class, "tonnes": promised_tonnes, "teu": promised_teu}
        add_commitment(contract=contract, **promised, held=(lead.cargo_class_id,), by=by)
    _remember(lead, contract)
    return contract


@action("lead.contract_link", _("Contract of a lead named"))
def link_contract(*, lead: Lead, contract: Contract | None, by: User) -> Lead:
    """Say which contract of its customer a won lead belongs to; None takes the contract off it."""
    lead = held_lead(lead)
    if contract is not None:
        _refuse_unless_won(lead)
        if contract.customer_id != lead.customer_id:
            raise RuleBroken(_("This contract is in the file of another customer."), field="contract")
    if lead.contract_id != (contract and contract.pk):
        _remember(lead, contract)
    return lead


def _refuse_unless_won(lead: Lead) -> None:
    if lead.stage != LeadStage.WON:
        raise RuleBroken(_("Only a won lead becomes a contract."))


def _remember(lead: Lead, contract: Contract | None) -> None:
    lead.contract, lead.version, lead.active_on = contract, lead.version + 1, port_today()
    lead.save(update_fields=["contract", "version", "active_on"])
