"""What a won lead says of the contract that is drawn up from it."""

import calendar
import datetime as dt
from decimal import Decimal

from cargo.enums import LeadRhythm
from cargo.models import Lead
from cargo.models.expected import MONTHS_A_YEAR
from customers.enums import ContractKind


def contract_by_default(lead: Lead) -> dict[str, object]:
    """First values of the contract form: kind, title, period, the promised class and quantity of the whole period, source.

    Period and quantity are those agreed on when the lead was won; where nothing was, the period is that of the shipper's plan.
    """
    way = " – ".join(filter(None, (lead.origin_label, lead.destination_label)))
    words = (lead.cargo_class.short, lead.goods, lead.get_direction_display(), way)
    return {
        "title": " · ".join(filter(None, words))[:200],
        "kind": ContractKind.SINGLE if lead.rhythm == LeadRhythm.ONCE else ContractKind.ANNUAL,
        "source_reference": " ".join(filter(None, (lead.number, lead.channel.label, lead.source_note)))[:200],
        "promised_class": lead.cargo_class_id,
        **_period(lead),
        **_promised(lead),
    }


def as_typed(amount: Decimal) -> Decimal:
    """Without the zeros that pad it."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()


def _period(lead: Lead) -> dict[str, object]:
    flow = lead.expected
    if flow is None:
        return {"valid_from": lead.plan_from, "valid_until": lead.plan_until}
    last = flow.last_month
    return {
        "valid_from": flow.first_month,
        "valid_until": dt.date(last.year, last.month, calendar.monthrange(last.year, last.month)[1]),
    }


def _promised(lead: Lead) -> dict[str, object]:
    """Tonnes and TEU of the whole period."""
    flow = lead.expected
    if flow is None:
        return {}
    first, last = flow.first_month, flow.last_month
    months = (last.year - first.year) * MONTHS_A_YEAR + last.month - first.month + 1
    return {
        "promised_tonnes": flow.tonnes_a_month and as_typed(flow.tonnes_a_month * months),
        "promised_teu": flow.teu_a_month and as_typed(round(flow.teu_a_month * months, 2)),
    }
