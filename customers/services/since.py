"""What has become of customer files since an import was at them: a mark is the last entry in their history by then."""

from collections.abc import Mapping, Sequence

from django.db.models import Max

from customers.models import Customer
from portcrm.audit.queries import event_model_of

State = dict[str, object]


def marks_of(keys: Sequence[int]) -> dict[int, int]:
    """The last entry in the history of each file: what comes after it is a later change."""
    events = event_model_of(Customer).objects.filter(pgh_obj__in=keys).order_by()
    return dict(events.values_list("pgh_obj").annotate(Max("pgh_id"))) if keys else {}


def states_since(marks: Mapping[int, int]) -> dict[int, tuple[State | None, State]]:
    """How files stood at their mark and how they stand now; those that nothing has been written to since are left out."""
    event, last = event_model_of(Customer), marks_of(list(marks))
    later = {key: mark for key, mark in marks.items() if last.get(key, 0) > mark}
    if not later:
        return {}
    names = [field.attname for field in event._meta.concrete_fields if not field.name.startswith("pgh_")]
    then = {row["id"]: row for row in event.objects.filter(pgh_id__in=later.values()).values(*names)}
    return {row["id"]: (then.get(row["id"]), row) for row in Customer.every.filter(pk__in=later).values(*names)}
