"""Expected cargo of won leads: written down at winning, corrected by people, judged by the ledger every night."""

import datetime as dt
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from cargo.enums import LeadStage
from cargo.models import ExpectedFlow, Lead
from cargo.models.expected import JUDGED
from cargo.models.lead import MOST_CARGO
from cargo.models.target import FIRST_YEAR, LAST_YEAR
from cargo.queries.expected import age_of, agreed_by_default, judged, judged_in_turn, series_of
from cargo.queries.handled import coverage
from cargo.services.turns import held_lead
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken

OF_LEAD = ("customer_id", "cargo_class_id", "direction")


def follow_lead(*, lead: Lead, today: dt.date, by: User) -> None:
    """Keep the expected flow with its lead: made when it is won, of the lead's own customer, class and direction, gone when it is not."""
    flow = ExpectedFlow.objects.filter(lead=lead).first()
    if lead.stage != LeadStage.WON:
        if flow is not None:
            flow.delete()
    elif flow is None:
        agreed = agreed_by_default(lead, today)
        if agreed is not None:
            _judge(ExpectedFlow(lead=lead, **_of_lead(lead), **agreed, agreed_by=by), today).save(force_insert=True)
    elif any(getattr(flow, name) != getattr(lead, name) for name in OF_LEAD):
        for name, value in _of_lead(lead).items():
            setattr(flow, name, value)
        _judge(flow, today).save(update_fields=[*_of_lead(lead), *JUDGED])


def _of_lead(lead: Lead) -> dict[str, object]:
    return {name: getattr(lead, name) for name in OF_LEAD}


def _judge(flow: ExpectedFlow, today: dt.date) -> ExpectedFlow:
    return _noted(flow, judged(flow, today), today)


def _noted(flow: ExpectedFlow, result: dict[str, object], today: dt.date) -> ExpectedFlow:
    for name, value in result.items():
        setattr(flow, name, value)
    flow.judged_on = today
    return flow


@action("lead.agree", _("Agreed quantity noted"))
def agree_flow(
    *,
    lead: Lead,
    tonnes_a_month: Decimal | None,
    teu_a_month: Decimal | None,
    first_month: dt.date,
    last_month: dt.date,
    today: dt.date,
    by: User,
    continues: bool = False,
) -> ExpectedFlow:
    """Note what was agreed with the customer of a won lead, in place of what was noted before. Days stand for their months.

    `continues`: it is trade the port has handled before, so the ledger need not hold more than it did.
    """
    lead = held_lead(lead)
    if lead.stage != LeadStage.WON:
        raise RuleBroken(_("Only of a won lead a quantity is agreed."))
    first, last = first_month.replace(day=1), last_month.replace(day=1)
    _check_agreed(first, last, {"tonnes_a_month": tonnes_a_month, "teu_a_month": teu_a_month})
    flow = ExpectedFlow.objects.filter(lead=lead).first() or ExpectedFlow(lead=lead)
    wanted = {"tonnes_a_month": tonnes_a_month or None, "teu_a_month": teu_a_month or None, "first_month": first, "last_month": last}
    for name, value in (_of_lead(lead) | wanted | {"continues": continues, "agreed_by": by}).items():
        setattr(flow, name, value)
    _judge(flow, today).save()
    return flow


def _check_agreed(first: dt.date, last: dt.date, amounts: dict[str, Decimal | None]) -> None:
    for name, month in (("first_month", first), ("last_month", last)):
        if not FIRST_YEAR <= month.year <= LAST_YEAR:
            raise RuleBroken(_("The day lies outside 1990 to 2100."), field=name)
    if last < first:
        raise RuleBroken(_("The last month lies before the first."), field="last_month")
    if not any(amounts.values()):
        raise RuleBroken(_("Say how many tonnes or TEU a month were agreed."), field="tonnes_a_month")
    for name, amount in amounts.items():
        if amount and amount > MOST_CARGO:
            raise RuleBroken(_("That is more than any port handles. Check the quantity and its unit."), field=name)


@action("lead.confirm", _("Won leads compared with the ledger"))
def confirm_wins(*, today: dt.date, by: User) -> int:
    """Judge every expected flow by the ledger; returns how many have another result than before. Twice in a night does it once."""
    changed, covered = [], coverage()
    by_series = sorted(ExpectedFlow.objects.select_for_update().order_by("pk"), key=lambda flow: (series_of(flow), age_of(flow)))
    for _series, group in groupby(by_series, series_of):
        flows = list(group)
        for flow, result in zip(flows, judged_in_turn(flows, today, covered), strict=True):
            before = {name: getattr(flow, name) for name in result}
            if before != result:
                changed.append(_noted(flow, result, today))
    ExpectedFlow.objects.bulk_update(changed, JUDGED, batch_size=500)
    ExpectedFlow.objects.update(judged_on=today)
    return len(changed)
