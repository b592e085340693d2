"""What tests of care share: a day long past, and the record of who cared for a customer."""

import datetime as dt

from customers.models import CareChange, Customer

LONG_AGO = dt.date(2024, 1, 31)


def changes(customer: Customer) -> list[tuple]:
    rows = CareChange.objects.filter(customer=customer).order_by("pk")
    return list(rows.values_list("kind", "from_manager", "to_manager", "note"))
