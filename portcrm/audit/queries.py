"""Reading history: what changed, field by field, and how a row stood at a moment."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from pghistory.core import event_models
from pghistory.models import Event

from portcrm.audit.history import tracking_of
from portcrm.audit.labels import action_label, channel_label, shown_value


@dataclass(frozen=True)
class FieldChange:
    """One field that changed. `before` and `after` read as on a page; a created or deleted row has an empty field."""

    at: dt.datetime
    actor: str
    action: str
    channel: str
    field: str
    label: str
    before: str
    after: str
    kind: str = "update"  # insert | update | delete
    actor_pk: int | None = None


def event_model_of(model: type[models.Model]) -> type[Event]:
    """The table that holds the states of a tracked model; LookupError for a model without history."""
    if tracking_of(model) is None:
        raise LookupError(f"{model._meta.label} is not tracked")
    return event_models(tracks_model=model._meta.concrete_model)[0]


def stored_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of a tracked model whose states are kept, as the model declares them."""
    kept = {field.name for field in event_model_of(model)._meta.fields}
    return [field for field in model._meta.concrete_fields if field.name in kept]


def as_of(row: models.Model | tuple[type[models.Model], Any], moment: dt.datetime) -> dict[str, Any] | None:
    """Field values of a tracked row at `moment`, or None where it did not exist then.

    `row` is an instance or (Model, pk). Keys are field names; a foreign key gives the key it pointed at.
    """
    model, pk = row if isinstance(row, tuple) else (type(row), row.pk)
    event = event_model_of(model).objects.filter(pgh_obj_id=pk, pgh_created_at__lte=moment).order_by("-pgh_id").first()
    if event is None or event.pgh_label == "delete":
        return None
    return {field.name: getattr(event, field.attname) for field in stored_fields(model)}


def row_as_of(model: type[models.Model], pk: Any, moment: dt.datetime) -> Any:
    """A tracked row as it stood at `moment`, not to be saved; fields that are not tracked are at their default."""
    state = as_of((model, pk), moment)
    return None if state is None else _instance(model, state)


def rows_as_of(model: type[models.Model], moment: dt.datetime, *either: Q, **belonging: Any) -> list:
    """All rows that at `moment` belonged to something (customer=…), as they stood then, in the order of their keys."""
    states = event_model_of(model).objects.filter(pgh_created_at__lte=moment)
    newer = states.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id"))
    last = states.filter(*either, **belonging).exclude(Exists(newer)).exclude(pgh_label="delete").order_by("pgh_obj_id")
    fields = stored_fields(model)
    return [_instance(model, {field.name: getattr(state, field.attname) for field in fields}) for state in last]


def _instance(model: type[models.Model], state: dict[str, Any]) -> models.Model:
    row = model(**{model._meta.get_field(name).attname: value for name, value in state.items()})
    row._state.adding = False
    return row


def changes_of(model: type[models.Model], belonging: Q, *, only_whether: bool = False) -> models.QuerySet:
    """The states by which rows changed that belonged to something before the change or after it, deleting included.

    A row given away changes what it leaves and what it comes to; what becomes of it elsewhere concerns neither. `only_whether`:
    only that rows came or left counts, not what else became of them meanwhile.
    """
    states = event_model_of(model).objects.order_by()
    here = states.filter(belonging).exclude(pgh_label="delete")
    earlier = states.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id").values("pgh_id")[:1]
    after, before = Q(pgh_id__in=here.values("pgh_id")), Q(earlier__in=here.values("pgh_id"))
    known = states.filter(pgh_obj_id__in=here.values("pgh_obj_id")).alias(earlier=Coalesce(Subquery(earlier), 0))
    return known.filter(before ^ after if only_whether else before | after)


def last_change(changes: Iterable[models.QuerySet], *, before: dt.datetime) -> dt.datetime | None:
    """When the latest of these changes before a moment was; one query for all of them."""
    return _outermost([one.filter(pgh_created_at__lt=before) for one in changes], "-pgh_created_at")


def first_change(changes: Iterable[models.QuerySet], *, since: dt.datetime | None = None) -> dt.datetime | None:
    """When the first of these changes was, at a moment or after it; without a moment, where the history begins."""
    return _outermost([one.filter(pgh_created_at__gte=since) if since else one for one in changes], "pgh_created_at")


def _outermost(changes: list[models.QuerySet], order: str) -> dt.datetime | None:
    first, *others = (one.order_by(order).values_list("pgh_created_at", flat=True)[:1] for one in changes)
    return (first.union(*others, all=True).order_by(order) if others else first).first()


def field_changes(row: models.Model, before: dt.datetime | None = None, limit: int = 20, hidden: Iterable[str] = ()) -> list[FieldChange]:
    """The latest changes of a tracked row, newest first, strictly before a moment.

    Gives at least `limit` changes where there are so many and never splits the changes of one instant, so that the
    `at` of the last one is the `before` of the next page. Fields named in `hidden` are left out.
    """
    states = event_model_of(type(row)).objects.filter(pgh_obj_id=row.pk).select_related("pgh_context").order_by("-pgh_id")
    if before is not None:
        states = states.filter(pgh_created_at__lt=before)
    fields = [field for field in stored_fields(type(row)) if field.name not in set(hidden) and not field.primary_key]
    raw: list[tuple[Event, models.Field | None, Any, Any]] = []
    for state, earlier in pairwise(chain(_in_portions(states, limit + 1), [None])):
        if len(raw) >= limit:
            break
        raw.extend(_differences(state, earlier, fields))
    return _readable(raw)


def _in_portions(states: models.QuerySet, size: int) -> Iterator[Event]:
    """The states one by one, read a portion at a time: most readers stop long before the end of a history."""
    start = 0
    while portion := list(states[start : start + size]):
        yield from portion
        if len(portion) < size:
            return
        start += size


def _differences(state: Event, earlier: Event | None, fields: list[models.Field]):
    if state.pgh_label != "update" or earlier is None:
        return [(state, None, None, None)] if state.pgh_label != "update" else []
    return [
        (state, field, getattr(earlier, field.attname), getattr(state, field.attname))
        for field in fields
        if getattr(earlier, field.attname) != getattr(state, field.attname)
    ]


def _readable(raw) -> list[FieldChange]:
    names = _actor_names({(state.pgh_context.metadata if state.pgh_context else {}).get("actor") for state, *_rest in raw})
    related = _related_labels(raw)
    changes = []
    for state, field, old, new in raw:
        context = state.pgh_context.metadata if state.pgh_context else {}
        changes.append(
            FieldChange(
                at=state.pgh_created_at,
                actor=names.get(context.get("actor"), ""),
                action=action_label(context.get("action", "")),
                channel=channel_label(context.get("channel", "")),
                field=field.name if field else "",
                label=str(field.verbose_name) if field else _whole_row(state.pgh_label),
                before=shown_value(field, old, related) if field else "",
                after=shown_value(field, new, related) if field else "",
                kind=state.pgh_label,
                actor_pk=context.get("actor"),
            )
        )
    return changes


def _whole_row(label: str) -> str:
    return _("Created") if label == "insert" else _("Deleted")


def _actor_names(keys: set) -> dict[int, str]:
    keys.discard(None)
    return {user.pk: user.label for user in get_user_model().objects.filter(pk__in=keys)} if keys else {}


def _related_labels(raw) -> dict[tuple[type[models.Model], Any], str]:
    """Names of what foreign keys point at: one query for each model that occurs."""
    wanted: dict[type[models.Model], set] = {}
    for _state, field, old, new in raw:
        if field is not None and field.is_relation:
            wanted.setdefault(field.related_model, set()).update(key for key in (old, new) if key is not None)
    return {(model, row.pk): str(row) for model, keys in wanted.items() if keys for row in model._base_manager.filter(pk__in=keys)}
