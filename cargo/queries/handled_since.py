"""How many shipments each customer has had since a day, without a walk through the ledger."""

import datetime as dt
from collections import Counter

from django.db.models import Case, Sum, Value, When

from cargo.models import MonthlyRollup, Shipment

SIGN = Case(When(is_reversal=True, then=Value(-1)), default=Value(1))


def shipments_since(day: dt.date, *, user) -> Counter[int]:
    """Rows of the ledger in effect that were handled on that day or later, by customer; what was taken back is not in it.

    Whole months come from the sums that whoever writes the ledger keeps, only the rest of the month of `day` from its rows: the
    price grows with the months since and the customers of a month, not with the ledger. A row that knows its month only
    counts as of the first of it.
    """
    whole = day if day.day == 1 else (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    counted = Counter[int]()
    for rows, each in (
        (MonthlyRollup.objects.visible_to(user).filter(month__gte=whole), "rows"),
        (Shipment.objects.visible_to(user).filter(handled_on__gte=day, handled_on__lt=whole), SIGN),
    ):
        counted.update(dict(rows.order_by().values_list("customer").annotate(number=Sum(each))))
    return counted
