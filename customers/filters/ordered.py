"""Ranges over fields that lists are ordered by: the index of the order finds the range too."""

import datetime as dt

import django_filters
from django.db.models import DateField, Lookup, QuerySet
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThanOrEqual

from customers.querysets.archive import ORDERS


class _ByOrder:
    """Beside the condition itself what follows from it for the order, in which unknown values stand at one end: without it hardly any
    files in the range mean that all files are read. `known` compares with the value unknown ones stand at, where no other has it."""

    known: type[Lookup] | None = None

    def __init__(self, *args, order: str, known: type[Lookup] | None = None, **options):
        super().__init__(*args, **options)
        self.place, self.known = ORDERS[order], known or self.known

    def filter(self, rows: QuerySet, ends: slice | None) -> QuerySet:
        found = super().filter(rows, ends)
        if found is rows or not ends:
            return found
        bounds = [GreaterThanOrEqual(self.place, self.end(ends.start))] if ends.start is not None else []
        bounds += [LessThanOrEqual(self.place, self.end(ends.stop))] if ends.stop is not None else []
        bounds += [self.known(self.place, self.place.source_expressions[-1])] if self.known else []
        return found.filter(*bounds)

    def end(self, given: object) -> object:
        """As the order has it."""
        return given


class RangeByOrder(_ByOrder, django_filters.RangeFilter):
    pass


class DaysByOrder(_ByOrder, django_filters.DateFromToRangeFilter):
    known = GreaterThan

    def end(self, given: dt.datetime) -> dt.date:
        """The port's day: PostgreSQL would compare a moment in the time zone of its session."""
        return DateField().to_python(given)
