"""Keyset pagination: the next page starts after the last row's sort values, so no page is slower than the first.

Works forwards and backwards, for mixed directions, ties (the primary key decides) and empty values (always last).
NOT NULL fields of one direction become one row comparison, which PostgreSQL answers from an index on those fields.
"""

import base64
import binascii
import datetime as dt
import json
import math
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, F, Field, Func, IntegerField, Model, Q, QuerySet, Value
from django.db.models.functions import Greatest

from portcrm.prepared import Place


@dataclass(frozen=True)
class Ordering:
    """A way to sort: `fields` as in order_by, ideally NOT NULL and indexed; the primary key is added where missing."""

    key: str
    label: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class SortKey:
    path: str
    attribute: str  # where a fetched row holds the value
    descending: bool
    nullable: bool
    field: Field


@dataclass(frozen=True)
class KeysetPage:
    rows: list
    after: str  # cursor of the next page, "" where there is none
    before: str  # cursor of the previous page, "" where there is none


class RowComparison(Func):
    """(a, b) > (x, y) as PostgreSQL writes it."""

    output_field = BooleanField()

    def __init__(self, paths: list[str], operator: str, values: list[Value]):
        self.operator = operator
        super().__init__(*(F(path) for path in paths), *values)

    def as_sql(self, compiler, connection, **_extra):
        compiled = [compiler.compile(expression) for expression in self.source_expressions]
        half = len(compiled) // 2
        left, right = (", ".join(sql for sql, _params in part) for part in (compiled[:half], compiled[half:]))
        params = tuple(param for _sql, found in compiled for param in found)
        return f"({left}) {self.operator} ({right})", params


def sort_keys(queryset: QuerySet, ordering: Ordering, *, reverse: bool = False) -> list[SortKey]:
    """The fields of an ordering with what paging must know of each; the primary key comes last."""
    specs = list(ordering.fields)
    primary = {"pk", queryset.model._meta.pk.name}
    if not specs or specs[-1].lstrip("-") not in primary:
        specs.append("-pk" if specs and specs[-1].startswith("-") else "pk")
    return [_sort_key(queryset, spec, reverse) for spec in specs]


def _sort_key(queryset: QuerySet, spec: str, reverse: bool) -> SortKey:
    path = spec.lstrip("-")
    descending = spec.startswith("-") != reverse
    annotation = queryset.query.annotations.get(path)
    if annotation is not None:
        return SortKey(path, path, descending, False, annotation.output_field)
    model: type[Model] = queryset.model
    nullable, field = False, model._meta.pk
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        nullable = nullable or field.null
        model = field.related_model or model
    if field.is_relation:
        raise FieldDoesNotExist(f"{path} is a relation; sort by one of its fields")
    return SortKey(path, path if "__" not in path else f"sort_{path}", descending, nullable, field)


def ordered(queryset: QuerySet, keys: list[SortKey], *, backwards: bool = False, walked: bool = True) -> QuerySet:
    """Sort by the keys; empty values stand last, whichever the direction. Where the order is not to be `walked`, all rows are found
    and then sorted: no index holds the larger of a value and itself."""
    unread = {key.attribute: F(key.path) for key in keys if key.attribute != key.path or _is_alias(key.path, queryset)}
    queryset = queryset.annotate(**unread) if unread else queryset
    return queryset.order_by(*(_order(key, backwards, F(key.path) if walked else Greatest(key.path, key.path)) for key in keys))


def _is_alias(path: str, queryset: QuerySet) -> bool:
    return path in queryset.query.annotations and path not in queryset.query.annotation_select


def _order(key: SortKey, backwards: bool, value: F | Greatest):
    descending = key.descending != backwards
    if not key.nullable:
        return value.desc() if descending else value.asc()
    ends = {"nulls_first": True} if backwards else {"nulls_last": True}
    return value.desc(**ends) if descending else value.asc(**ends)


def is_plain(keys: list[SortKey]) -> bool:
    """Whether the place of a row is one comparison of rows: one direction, no empty values."""
    return len({key.descending for key in keys}) == 1 and not any(key.nullable for key in keys)


def up_to(keys: list[SortKey], values: list, *, backwards: bool = False) -> RowComparison:
    """Rows that stand before (or, backwards, after) the row with these sort values, and that row; only for plain keys."""
    return _compared(keys, values, ">=" if keys[0].descending != backwards else "<=")


def _compared(keys: list[SortKey], values: list, operator: str) -> RowComparison:
    return RowComparison([key.path for key in keys], operator, [_value(key, v) for key, v in zip(keys, values, strict=True)])


def _value(key: SortKey, value: Any) -> Value | Place:
    return value if isinstance(value, Place) else Value(value, key.field)


def beyond(keys: list[SortKey], values: list, *, backwards: bool = False) -> Q | RowComparison:
    """Rows that stand after (or, backwards, before) the row with these sort values."""
    if is_plain(keys):
        return _compared(keys, values, "<" if keys[0].descending != backwards else ">")
    condition, same = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        further = _further(key, value, backwards)
        if further is not None:
            condition |= same & further
        same &= Q(**{f"{key.path}__isnull": True}) if value is None else Q(**{key.path: value})
    return condition


def _further(key: SortKey, value, backwards: bool) -> Q | None:
    if value is None:  # empty values are last: nothing follows them, everything else comes before
        return Q(**{f"{key.path}__isnull": False}) if backwards else None
    lookup = "lt" if key.descending != backwards else "gt"
    further = Q(**{f"{key.path}__{lookup}": value})
    return further | Q(**{f"{key.path}__isnull": True}) if key.nullable and not backwards else further


def encode(row, keys: list[SortKey], *numbers: int) -> str:
    """The sort values of a row, and what else tells its place, as a short word for an address."""
    values = [*(_plain(getattr(row, key.attribute)) for key in keys), *numbers]
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def cursor(row, keys: list[SortKey], part: int, parts: int) -> str:
    """The place of a row in a list of so many parts."""
    return encode(row, keys, part) if parts > 1 else encode(row, keys)


def place_of(word: str, keys: list[SortKey], parts: int) -> tuple[int, list] | None:
    """The part and the sort values behind a cursor, or None where the word is not one of ours."""
    if parts == 1:
        values = decode(word, keys)
        return None if values is None else (0, values)
    values = decode(word, [*keys, SortKey("", "", False, False, IntegerField())])
    return (values[-1], values[:-1]) if values and 0 <= values[-1] < parts else None


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):  # a datetime is one too
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def decode(word: str, keys: list[SortKey]) -> list | None:
    """The sort values behind a cursor, or None where the word is not one of ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        if not isinstance(values, list) or len(values) != len(keys) or not all(_is_simple(value) for value in values):
            return None
        decoded = [key.field.to_python(value) for key, value in zip(keys, values, strict=True)]
    except (binascii.Error, ValueError, ValidationError):
        return None
    if any(value is None and not key.nullable for key, value in zip(keys, decoded, strict=True)):
        return None
    return decoded


def _is_simple(value) -> bool:
    """PostgreSQL takes no NUL in a text and no infinite number; nobody types those, so such a cursor is not ours."""
    if isinstance(value, str):
        return "\x00" not in value and value.casefold() not in {"nan", "inf", "-inf", "infinity", "-infinity", "snan"}
    return value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value))


def fetch(queryset: QuerySet, keys: list[SortKey], *, after: str = "", before: str = "", size: int = 25, walked: bool = True) -> KeysetPage:
    """One page in one query; an unreadable cursor gives the first page. `walked` as in `ordered`."""
    backwards = bool(before)
    values = decode(before or after, keys) if before or after else None
    if values is None:
        backwards, start = False, queryset
    else:
        start = queryset.filter(beyond(keys, values, backwards=backwards))
    rows = list(ordered(start, keys, backwards=backwards, walked=walked)[: size + 1])
    return page_from(rows, keys, size=size, placed=values is not None, backwards=backwards)


def page_from(rows: list, keys: list[SortKey], *, size: int, placed: bool, backwards: bool) -> KeysetPage:
    """The page of rows that were read from its beginning, or `backwards` from its end; one more than it holds, if there are more.
    `placed`: not at an end of the list, so there are rows behind it."""
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    further, earlier = (bool(rows), more) if backwards else (more, placed and bool(rows))
    return KeysetPage(rows, encode(rows[-1], keys) if further else "", encode(rows[0], keys) if earlier else "")
