"""Cargo flows: what goes from one port to another through this port, and whose it is."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from cargo.models import CargoDocument, DocumentMessage, LaneSum, MonthlyRollup, Port, Shipment
from cargo.queries.ledger import MonthPoint, month_points
from cargo.queries.overview import ClassLine, Figures, Period, class_lines, figures_of, last_month_of, period_ending
from customers.models import Customer

CUSTOMERS, FLOWS, DOCUMENTS = 20, 10, 10
ROWS_IN_EFFECT = Count("pk", filter=Q(is_reversal=False)) - Count("pk", filter=Q(is_reversal=True))


@dataclass(frozen=True, slots=True)
class Lane:
    origin: Port
    destination: Port
    period: Period
    now: Figures
    before: Figures
    classes: list[ClassLine]


def lane_of(origin: Port, destination: Port, user, today: dt.date) -> Lane:
    """Twelve months beside the twelve before, as on the overview."""
    sums = _sums(origin, destination, user)
    period = period_ending(last_month_of(sums, today))
    now, before = figures_of(sums, period.months), figures_of(sums, period.earlier)
    return Lane(origin, destination, period, now, before, class_lines(sums, period))


def lane_points(origin: Port, destination: Port, user, today: dt.date) -> list[MonthPoint]:
    """The 24 months that end where the page ends."""
    sums = _sums(origin, destination, user)
    period = period_ending(last_month_of(sums, today))
    return month_points(sums, [*period.earlier, *period.months])


@dataclass(frozen=True, slots=True)
class LaneCustomer:
    """`customer` is None where its file is not for this reader."""

    customer: Customer | None
    figures: dict


def lane_customers(origin: Port, destination: Port, user, today: dt.date) -> tuple[Period, list[LaneCustomer]]:
    """Those with most tonnes in the twelve months, heaviest first; read from the ledger by the index of its ports."""
    period = period_ending(last_month_of(_sums(origin, destination, user), today))
    rows = Shipment.objects.visible_to(user).filter(origin=origin, destination=destination).handled_between(period.start, period.end)
    sums = {"tonnes": Sum("tonnes"), "teu": Sum("teu"), "revenue": Sum("revenue"), "rows": ROWS_IN_EFFECT}
    found = list(rows.order_by().values("customer").annotate(**sums).filter(rows__gt=0).order_by("-tonnes", "customer")[:CUSTOMERS])
    customers = Customer.objects.visible_to(user).in_bulk([row["customer"] for row in found])
    return period, [LaneCustomer(customers.get(row["customer"]), row) for row in found]


def lane_documents(origin: Port, destination: Port, user) -> list[DocumentMessage]:
    """The newest messages from exactly this port of loading to this port of discharge, of documents this reader may see. One query."""
    documents = CargoDocument.objects.visible_to(user)
    messages = DocumentMessage.objects.filter(loading=origin.unlocode, discharge=destination.unlocode, document__in=documents)
    return list(messages.select_related("document").defer("facts", "remarks").order_by("-pk")[:DOCUMENTS])


@dataclass(frozen=True, slots=True)
class CustomerFlow:
    """An end is None where the ledger does not know the port."""

    origin: Port | None
    destination: Port | None
    figures: dict

    @property
    def is_lane(self) -> bool:
        return bool(self.origin and self.destination)


def customer_flows(customer: Customer, user, today: dt.date) -> tuple[Period, list[CustomerFlow]]:
    """The flows with most tonnes in the twelve months of the customer's tab, heaviest first; read from its rows in the ledger."""
    period = period_ending(last_month_of(MonthlyRollup.objects.visible_to(user).filter(customer=customer), today))
    rows = Shipment.objects.visible_to(user).filter(customer=customer).handled_between(period.start, period.end)
    sums = {"tonnes": Sum("tonnes"), "teu": Sum("teu"), "rows": ROWS_IN_EFFECT}
    grouped = rows.order_by().values("origin", "destination").annotate(**sums).filter(rows__gt=0)
    found = list(grouped.order_by("-tonnes", "origin", "destination")[:FLOWS])
    ports = Port.objects.in_bulk({key for row in found for key in (row["origin"], row["destination"]) if key})
    return period, [CustomerFlow(ports.get(row["origin"]), ports.get(row["destination"]), row) for row in found]


def _sums(origin: Port, destination: Port, user):
    return LaneSum.objects.visible_to(user).filter(origin=origin, destination=destination)
