"""The lines of a reconciliation with names and numbers, for the page."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from cargo.models import Unit
from customers.models import Customer
from marketing.models import Reconciliation


@dataclass(frozen=True, slots=True)
class CheckLine:
    label: str
    run: Decimal | None
    ledger: Decimal | None
    difference: Decimal | None
    agrees: bool
    digits: int


DIGITS = {"tonnes": 3, "teu": 3, "quantity": 3, "revenue": 2, "cost": 2}


def check_lines(check: Reconciliation) -> list[CheckLine]:
    units = {unit.pk: unit.sign for unit in Unit.objects.all()}
    labels = {
        "tonnes": _("Tonnes"),
        "teu": _("TEU"),
        "lots": _("Lots"),
        "revenue": _("Revenue"),
        "cost": _("Cost"),
        "customers_with_business": _("Customers with business in the window"),
        "quantity": _("Quantity in %(unit)s"),
        "unit_lots": _("Lots counted in %(unit)s"),
        "all_customers": _("Ranked and excluded customers together"),
        "scores_unlike_their_parts": _("Scores that differ from the sum of their parts"),
    }
    return [
        CheckLine(
            label=labels[line["key"]] % {"unit": units.get(line["unit"], line["unit"])},
            run=_number(line["run"]),
            ledger=_number(line["ledger"]),
            difference=_number(line["difference"]),
            agrees=line["agrees"],
            digits=DIGITS.get(line["key"], 0),
        )
        for line in check.lines
    ]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@dataclass(frozen=True, slots=True)
class DifferingCustomer:
    customer: Customer
    run_tonnes: Decimal | None
    tonnes: Decimal | None
    run_revenue: Decimal | None
    revenue: Decimal | None


def differing_customers(check: Reconciliation, user) -> list[DifferingCustomer]:
    """The customers behind the differences that this user may see, in the stored order."""
    customers = Customer.objects.visible_to(user).in_bulk([found["customer"] for found in check.customers])
    return [
        DifferingCustomer(customers[c["customer"]], *(_number(c[k]) for k in ("run_tonnes", "tonnes", "run_revenue", "revenue")))
        for c in check.customers
        if c["customer"] in customers
    ]
