"""Facts of opinions and complaints that customer lists filter by; customers stores them, we know them."""

from decimal import Decimal

from customers.services.facts import OpinionFacts, lock_customers, store_open_complaints, store_opinion_facts
from feedback.models import Complaint, Response
from portcrm.accounts.models import User


def store_opinion(*, response: Response, by: User) -> None:
    """Hand the customer's latest overall score over, told from 1 to 5; a response without a customer or a score changes nothing."""
    if response.customer_id is None or response.overall is None:
        return
    store_opinion_facts(facts=[OpinionFacts(response.customer_id, response.said_on, Decimal(str(response.satisfaction)))], by=by)


def store_open_count(*, customer_ids: set[int | None], by: User) -> None:
    """Count open complaints of these customers anew. The customers' rows are locked first, so that two cases that
    come at once are both counted."""
    ids = sorted(pk for pk in customer_ids if pk is not None)
    lock_customers(ids)
    counts = {pk: Complaint.objects.open().filter(customer=pk).count() for pk in ids}
    store_open_complaints(counts=counts, by=by)
