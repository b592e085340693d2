"""Contracts, prices and credit of one customer as its page shows them, and what happened with them."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from customers.models import Contract, CreditHold, CreditRating, Customer, PriceTerm
from customers.queries.receivables import Owed, owed_by
from portcrm.accounts.models import User
from portcrm.clock import first_day_from, start_of_day
from portcrm.pages.formats import day, number
from portcrm.pages.registry import Entry

MOST = 50


@dataclass(frozen=True)
class Terms:
    """`user` looks at the terms of `customer` on a day."""

    customer: Customer
    user: User
    today: dt.date

    @cached_property
    def contracts(self) -> list[tuple[Contract, str]]:
        """With the state of each, the newest first."""
        rows = Contract.objects.visible_to(self.user).filter(customer=self.customer)[:MOST]
        return [(row, row.state_on(self.today)) for row in rows]

    @cached_property
    def prices(self) -> list[PriceTerm]:
        """Good today or later, sorted by what they are of."""
        rows = PriceTerm.objects.visible_to(self.user).standing().filter(customer=self.customer).exclude(valid_until__lt=self.today)
        return list(rows.order_by("service", "cargo_class", "unit", "detail", "valid_from").select_related("contract")[:MOST])

    @cached_property
    def earlier_prices(self) -> list[PriceTerm]:
        """Over or withdrawn, the latest first."""
        rows = PriceTerm.objects.visible_to(self.user).filter(customer=self.customer).exclude(pk__in=[price.pk for price in self.prices])
        return list(rows.order_by("-valid_from", "-pk").select_related("withdrawn_by")[:MOST])

    @cached_property
    def ratings(self) -> list[CreditRating]:
        """The grade in force of each scheme, side by side."""
        rows = CreditRating.objects.visible_to(self.user).filter(customer=self.customer).latest_of_schemes()
        return list(rows.select_related("grade__scheme", "channel", "recorded_by").order_by("grade__scheme__position", "grade__scheme"))

    @cached_property
    def hold(self) -> CreditHold | None:
        return CreditHold.objects.visible_to(self.user).in_force().filter(customer=self.customer).select_related("placed_by").first()

    @cached_property
    def owed(self) -> Owed | None:
        return owed_by(self.customer, user=self.user)

    @property
    def credit(self):
        return getattr(self.customer, "transactions", None)


def terms_entries(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Contracts made and terminated, prices agreed, credit holds placed and lifted."""
    sources = (_contracts_made, _contracts_terminated, _prices, _holds_placed, _holds_lifted)
    entries = [entry for source in sources for entry in source(user, customer, before, limit)]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return entries[:limit]


def _latest(rows: QuerySet, on: str, before: dt.datetime | None, limit: int) -> QuerySet:
    """The latest rows that have such a day, before a moment: a customer may have hundreds of prices, a page shows twenty."""
    rows = rows.filter(**{f"{on}__lt": first_day_from(before)}) if before else rows.exclude(**{on: None})
    return rows.order_by(f"-{on}", "-pk")[:limit]


def _entry(on: dt.date, icon: str, title: str, body: str, who: User, url: str = "") -> Entry:
    return Entry(start_of_day(on), "terms", icon, title, body, url=url, by=who.label, precision="day", who=(who.pk,))


def _contracts_made(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = Contract.objects.visible_to(user).filter(customer=customer).alias(made=Coalesce("signed_on", "valid_from"))
    return [
        _entry(
            row.signed_on or row.valid_from, "notes", _("Contract · %(title)s") % {"title": row},
            f"{day(row.valid_from)} – {day(row.valid_until)}", row.recorded_by, row.get_absolute_url(),
        )
        for row in _latest(rows, "made", before, limit).select_related("recorded_by")
    ]  # fmt: skip


def _contracts_terminated(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = Contract.objects.visible_to(user).filter(customer=customer)
    return [
        _entry(
            row.terminated_on, "circle-x", _("Contract terminated · %(title)s") % {"title": row}, row.terminated_because,
            row.terminated_by, row.get_absolute_url(),
        )
        for row in _latest(rows, "terminated_on", before, limit).select_related("terminated_by")
    ]  # fmt: skip


def _prices(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = PriceTerm.objects.visible_to(user).standing().filter(customer=customer)
    return [
        _entry(
            row.valid_from, "tag", _("Price · %(item)s") % {"item": row.item_label},
            f"{number(row.rate)} {row.currency} {row.get_unit_display()}", row.recorded_by,
        )
        for row in _latest(rows, "valid_from", before, limit).select_related("recorded_by")
    ]  # fmt: skip


def _holds_placed(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = _latest(CreditHold.objects.visible_to(user).filter(customer=customer), "placed_on", before, limit)
    return [_entry(row.placed_on, "lock", _("Put on credit hold"), row.reason, row.placed_by) for row in rows.select_related("placed_by")]


def _holds_lifted(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = _latest(CreditHold.objects.visible_to(user).filter(customer=customer), "lifted_on", before, limit)
    return [
        _entry(row.lifted_on, "check", _("Credit hold lifted"), row.lifted_because, row.lifted_by)
        for row in rows.select_related("lifted_by")
    ]
