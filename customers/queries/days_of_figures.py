"""Of which day the overdue figures in the terms of customers are."""

import datetime as dt
from collections.abc import Collection

from customers.models import TransactionStatus
from portcrm.audit.queries import event_model_of

FIGURES = ("overdue_amount", "overdue_days", "credit_as_of")


def days_of_figures(rows: Collection[TransactionStatus]) -> dict[int, dt.date]:
    """By the key of the row: the day the figures name, else the one on which they were first recorded as they stand. Another
    edit of the terms renews the day of the row, and says nothing new of a delay."""
    days = {row.pk: row.credit_as_of or row.recorded_on for row in rows}
    undated = {row.pk: _figures(row) for row in rows if row.credit_as_of is None}
    states = event_model_of(TransactionStatus).objects.filter(pgh_obj_id__in=undated).order_by("-pgh_id")
    for state in states.only("pgh_obj_id", "recorded_on", *FIGURES):
        if _figures(state) == undated.get(state.pgh_obj_id):
            days[state.pgh_obj_id] = state.recorded_on
        else:
            undated.pop(state.pgh_obj_id, None)  # before it other figures stood there; the same ones earlier still are another delay
    return days


def _figures(row) -> tuple:
    return tuple(getattr(row, name) for name in FIGURES)
