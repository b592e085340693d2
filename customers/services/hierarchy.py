"""Parent companies: no firm stands above itself, however many people edit at once."""

from collections.abc import Collection

from django.db import connection
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.queries.hierarchy import keys_above, parents_above
from portcrm.errors import RuleBroken

OWN_PARENT = _("A firm is not its own parent company.")
CIRCLE = _("This parent company belongs to the customer already: a firm cannot stand above itself.")


def refuse_circle(*, customer: Customer, parent: Customer | None) -> None:
    """Raise where `parent` stands below `customer` already; to be asked in the transaction that sets the parent.

    Two who set parents in the same moment wait for one another here: neither could see the other's half of a circle.
    """
    if parent is None:
        return
    if parent.pk == customer.pk:
        raise RuleBroken(OWN_PARENT, field="parent")
    _one_at_a_time()
    if customer.pk in keys_above(parent.pk):
        raise RuleBroken(_("%(parent)s belongs to %(customer)s already: a firm cannot stand above itself.")
                         % {"parent": parent.label, "customer": customer.label}, field="parent")  # fmt: skip


class ParentsOfMany:
    """Parents that many rows set one after the other in one transaction; nobody else sets any meanwhile."""

    def __init__(self, parents: Collection[int]):
        """`parents`: all that may be set."""
        if parents:
            _one_at_a_time()
        self._above = parents_above(parents) if parents else {}

    def refusal(self, firm: int, parent: int) -> object | None:
        """Why `parent` cannot stand above the firm, or None; then it does from now on."""
        if parent == firm:
            return OWN_PARENT
        seen, above = {firm}, parent
        while above is not None and above not in seen:
            seen.add(above)
            above = self._above.get(above)
        if above == firm:
            return CIRCLE
        self._above[firm] = parent
        return None


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('customers.parent'))")
