"""What the ledger knows about a customer, stored on the customer so that lists filter and sort by it."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Max

from cargo.models import MonthlyRollup
from cargo.queries.handled_year import Handled, handled_by_customer
from cargo.queries.ledger import year_before
from customers.services.facts import HandledFacts, store_handled_facts
from portcrm.accounts.models import User
from portcrm.audit.actions import action

NOTHING = Handled(Decimal(0), Decimal(0), None)


@action("cargo.store_facts")
def store_facts(*, today: dt.date, by: User, customer_ids: Iterable[int] | None = None) -> int:
    """Store last handled day and the sums of the twelve months up to `today`; without `customer_ids` for every customer."""
    chosen = None if customer_ids is None else sorted(set(customer_ids))
    rollups = MonthlyRollup.objects.order_by()
    if chosen is not None:
        rollups = rollups.filter(customer__in=chosen)
    year = handled_by_customer(year_before(today), today, customer_ids=chosen)
    facts = [
        HandledFacts(
            customer_id=customer_id,
            last_handled_on=last_on,
            tonnes_12m=year.get(customer_id, NOTHING).tonnes,
            teu_12m=year.get(customer_id, NOTHING).teu,
            revenue_12m=year.get(customer_id, NOTHING).revenue,
        )
        for customer_id, last_on in rollups.values_list("customer_id").annotate(Max("last_on"))
    ]
    return store_handled_facts(facts=facts, by=by, clear_others=chosen is None)
