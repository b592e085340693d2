"""How much of each part of a file is filled in, and how fresh it is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _

from customers.enums import Part
from customers.models import Contact, Customer
from customers.models.assessment import ASSESSMENT_FIELDS
from customers.models.customer import BASICS_FIELDS
from customers.models.traits import TRAITS_FIELDS
from customers.models.transactions import TRANSACTION_FIELDS
from customers.queries.facts import Fact
from customers.querysets import fresh_days
from portcrm.accounts.models import User

# What every firm has; a second language, a parent, a fax, a remark or the words beside a grade may rightly be empty.
NOT_EXPECTED = frozenset({
    "former_names", "organisation_code", "parent", "address_en", "fax", "wechat", "website", "note", "assessed_on", "other_terms",
    "sales_capability_note", "scale_note", "profitability_note", "relation_note", "cooperation_note",
})  # fmt: skip
FIELDS = {
    Part.BASICS: BASICS_FIELDS,
    Part.TRAITS: TRAITS_FIELDS,
    Part.BUSINESS: ASSESSMENT_FIELDS,
    Part.TRANSACTIONS: TRANSACTION_FIELDS,
}
EMPTY = (None, "", [])
OF_A_PERSON = ("name", "position", "department_name", "roles", "email")  # and a telephone, at the desk or in the pocket
EXPECTED = {part: tuple(name for name in names if name not in NOT_EXPECTED) for part, names in FIELDS.items()}


@dataclass(frozen=True)
class PartState:
    """`filled` of `expected` facts are known; `days` since somebody last stood for them, None where nothing is recorded."""

    part: Part | None  # None: the persons in charge, who are rows of their own beside the four parts
    filled: int
    expected: int
    days: int | None
    late: bool

    @property
    def percent(self) -> int:
        return self.filled * 100 // self.expected

    @property
    def label(self) -> str:
        return self.part.label if self.part else _("Persons in charge")


def unfilled(facts: Iterable[Fact]) -> dict[str, list[str]]:
    """What is empty, by name: `missing` lowers the completeness of its part, `optional` may rightly stay empty."""
    empty = [fact for fact in facts if fact.empty]
    return {
        "missing": [fact.label for fact in empty if fact.name not in NOT_EXPECTED],
        "optional": [fact.label for fact in empty if fact.name in NOT_EXPECTED],
    }


def part_states(customer: Customer, *, latest_assessment: Model | None, on: dt.date) -> list[PartState]:
    """The four parts of a file, in their order."""
    rows = {
        Part.BASICS: customer,
        Part.TRAITS: getattr(customer, "traits", None),
        Part.BUSINESS: latest_assessment,
        Part.TRANSACTIONS: getattr(customer, "transactions", None),
    }
    return [_state(part, row, customer.tier, on) for part, row in rows.items()]


def persons_state(customer: Customer, *, reader: User, on: dt.date) -> PartState:
    """The people who work there now: what is known of all of them, and since when nobody has stood for the one longest left alone.

    They are asked about as often as the basic data.
    """
    people = list(Contact.objects.visible_to(reader).present().filter(customer=customer))
    expected = len(OF_A_PERSON) + 1
    if not people:
        return PartState(None, 0, expected, None, False)
    filled = sum(sum(getattr(one, name) not in EMPTY for name in OF_A_PERSON) + bool(one.phone or one.mobile) for one in people)
    days = max((on - one.confirmed_on).days for one in people)
    return PartState(None, filled, expected * len(people), days, days > fresh_days(customer.tier, Part.BASICS))


def _state(part: Part, row: Model | None, tier: str, on: dt.date) -> PartState:
    if row is None:
        return PartState(part, 0, len(EXPECTED[part]), None, False)
    filled = sum(getattr(row, row._meta.get_field(name).attname) not in EMPTY for name in EXPECTED[part])
    days = (on - row.confirmed_on).days
    return PartState(part, filled, len(EXPECTED[part]), days, days > fresh_days(tier, part))
