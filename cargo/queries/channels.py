"""What each information channel brought in a period: archives, leads, cargo of the customers it led to."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from cargo.enums import LeadStage
from cargo.models import Lead, MonthlyRollup
from cargo.queries.overview import Period
from customers.models import Channel, Customer
from portcrm.clock import start_of_day

ZERO = Decimal(0)
COUNTED = Q(rows_without_revenue=0, rows_without_cost=0)


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel; None stands for customers whose file names none. Tonnes are of the ledger, those of leads are told apart.

    `margin` is revenue less cost of the customer months in which every row has both, `rows_without_margin` the rows of the
    others; None is "no data". `lead_tonnes` leaves out the leads without a weight.
    """

    channel: Channel | None
    archives: int = 0
    leads: int = 0
    won: int = 0
    lead_tonnes: Decimal = ZERO
    leads_without_tonnes: int = 0
    tonnes: Decimal = ZERO
    rows: int = 0
    margin: Decimal | None = None
    rows_without_margin: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.archives or self.leads or self.won or self.rows)


def channel_lines(user, period: Period) -> list[ChannelLine]:
    """Channels by tonnes and then by what they brought; those that brought nothing stand last. Four queries."""
    found: dict[int | None, dict] = {}
    for part in (_archives(user, period), _leads(user, period), _cargo(user, period)):
        for key, figures in part.items():
            found.setdefault(key, {}).update(figures)
    channels: list[Channel | None] = list(Channel.objects.all())
    lines = [ChannelLine(one, **found.get(one.pk if one else None, {})) for one in [*channels, None]]
    shown = [line for line in lines if not line.is_empty or (line.channel and line.channel.is_active)]
    return sorted(shown, key=lambda line: (-line.tonnes, -line.won, -line.leads, -line.archives))


def total_of(lines: list[ChannelLine]) -> ChannelLine:
    """All channels together."""
    margins = [line.margin for line in lines if line.margin is not None]
    counts = ("archives", "leads", "won", "leads_without_tonnes", "rows", "rows_without_margin")
    return ChannelLine(
        channel=None,
        lead_tonnes=sum((line.lead_tonnes for line in lines), ZERO),
        tonnes=sum((line.tonnes for line in lines), ZERO),
        margin=sum(margins, ZERO) if margins else None,
        **{name: sum(getattr(line, name) for line in lines) for name in counts},
    )


def _archives(user, period: Period) -> dict[int | None, dict]:
    start, end = _instants(period)
    opened = Customer.objects.visible_to(user).filter(created_at__gte=start, created_at__lt=end)
    return {row["channel"]: {"archives": row["number"]} for row in opened.order_by().values("channel").annotate(number=Count("pk"))}


def _instants(period: Period) -> tuple[dt.datetime, dt.datetime]:
    """From when, and until before when, in the port's days."""
    return start_of_day(period.start), start_of_day(period.end + dt.timedelta(days=1))


def _leads(user, period: Period) -> dict[int | None, dict]:
    start, end = _instants(period)
    recorded = Q(recorded_at__gte=start, recorded_at__lt=end, joined_into=None)  # what was recorded twice counts once
    won = Q(stage=LeadStage.WON, stage_changed_on__range=(period.start, period.end))
    rows = Lead.objects.visible_to(user).filter(recorded | won).order_by().values("channel")
    rows = rows.annotate(
        recorded_leads=Count("pk", filter=recorded),
        won_leads=Count("pk", filter=won),
        weight=Sum("tonnes", filter=recorded),
        weightless=Count("pk", filter=recorded & Q(tonnes=None)),
    )
    return {
        row["channel"]: {
            "leads": row["recorded_leads"],
            "won": row["won_leads"],
            "lead_tonnes": row["weight"] or ZERO,
            "leads_without_tonnes": row["weightless"],
        }
        for row in rows
    }


def _cargo(user, period: Period) -> dict[int | None, dict]:
    rollups = MonthlyRollup.objects.visible_to(user).months_between(period.start, period.end)
    rows = (
        rollups.order_by()
        .values("customer__channel")
        .annotate(
            weight=Sum("tonnes"),
            number=Sum("rows"),
            contribution=Sum(F("revenue") - F("cost"), filter=COUNTED),
            left_out=Sum("rows", filter=~COUNTED),
        )
    )
    return {
        row["customer__channel"]: {
            "tonnes": row["weight"],
            "rows": row["number"],
            "margin": row["contribution"],
            "rows_without_margin": row["left_out"] or 0,
        }
        for row in rows
    }
