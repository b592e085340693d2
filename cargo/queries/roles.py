"""Customers in roles on the ledger's rows, besides the one a row is booked to."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, NullIf

from cargo.enums import PartyRole
from cargo.models import Shipment, ShipmentParty
from portcrm.bilingual import reads_chinese


@dataclass(frozen=True, slots=True)
class RoleLine:
    """How much cargo a customer has to do with in one role: rows in effect and their tonnes."""

    role: str
    rows: int
    tonnes: Decimal

    @property
    def label(self) -> Any:
        return PartyRole(self.role).label


SIGN = Case(When(shipment__is_reversal=True, then=-1), default=1, output_field=IntegerField())


def roles_of(customer, user) -> list[RoleLine]:
    """What a customer does on the flows of whoever they are booked to, in the order of the roles. One query."""
    sums = ShipmentParty.objects.visible_to(user).filter(customer=customer).order_by().values("role")
    found = {line["role"]: line for line in sums.annotate(rows=Sum(SIGN), tonnes=Sum("shipment__tonnes"))}
    return [RoleLine(role, found[role]["rows"], found[role]["tonnes"]) for role in PartyRole.values if role in found]


def with_name_in(role: PartyRole):
    """For a column of a list: each row with the name of whoever has this role, in the reader's language."""
    first, second = ("name_zh", "name_en") if reads_chinese() else ("name_en", "name_zh")
    name = Coalesce(NullIf(F(f"customer__{first}"), Value("")), F(f"customer__{second}"))
    parties = ShipmentParty.objects.filter(shipment=OuterRef("pk"), role=role)
    return {f"in_role_{role}": Subquery(parties.values_list(name)[:1])}


def parties_of(shipment: Shipment) -> list[ShipmentParty]:
    """Who has a role on this row, in the order of the roles."""
    order = PartyRole.values
    return sorted(shipment.parties.select_related("customer"), key=lambda party: order.index(party.role))
