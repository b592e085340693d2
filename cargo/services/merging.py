"""What a merge of two customer files does to cargo: the ledger moves row by row, sums and facts are computed anew."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from cargo.models import (
    Candidate,
    ExpectedFlow,
    FlowLine,
    HeaviestCustomer,
    Lead,
    MonthlyRollup,
    Projection,
    Shipment,
    ShipmentParty,
    Sighting,
    Target,
)
from cargo.services.facts import store_facts
from cargo.services.rollups import rebuild_rollups_of
from customers.models import Customer
from customers.services.facts import HandledFacts, store_handled_facts
from customers.services.merge_rules import MergeRule, clash
from portcrm.accounts.models import User
from portcrm.clock import port_today

MERGE_RULES = (
    MergeRule(Shipment, _("Handled cargo"), tab="cargo"),
    MergeRule(ShipmentParty, _("Roles on cargo of others"), tab="cargo"),
    MergeRule(MonthlyRollup, _("Monthly cargo sums"), moves=False, quiet=True),
    MergeRule(HeaviestCustomer, _("Heaviest customers of a month"), moves=False, quiet=True),
    MergeRule(Lead, _("Cargo leads"), tab="leads"),
    MergeRule(Lead, _("Cargo leads it introduced"), field="introducer"),
    # a task of the same cell stays with the merged file: two plans for one firm are for people to add up
    MergeRule(Target, _("Annual task"), stays=clash(Target, "year", "month", "cargo_class", "direction", "unit")),
    MergeRule(Projection, _("Projections"), moves=False, quiet=True),
    MergeRule(ExpectedFlow, _("Expected cargo"), tab="leads"),
    MergeRule(Candidate, _("Candidates that became this customer"), tab="cargo"),
    MergeRule(FlowLine, _("Flow lists it gave us"), field="told_by"),
    MergeRule(Sighting, _("Sightings in documents"), tab="cargo"),
)


def renew_cargo(*, customers: list[Customer], by: User) -> None:
    """Monthly sums, last handled day and twelve months of these customers from their ledger rows."""
    keys = [customer.pk for customer in customers]
    rebuild_rollups_of(customers=keys, by=by)
    without = set(keys) - set(MonthlyRollup.objects.filter(customer__in=keys).values_list("customer_id", flat=True))
    nothing = (HandledFacts(key, None, Decimal(0), Decimal(0), None) for key in sorted(without))
    store_handled_facts(facts=nothing, by=by)
    store_facts(today=port_today(), by=by, customer_ids=keys)
