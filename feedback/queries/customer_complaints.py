"""What one customer's complaints come to: open ones, and those of the last twelve months."""

import datetime as dt
import statistics
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from customers.models import Customer
from feedback.enums import JUSTIFIED, OPEN_COMPLAINTS, ComplaintState
from feedback.models import Complaint
from portcrm.accounts.models import User
from portcrm.clock import port_zone

MEDIAN_FROM = 3  # cases; fewer tell no median


@dataclass(frozen=True)
class ClaimSum:
    """Claims with an amount of cases received since then, of one currency."""

    currency: str
    number: int
    claimed: Decimal
    paid: Decimal


@dataclass(frozen=True)
class CustomerComplaints:
    """`closed` since `since`; of these `days` is the median of calendar days from receipt, `found` state a liability, `justified`
    of which it is ours, whole or shared."""

    since: dt.date
    open: int
    closed: int
    days: float | None
    found: int
    justified: int
    claims: list[ClaimSum]

    @property
    def says_something(self) -> bool:
        return bool(self.open or self.closed or self.claims)


def complaints_of_customer(customer: Customer, user: User, *, today: dt.date) -> CustomerComplaints:
    """One query. The twelve months begin on the same day of last year; "today" and the days of closing are the port's."""
    since = today - dt.timedelta(days=365)
    midnight = dt.datetime.combine(since, dt.time(), tzinfo=port_zone())
    rows = Complaint.objects.visible_to(user).filter(customer=customer)
    told = Q(state__in=OPEN_COMPLAINTS) | Q(closed_at__gte=midnight) | Q(received_on__gte=since)
    cases = list(rows.filter(told).select_related("finding", "claim"))
    closed = [case for case in cases if case.state == ComplaintState.CLOSED and case.closed_at >= midnight]
    days = [(case.closed_at.astimezone(port_zone()).date() - case.received_on).days for case in closed]
    judged = [liability for case in closed if (liability := getattr(getattr(case, "finding", None), "liability", ""))]
    return CustomerComplaints(
        since=since,
        open=sum(case.state != ComplaintState.CLOSED for case in cases),
        closed=len(closed),
        days=statistics.median(days) if len(days) >= MEDIAN_FROM else None,
        found=len(judged),
        justified=sum(one in JUSTIFIED for one in judged),
        claims=_claims([case for case in cases if case.received_on >= since]),
    )


def _claims(cases: list[Complaint]) -> list[ClaimSum]:
    claims = [claim for case in cases if (claim := getattr(case, "claim", None)) and claim.claimed > 0]
    by_currency = {currency: [one for one in claims if one.currency == currency] for currency in sorted({one.currency for one in claims})}
    return [
        ClaimSum(currency, len(found), sum(one.claimed for one in found), sum((one.paid or Decimal(0)) for one in found))
        for currency, found in by_currency.items()
    ]
