"""Parent companies: no firm stands above itself, however many people edit at once."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.queries.hierarchy import keys_above
from portcrm.errors import RuleBroken


def refuse_circle(*, customer: Customer, parent: Customer | None) -> None:
    """Raise where `parent` stands below `customer` already; to be asked in the transaction that sets the parent.

    Two who set parents in the same moment wait for one another here: neither could see the other's half of a circle.
    """
    if parent is None:
        return
    if parent.pk == customer.pk:
        raise RuleBroken(_("A firm is not its own parent company."), field="parent")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('customers.parent'))")
    if customer.pk in keys_above(parent.pk):
        raise RuleBroken(_("%(parent)s belongs to %(customer)s already: a firm cannot stand above itself.")
                         % {"parent": parent.label, "customer": customer.label}, field="parent")  # fmt: skip
