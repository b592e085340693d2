"""The demo's published statistics: made-up monthly figures of a rival port and of its trade, plainly named."""

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal

from cargo.queries.ledger import months_ending
from cargo.services.statistics import ToldValue, record_readings
from cargo.statistics.facts import Load, Periodicity, Place, Reading, SeriesFacts, Subject, Trade, Way
from portcrm.accounts.models import User
from portcrm.clock import port_today

MONTHS = 36
SOURCE = "演示统计快报"
SEASON = (0.96, 0.82, 1.02, 1.01, 1.03, 1.02, 1.0, 1.01, 1.04, 1.03, 1.04, 1.02)  # a weak February, a strong autumn
PLACE = Place("CNTXG", "")
SERIES = (
    ({"subject": Subject.THROUGHPUT, "unit": "t", "trade_kind": Trade.FOREIGN}, Decimal(2_400_000), 100),
    ({"subject": Subject.CONTAINERS, "unit": "TEU", "direction": Way.INBOUND, "load": Load.LADEN}, Decimal(48_000), 1),
    ({"subject": Subject.CONTAINERS, "unit": "TEU", "direction": Way.OUTBOUND, "load": Load.LADEN}, Decimal(61_000), 1),
    ({"subject": Subject.TRADE_VALUE, "unit": "CNY"}, Decimal(9_800_000_000), 1_000_000),
)


def seed_statistics(rng: random.Random, users: dict[str, User], say: Callable[[str], None]) -> None:
    """Three years of four series; the publisher revises the last month of the year before."""
    months = months_ending(port_today().replace(day=1) - dt.timedelta(days=1), MONTHS)
    by = users["marketing_staff"]
    first = [told for line, (facts, level, step) in enumerate(SERIES) for told in _told(rng, line * MONTHS, facts, level, step, months)]
    record_readings(told=first, by=by)
    revised = [one for one in first if one.reading.start == months[-12]]
    record_readings(told=[_revised(one) for one in revised], by=by)
    say(f"Demo data: {len(first)} published figures, {len(revised)} of them revised")


def _told(rng: random.Random, line: int, facts: dict, level: Decimal, step: int, months: list[dt.date]) -> list[ToldValue]:
    series = SeriesFacts(source=SOURCE, periodicity=Periodicity.MONTH, place=PLACE, **facts)
    found = []
    for number, month in enumerate(months):
        growth = 1 + 0.004 * number + rng.uniform(-0.03, 0.03)
        value = Decimal(round(float(level) * growth * SEASON[month.month - 1] / step) * step)
        found.append(ToldValue(line + number + 1, Reading(series, month, value, f"{value}", series.unit)))
    return found


def _revised(one: ToldValue) -> ToldValue:
    """What a later publication says of the same month: one per cent more."""
    value = (one.reading.value * Decimal("1.01")).quantize(Decimal(1))
    return ToldValue(one.line, Reading(one.reading.series, one.reading.start, value, f"{value}", one.reading.unit_written))
