"""The demo's annual task: a little more than the year before, by class, this year and the last, for one account
manager and in TEU; and the last two meetings."""

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal

from cargo.enums import TargetUnit
from cargo.queries.completion import default_month
from cargo.queries.handled import coverage, handled_months, year_of
from cargo.queries.ledger import months_ending
from cargo.queries.targets import MONTHS, CellKey, Slot
from cargo.services.meetings import hold_meeting
from cargo.services.targets import set_targets
from customers.models import Customer
from portcrm.accounts.models import User
from portcrm.clock import port_today

HUNDRED = Decimal(100)
LEAST = 1000  # tonnes or TEU of the year before that are worth a task
WITH_MONTHS = 4  # every so many classes get their months, the others the year alone
TO_DECIDE = "1. 缺口最大的货类由谁走访哪些客户\n2. 到期未报价的货源\n3. 下月泊位和堆场安排"

DECIDED = "1. 煤炭、钢材由客户经理下周走访\n2. 未报价的货源本周内报出\n3. 下月两个泊位留给矿石"


def seed_targets(rng: random.Random, users: dict[str, User], say: Callable[[str], None]) -> None:
    by, month = users["manager"], default_month(port_today())
    someone = Customer.objects.exclude(account_manager=None).order_by("pk").values_list("account_manager", flat=True).first()
    years = (month.year - 1, month.year)
    slots = [Slot(year, unit=unit) for year in years for unit in TargetUnit.values]
    slots += [Slot(year, manager_id=someone) for year in years if someone]
    cells = sum(set_targets(slot=slot, cells=_cells(rng, by, slot), by=by).total for slot in slots)
    hold_meeting(month=months_ending(month, 2)[0], changes={"to_decide": TO_DECIDE, "decided": DECIDED}, by=by)
    hold_meeting(month=month, changes={"to_decide": TO_DECIDE}, by=by)
    say(f"Demo data: {cells} figures of the annual task")


def _cells(rng: random.Random, user: User, slot: Slot) -> dict[CellKey, Decimal]:
    """A task for each class that had cargo the year before; some are spread over the months as that year was."""
    handled, covered = handled_months(user, slot, dt.date(slot.year - 1, 1, 1), dt.date(slot.year - 1, 12, 1)), coverage()
    cells: dict[CellKey, Decimal] = {}
    for number, code in enumerate(sorted({code for code, _month in handled})):
        before = [quantity or Decimal(0) for quantity in year_of(handled, covered, code, slot.year - 1)]
        if sum(before) < LEAST:
            continue
        factor = Decimal(str(round(rng.uniform(0.98, 1.15), 3)))
        months = [_round(quantity * factor) for quantity in before]
        cells[CellKey(code, None)] = sum(months, Decimal(0))
        if number % WITH_MONTHS == 0:
            cells |= {CellKey(code, month): quantity for month, quantity in zip(MONTHS, months, strict=True)}
    return cells


def _round(quantity: Decimal) -> Decimal:
    return (quantity / HUNDRED).to_integral_value() * HUNDRED
