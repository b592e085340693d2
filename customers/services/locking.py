"""A customer's row held by one writer at a time; whoever waited while it was merged away is told where it went."""

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _

from customers.models import Customer
from portcrm.errors import RuleBroken


def locked_customer(customer: Customer) -> Customer:
    """The stored file, locked until the transaction ends; raises RuleBroken for one that was merged into another."""
    row = Customer.every.select_for_update(no_key=True).get(pk=customer.pk)
    refuse_merged(row)
    return row


def locked_customers(customers: Iterable[Customer]) -> list[Customer]:
    """Several stored files, locked one after the other by their keys, so that two writers never wait for each other."""
    keys = [customer.pk for customer in customers]
    rows = list(Customer.every.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    for row in rows:
        refuse_merged(row)
    return rows


def refuse_merged(row: Customer) -> None:
    if row.merged_into_id:
        kept = Customer.every.get(pk=row.merged_into_id)
        raise RuleBroken(_("This file has been merged into %(customer)s. Go on there.") % {"customer": kept})


def hold_files(ids: Iterable[int]) -> None:
    """Keep these files from being merged until the transaction ends; other writers of rows go on beside.

    The database would take these locks itself, but only at the end and in the order of the rows: a merge that has both
    files by then waits for our rows while we wait for its files. In the order of keys and before anything else nobody does.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM customers_customer WHERE id = ANY (%s) ORDER BY id FOR KEY SHARE", [sorted(set(ids))])
