"""The explorer's answer as a table: lines and columns with names, totals, and what to ask the ledger for behind each figure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cargo.enums import Direction
from cargo.models import CargoClass, CargoForm, Port, TradeKind
from cargo.queries.asking import answer
from cargo.queries.explorer import TIMES, Answer, Dimension, Question
from cargo.queries.ledger import month_end, months_from
from customers.models import Customer

KINDS = {Dimension.FORM: CargoForm, Dimension.TRADE: TradeKind}
FILTERED_AS = {
    Dimension.CLASS: "cargo_class",
    Dimension.FORM: "form",
    Dimension.DIRECTION: "direction",
    Dimension.TRADE: "trade_kind",
    Dimension.ORIGIN: "origin",
    Dimension.DESTINATION: "destination",
    Dimension.CUSTOMER: "customer",
}


@dataclass(frozen=True)
class Head:
    """What a line or column is called, and the rows of the ledger it stands for: None where the ledger's list cannot show them."""

    label: str
    rows_behind: Mapping[str, object] | None = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    value: Decimal | None
    rows_behind: Mapping[str, object] | None


@dataclass(frozen=True)
class Line:
    head: Head
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True)
class Pivot:
    question: Question
    columns: list[Head]
    lines: list[Line]
    totals: list[Cell]
    total: Cell
    rows: int
    without: int


def pivot(question: Question, user) -> Pivot:
    """Columns of time are without gaps; a cell without rows is None, never zero."""
    found = answer(question, user)
    across = _columns(question, found)
    heads = _heads(question.down, found, user)
    columns = [head for _key, head in across]
    whole = _period(question) | question.filters
    lines = []
    for key in found.down:
        values = [found.cells.get((key, column)) for column, _head in across]
        cells = [Cell(value, _behind(whole, heads[key], column)) for value, column in zip(values, columns, strict=True)]
        lines.append(Line(heads[key], cells, Cell(_sum(values), _behind(whole, heads[key]))))
    totals = [Cell(_sum(line.cells[place].value for line in lines), _behind(whole, column)) for place, column in enumerate(columns)]
    return Pivot(question, columns, lines, totals, Cell(_sum(cell.value for cell in totals), whole), found.rows, found.without)


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _behind(*asked: Mapping[str, object] | Head) -> Mapping[str, object] | None:
    """All conditions together; None where one of them cannot be asked for."""
    together: dict[str, object] = {}
    for one in asked:
        conditions = one.rows_behind if isinstance(one, Head) else one
        if conditions is None:
            return None
        days = {name: MEETING[name](together.get(name, day), day) for name, day in conditions.items() if name in MEETING}
        together |= conditions | days
    return together


MEETING = {"handled_on_after": max, "handled_on_before": min}  # a year of a table of six months stands for those of them in it


def _period(question: Question) -> dict[str, object]:
    return _days(question.start, question.after - dt.timedelta(days=1))


def _days(first: dt.date, last: dt.date) -> dict[str, object]:
    return {"handled_on_after": first, "handled_on_before": last}


def _columns(question: Question, found: Answer) -> list[tuple[str, Head]]:
    if question.across in TIMES:
        months = groupby(months_from(question.start, question.end), lambda month: time_key(question.across, month))
        return [(key, _time(key, list(within))) for key, within in months]
    present = {across for _down, across in found.cells}
    field_name = FILTERED_AS[question.across]
    return [(value, Head(str(label), {field_name: value})) for value, label in _words(question.across) if value in present]


def _words(dimension: Dimension) -> list[tuple[str, str]]:
    """(code, label) in the order in which they are shown."""
    if dimension == Dimension.DIRECTION:
        return list(Direction.choices)
    return [(one.pk, one.label) for one in KINDS[dimension].objects.all()]


def time_key(dimension: Dimension, month: dt.date) -> str:
    """As the SQL of the explorer writes it: 2026-03, 2026-Q1, 2026."""
    if dimension == Dimension.YEAR:
        return f"{month:%Y}"
    return f"{month:%Y}-Q{(month.month + 2) // 3}" if dimension == Dimension.QUARTER else f"{month:%Y-%m}"


def _time(label: str, months: list[dt.date]) -> Head:
    return Head(label, _days(months[0], month_end(months[-1])))


def _heads(dimension: Dimension, found: Answer, user) -> dict[str | None, Head]:
    named = [key for key in found.down if key is not None]
    if dimension in TIMES:
        heads = {key: _time(key, _months_of(dimension, key)) for key in named}
    elif dimension == Dimension.DIRECTION or dimension in KINDS:
        words = dict(_words(dimension))
        heads = {key: Head(str(words[key]), {FILTERED_AS[dimension]: key}) for key in named}
    else:
        heads = RECORDS[dimension](dimension, named, user)
    more = ngettext("%(n)s more", "%(n)s others", found.others) % {"n": f"{found.others:,}{'+' if found.are_more else ''}"}
    return heads | {None: Head(more, None)}


def _months_of(dimension: Dimension, key: str) -> list[dt.date]:
    year = int(key[:4])
    if dimension == Dimension.YEAR:
        return [dt.date(year, 1, 1), dt.date(year, 12, 1)]
    first = int(key[6:]) * 3 - 2 if dimension == Dimension.QUARTER else int(key[5:])
    return [dt.date(year, first, 1), dt.date(year, first + 2 if dimension == Dimension.QUARTER else first, 1)]


def _classes(_dimension: Dimension, keys: list[str], _user) -> dict[str, Head]:
    classes = CargoClass.objects.in_bulk(keys)
    return {key: Head(classes[key].short, {"cargo_class": key}) for key in keys}


def _ports(dimension: Dimension, keys: list[str], _user) -> dict[str, Head]:
    ports = Port.objects.in_bulk([int(key) for key in keys if key != "0"])
    unknown = Head(_("Not known"), None)
    return {key: Head(ports[int(key)].label, {FILTERED_AS[dimension]: key}) if key != "0" else unknown for key in keys}


def _lanes(_dimension: Dimension, keys: list[str], _user) -> dict[str, Head]:
    pairs = {key: [int(end) for end in key.split("-")] for key in keys}
    ports = Port.objects.in_bulk({end for pair in pairs.values() for end in pair if end})
    return {key: _lane(*(ports.get(end) for end in pair)) for key, pair in pairs.items()}


def _lane(origin: Port | None, destination: Port | None) -> Head:
    label = " – ".join(port.label if port else _("Not known") for port in (origin, destination))
    known = origin is not None and destination is not None
    return Head(label, {"origin": origin.pk, "destination": destination.pk} if known else None)


def _customers(_dimension: Dimension, keys: list[str], user) -> dict[str, Head]:
    customers = Customer.objects.visible_to(user).in_bulk([int(key) for key in keys])
    return {
        key: Head(customers[int(key)].label, {"customer": key}) if int(key) in customers else Head(_("Not known"), None) for key in keys
    }


RECORDS = {
    Dimension.CLASS: _classes,
    Dimension.ORIGIN: _ports,
    Dimension.DESTINATION: _ports,
    Dimension.LANE: _lanes,
    Dimension.CUSTOMER: _customers,
}
