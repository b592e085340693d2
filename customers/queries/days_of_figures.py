"""Of which day the overdue figures in the terms of customers are."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q

from customers.models import TransactionStatus
from portcrm.audit.queries import event_model_of

FIGURES = ("overdue_amount", "overdue_days", "credit_as_of")


class Differs(Func):
    """Not the same value; that nothing was told is a value too."""

    template, arg_joiner, output_field = "(%(expressions)s)", " IS DISTINCT FROM ", BooleanField()


OTHER_FIGURES = Q(*(Q(Differs(F(name), F(f"pgh_obj__{name}"))) for name in FIGURES), _connector=Q.OR)  # than the row has now


@dataclass(frozen=True)
class Standing:
    """Of which day figures are and, where they do not say it themselves, the moment since which they stand as they do."""

    day: dt.date
    since: dt.datetime | None = None


def days_of_figures(rows: Collection[TransactionStatus]) -> dict[int, Standing]:
    """By the key of the row: the day the figures name, else the one on which they were first recorded as they stand. Another
    edit of the terms renews the day of the row, and says nothing new of a delay."""
    found = {row.pk: Standing(row.credit_as_of or row.recorded_on) for row in rows}
    undated = [row.pk for row in rows if row.credit_as_of is None]
    states = event_model_of(TransactionStatus).objects.filter(pgh_obj__in=undated)
    # Where others stood in between, the same figures earlier still are another delay.
    others_since = states.filter(OTHER_FIGURES, pgh_obj=OuterRef("pgh_obj"), pgh_id__gt=OuterRef("pgh_id"))
    same = states.exclude(OTHER_FIGURES).exclude(Exists(others_since))
    first = same.order_by("pgh_obj", "pgh_id").distinct("pgh_obj")
    return found | {key: Standing(day, at) for key, day, at in first.values_list("pgh_obj", "recorded_on", "pgh_created_at")}
