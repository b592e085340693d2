"""The relations of one firm, read from its side; who brought whom, and what came of it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from customers.enums import Bond, RelationKind
from customers.models import Acquaintance, Contact, Customer, Relation
from customers.querysets import CustomerQuerySet
from portcrm.accounts.models import User
from portcrm.clock import port_date, start_of_day
from portcrm.pages.registry import Entry

MOST_ROWS = 200
# What is said from the side of one firm -> how it is stored: the kind, and whether the other firm stands first.
STORED_AS = {
    Bond.FORWARDS_FOR: (RelationKind.FORWARDS_FOR, False),
    Bond.FORWARDED_BY: (RelationKind.FORWARDS_FOR, True),
    Bond.AGENT_OF: (RelationKind.AGENT_OF, False),
    Bond.REPRESENTED_BY: (RelationKind.AGENT_OF, True),
    Bond.SHIPS_WITH: (RelationKind.SHIPS_WITH, False),
    Bond.CARRIES_FOR: (RelationKind.SHIPS_WITH, True),
    Bond.REFERRED_BY: (RelationKind.REFERRED_BY, False),
    Bond.REFERRED: (RelationKind.REFERRED_BY, True),
    Bond.COMPETES_WITH: (RelationKind.COMPETES_WITH, False),
}
SAID_AS = {stored: bond for bond, stored in STORED_AS.items()} | {(RelationKind.COMPETES_WITH, True): Bond.COMPETES_WITH}
PEOPLE = ("channel", "recorded_by", "verified_by")


@dataclass(frozen=True)
class Seen:
    """One relation from the side of one of its firms."""

    relation: Relation
    bond: Bond
    other: Customer
    holds: bool

    @classmethod
    def by(cls, customer: Customer, relation: Relation, on: dt.date) -> "Seen":
        turned = relation.to_customer_id == customer.pk
        bond = SAID_AS[RelationKind(relation.kind), turned]
        return cls(relation, bond, relation.from_customer if turned else relation.to_customer, relation.span.holds_on(on))


def relations_of(customer: Customer, *, user: User, on: dt.date) -> list[Seen]:
    """Those in force first, then those that have ended or are to begin; files merged away are left out."""
    rows = Relation.objects.visible_to(user).of(customer).standing().select_related("from_customer", "to_customer", *PEOPLE)
    seen = [Seen.by(customer, row, on) for row in rows.order_by(F("until").desc(nulls_first=True), "kind", "pk")[:MOST_ROWS]]
    return sorted(seen, key=lambda one: not one.holds)


def acquaintances_of(customer: Customer, *, user: User) -> list[Acquaintance]:
    """Who of us knows whom of theirs, the closest first."""
    rows = Acquaintance.objects.visible_to(user).filter(contact__in=Contact.objects.working_for(customer))
    return list(rows.select_related("contact__customer", "user").order_by("-closeness", "pk")[:MOST_ROWS])


@dataclass(frozen=True)
class Brought:
    """The firms one introducer brought that stand as files, and what they do with us."""

    customers: list[Customer]
    firms: int
    tonnes: Decimal
    revenue: Decimal | None


def brought_by(introducer: Customer, *, user: User, on: dt.date) -> Brought:
    referred = Relation.objects.visible_to(user).filter(kind=RelationKind.REFERRED_BY, to_customer=introducer).in_force(on)
    rows = Customer.objects.visible_to(user).filter(pk__in=referred.values("from_customer"))
    total = rows.aggregate(firms=Count("pk"), tonnes=Sum("tonnes_12m", default=Decimal(0)), revenue=Sum("revenue_12m"))
    return Brought(list(rows.order_by("-tonnes_12m", "pk")[:20]), **total)


def introducers(*, user: User, on: dt.date) -> CustomerQuerySet:
    """Everybody who referred somebody to us, with how many and their tonnes and revenue in twelve months."""
    referred = Relation.objects.visible_to(user).filter(kind=RelationKind.REFERRED_BY).standing().in_force(on)
    standing = Relation.objects.visible_to(user).filter(kind=RelationKind.REFERRED_BY, from_customer__merged_into=None).in_force(on)
    each = standing.filter(to_customer=OuterRef("pk")).order_by().values("to_customer")
    return (
        Customer.objects.visible_to(user)
        .filter(pk__in=referred.values("to_customer"))
        .annotate(
            brought_firms=Subquery(each.annotate(found=Count("pk")).values("found")),
            brought_tonnes=Coalesce(Subquery(each.annotate(found=Sum("from_customer__tonnes_12m")).values("found")), Decimal(0)),
            brought_revenue=Subquery(each.annotate(found=Sum("from_customer__revenue_12m")).values("found")),
        )
    )


def entries(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """When a relation was recorded and when it ended, for the timeline of either firm."""
    rows = Relation.objects.visible_to(user).of(customer).standing().select_related("from_customer", "to_customer", "recorded_by")
    told = []
    for row in _latest(rows, before, limit):
        seen = Seen.by(customer, row, row.recorded_on)
        words = f"{seen.bond.label} {seen.other.label}"
        told.append(_entry(row.recorded_on, _("Relation recorded · %(relation)s") % {"relation": words}, row.note, row.recorded_by))
        if row.until:
            told.append(_entry(row.until, _("Relation ended · %(relation)s") % {"relation": words}))
    told.sort(key=lambda entry: entry.at, reverse=True)
    return [entry for entry in told if before is None or entry.at < before][:limit]


def _latest(rows, before: dt.datetime | None, limit: int) -> list[Relation]:
    """Rows that can have an entry among the first `limit` ones before a moment."""
    if before is None:
        by_record, by_end = rows, rows.exclude(until=None)
    else:
        day = port_date(before) + dt.timedelta(days=1)
        by_record, by_end = rows.filter(recorded_on__lte=day), rows.filter(Q(until__lte=day))
    found = [*by_record.order_by("-recorded_on", "-pk")[:limit], *by_end.order_by("-until", "-pk")[:limit]]
    return list({row.pk: row for row in found}.values())


def _entry(on: dt.date, title: str, body: str = "", who: User | None = None) -> Entry:
    by, keys = (who.label, (who.pk,)) if who else ("", ())
    return Entry(start_of_day(on), "relation", "link", title, body, by=by, precision="day", who=keys)
