"""What the page of one customer shows beside the file itself."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from customers.enums import CreditState
from customers.models import Contact, CreditRating, Customer, FollowUp, OpenProblem, ReceivablesBalance, TransactionStatus
from customers.querysets import fresh_days
from portcrm.accounts.models import User
from portcrm.prepared import Place, Prepared

MOST_ASIDE = 6
PEOPLE = ("account_manager", "recorded_by", "verified_by")
FOR_RECORD = Prepared(lambda user: Customer.objects.visible_to(user).for_record().filter(pk=Place("customer")))
ALONE = Prepared(lambda user: Customer.objects.visible_to(user).filter(pk=Place("customer")))
WITH_NAMED = Prepared(lambda user, names: Customer.objects.visible_to(user).select_related(*names).filter(pk=Place("customer")))
COLLEAGUES = Prepared(lambda nobody, *keys: User.objects.filter(pk__in=[Place(key) for key in keys]))


def with_people(customer: Customer, *, reader: User) -> Customer:
    """The persons a record names, read in one query; in none where the reader alone looks after it."""
    keys = {name: getattr(customer, f"{name}_id") for name in PEOPLE}
    others = {name: key for name, key in keys.items() if key not in (None, reader.pk)}
    known = {reader.pk: reader} | {person.pk: person for person in (COLLEAGUES.rows(None, *others, **others) if others else ())}
    for name, key in keys.items():
        setattr(customer, name, known.get(key))
    return customer


@dataclass(frozen=True)
class Freshness:
    """How long ago somebody last stood for the basic data; `late` where the service tier wants it confirmed sooner; `changed`
    where it has been written anew since."""

    verified: bool
    days: int
    late: bool
    changed: bool


def freshness(customer: Customer, *, on: dt.date) -> Freshness:
    days = (on - customer.confirmed_on).days
    return Freshness(customer.verified_on is not None, days, days > fresh_days(customer.tier), customer.changed_since_verified)


FOLLOW_UPS = Prepared(
    lambda user: (
        FollowUp.objects.visible_to(user)
        .open()
        .filter(customer=Place("customer"))
        .select_related("owner")
        .only("title", "due_on", "dedupe_key", "owner__name", "owner__name_en")[: MOST_ASIDE + 1]
    )
)
PROBLEMS = Prepared(
    lambda user: (
        OpenProblem.objects.visible_to(user)
        .unsolved()
        .filter(customer=Place("customer"))
        .select_related("opened_by")
        .only("title", "detail", "opened_on", "opened_by__name", "opened_by__name_en")[:MOST_ASIDE]
    )
)
CONTACTS = Prepared(
    lambda user: (
        Contact.objects.visible_to(user)
        .present()
        .filter(customer=Place("customer"))
        .only("name", "name_en", "position", "position_en", "is_primary", "phone", "mobile", "email", "erased_on")[:MOST_ASIDE]
    )
)
TRANSACTIONS = Prepared(lambda user: TransactionStatus.objects.visible_to(user).filter(customer=Place("customer")))


class CustomerOverview:
    """Open matters and people of one customer; each list is read once, when the page asks for it, with what it shows: to ask for
    all columns and their neighbours' took a tenth of the page."""

    def __init__(self, customer: Customer, *, user: User, today: dt.date):
        self.customer, self.user, self.today = customer, user, today

    @cached_property
    def freshness(self) -> Freshness:
        return freshness(self.customer, on=self.today)

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        return FOLLOW_UPS.rows(self.user, customer=self.customer.pk)

    @property
    def follow_ups_shown(self) -> list[FollowUp]:
        """Those on a page that is written already; none where only another part of it was asked for."""
        return self.follow_ups[:MOST_ASIDE] if "follow_ups" in self.__dict__ else []

    @cached_property
    def next_action(self) -> FollowUp | None:
        return self.follow_ups[0] if self.follow_ups else None

    @cached_property
    def problems(self) -> list[OpenProblem]:
        return PROBLEMS.rows(self.user, customer=self.customer.pk)

    @cached_property
    def contacts(self) -> list[Contact]:
        return CONTACTS.rows(self.user, customer=self.customer.pk)

    @cached_property
    def rating(self) -> CreditRating | None:
        return CreditRating.objects.visible_to(self.user).filter(customer=self.customer).select_related("grade", "grade__scheme").first()

    @cached_property
    def transactions(self) -> TransactionStatus | None:
        return TRANSACTIONS.first(self.user, customer=self.customer.pk)

    @property
    def credit_state(self) -> CreditState | None:
        return self.transactions.credit_state if self.transactions else None

    @cached_property
    def typed_overdue_as_of(self) -> dt.date | None:
        """The day of an overdue figure that somebody typed; None where it comes from a file of receivables, or nothing is overdue."""
        status = self.transactions
        if not status or not status.overdue_amount or ReceivablesBalance.objects.filter(customer=self.customer).exists():
            return None
        return status.credit_as_of or status.recorded_on
