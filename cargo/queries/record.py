"""What the cargo tab of a customer shows."""

import datetime as dt
from dataclasses import dataclass

from cargo.models import MonthlyRollup, Shipment, Sighting
from cargo.queries.ledger import MonthPoint, month_points
from cargo.queries.overview import ClassLine, Figures, Period, class_lines, figures_of, last_month_of, period_ending
from cargo.queries.roles import RoleLine, roles_of

RECENT, SEEN = 10, 10


@dataclass(frozen=True, slots=True)
class CustomerCargo:
    period: Period
    now: Figures
    before: Figures
    classes: list[ClassLine]
    recent: list[Shipment]
    roles: list[RoleLine]
    seen: list[Sighting]
    more_seen: bool


def customer_cargo(customer, user, today: dt.date) -> CustomerCargo:
    """Twelve months (up to this month, or to the customer's last one where that is long ago), classes, newest rows, roles,
    and where documents and flow lists name the customer, the newest first."""
    rollups = MonthlyRollup.objects.visible_to(user).filter(customer=customer)
    period = period_ending(last_month_of(rollups, today))
    rows = Shipment.objects.visible_to(user).filter(customer=customer).for_list()
    seen = list(Sighting.objects.visible_to(user).of_customer(customer).for_list()[: SEEN + 1])
    return CustomerCargo(
        period=period,
        now=figures_of(rollups, period.months),
        before=figures_of(rollups, period.earlier),
        classes=class_lines(rollups, period),
        recent=list(rows[:RECENT]),
        roles=roles_of(customer, user),
        seen=seen[:SEEN],
        more_seen=len(seen) > SEEN,
    )


def customer_months(customer, user, today: dt.date) -> list[MonthPoint]:
    """The 24 months that end where the tab ends."""
    rollups = MonthlyRollup.objects.visible_to(user).filter(customer=customer)
    period = period_ending(last_month_of(rollups, today))
    return month_points(rollups, [*period.earlier, *period.months])
