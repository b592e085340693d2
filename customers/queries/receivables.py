"""Whom a file of receivables means, and what a customer's page shows of what is owed."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection

from customers.models import Customer, Receivable, ReceivablesBalance, TransactionStatus
from customers.models.receivable import BUCKETS
from portcrm.accounts.models import User

DAYS_OF_A_YEAR = 365
SHOWN = 100

# A merged file leads to the one it was merged into, however often that was merged in turn.
CANDIDATES = """
    WITH RECURSIVE named AS (
        SELECT id, code, credit_code, name_zh, name_en, short_name, former_names FROM customers_customer
        WHERE code = ANY(%(wanted)s) OR (credit_code <> '' AND credit_code = ANY(%(wanted)s))
           OR name_zh = ANY(%(wanted)s) OR short_name = ANY(%(wanted)s) OR upper(name_en) = ANY(%(wanted)s)
           OR (former_names <> '{}' AND EXISTS (SELECT FROM unnest(former_names) AS former WHERE upper(former) = ANY(%(wanted)s)))
    ), standing AS (
        SELECT named.id AS origin, customer.id, customer.merged_into_id FROM named JOIN customers_customer AS customer USING (id)
        UNION
        SELECT standing.origin, kept.id, kept.merged_into_id
        FROM standing JOIN customers_customer AS kept ON kept.id = standing.merged_into_id
    )
    SELECT standing.id, named.code, named.credit_code, named.name_zh, named.short_name, named.name_en, named.former_names
    FROM named JOIN standing ON standing.origin = named.id AND standing.merged_into_id IS NULL
    ORDER BY standing.id
"""


def as_written(text: str) -> str:
    """The form in which names are compared: width, case and blanks made one."""
    return " ".join(unicodedata.normalize("NFKC", text).upper().split())


@dataclass
class Debtors:
    """Customer ids by code, credit code or name as compared; a name of several files is `ambiguous`."""

    ids: dict[str, int] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)

    def add(self, text: str, customer_id: int) -> None:
        key = as_written(text)
        if key and self.ids.setdefault(key, customer_id) != customer_id:
            self.ambiguous.add(key)

    def fall_back_on(self, former: "Debtors") -> None:
        """What nobody is called today is known by who was called so before."""
        new = former.ids.keys() - self.ids.keys()
        self.ids |= {key: former.ids[key] for key in new}
        self.ambiguous |= former.ambiguous & new


def find_debtors(texts: Iterable[str]) -> Debtors:
    """The customers named in a chunk of a file, in one query. The office that sends the file may not know of a new name yet:
    former names are read too, after all present ones."""
    wanted = {word for text in texts if text for word in (text, as_written(text))}
    debtors, former = Debtors(), Debtors()
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(CANDIDATES, {"wanted": sorted(wanted)})
            for customer_id, *names, former_names in cursor.fetchall():
                for name in names:
                    debtors.add(name, customer_id)
                for name in former_names:
                    former.add(name, customer_id)
    debtors.fall_back_on(former)
    return debtors


@dataclass(frozen=True)
class Age:
    """One stretch of delay, its share of what is owed, and where it begins on a bar of 100."""

    name: str
    label: str
    total: Decimal
    share: Decimal
    start: Decimal

    @property
    def width(self) -> Decimal:
        return self.share * 100


@dataclass(frozen=True)
class Owed:
    """What one customer owes: by age, against its limit, and how many days of its revenue that is."""

    balance: ReceivablesBalance
    limit: Decimal | None
    revenue_12m: Decimal | None
    invoices: list[Receivable]

    @property
    def ages(self) -> list[Age]:
        positive = {name: max(total, Decimal(0)) for name, (_label, total) in zip(BUCKETS, self.balance.ages, strict=True)}
        whole, start, ages = sum(positive.values()), Decimal(0), []
        for name, (label, total) in zip(BUCKETS, self.balance.ages, strict=True):
            share = positive[name] / whole if whole else Decimal(0)
            ages.append(Age(name, label, total, share, start))
            start += share * 100
        return ages

    @property
    def beyond_limit(self) -> Decimal | None:
        """What is owed above the limit; None where it is within it or none was set."""
        over = None if self.limit is None else self.balance.open_total - self.limit
        return over if over and over > 0 else None

    @property
    def days_of_sales(self) -> int | None:
        """DSO: what is owed over the revenue of twelve months, in days; None without revenue data."""
        return round(self.balance.open_total / self.revenue_12m * DAYS_OF_A_YEAR) if self.revenue_12m else None


def typed_overdue(user: User) -> int:
    """How many customers have an overdue figure that somebody typed, and so stand in no list of receivables."""
    return TransactionStatus.objects.visible_to(user).overdue().typed().filter(customer__merged_into=None).count()


def owed_by(customer: Customer, *, user: User) -> Owed | None:
    """None where no file has ever named the customer."""
    balance = ReceivablesBalance.objects.visible_to(user).filter(customer=customer).first()
    if balance is None:
        return None
    transactions = getattr(customer, "transactions", None)
    invoices = list(Receivable.objects.visible_to(user).open().filter(customer=customer)[:SHOWN])
    return Owed(balance, transactions.credit_limit if transactions else None, customer.revenue_12m, invoices)
