"""Rows of a table to figures: long ones hold one figure each, wide ones one in every column whose heading says what it counts."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from cargo.statistics.facts import (
    GROWTHS,
    MAY_BE_NEGATIVE,
    Measure,
    NotRead,
    Period,
    Place,
    Reading,
    Reason,
    SeriesFacts,
    Subject,
    Unit,
)
from cargo.statistics.figures import fitted, read_number
from cargo.statistics.headings import LOADS, SUBJECTS, TRADES, WAYS, Heading, named, read_heading, take_measure, take_year_before
from cargo.statistics.periods import read_parts, read_period
from cargo.statistics.units import OWN_UNIT, PERCENT, read_unit

CODE = re.compile(r"[A-Z]{2}[A-Z0-9]{3}")
_COUNTED = re.compile(r"(.+) \(\d+\)")
_ARROW = re.compile(r"([A-Za-z]{2})\s*(?:->|=>|→|>)\s*([A-Za-z]{2})")
_PAIR = re.compile(r"(?P<first>[^_→–—-]+)(?:_|→|–|—|->|-)(?P<other>[^_→–—-]+)")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    index: int
    title: str
    heading: Heading


def told_columns(text: str) -> dict[str, str]:
    """{"REVENUE": "revenue (CNY)"} from "REVENUE = revenue (CNY); …": what headings mean that do not say it themselves."""
    told = {}
    for part in filter(None, (piece.strip() for piece in re.split("[;；]", text))):
        title, equals, meaning = (word.strip() for word in part.partition("="))
        if not (title and equals and read_heading(meaning).is_figure):
            raise NotRead(Reason.UNKNOWN_COLUMN, "value_columns", value=part)
        told[title] = meaning
    return told


def value_columns(titles: Sequence[str], used: Collection[int], told: Mapping[str, str]) -> list[ValueColumn]:
    """The columns that hold figures: those that are told, and those nobody uses whose heading says what it counts.

    NotRead where something is told of a column the table does not have, or where two columns would be the same of one figure.
    """
    if unknown := sorted(set(told) - set(titles)):
        raise NotRead(Reason.UNKNOWN_COLUMN, "value_columns", value=unknown[0])
    read = [ValueColumn(index, title, _heading_of(title, titles, told)) for index, title in enumerate(titles) if index not in used]
    return [column for column in _leaning_columns_completed(read) if column.heading.is_figure]


def _heading_of(title: str, titles: Collection[str], told: Mapping[str, str]) -> Heading:
    """What is told of a column, else its title; the count by which a bare one is told apart from its like says nothing."""
    if title in told:
        return read_heading(told[title])
    counted = _COUNTED.fullmatch(title)
    if counted and counted[1] in titles and (bare := read_heading(counted[1])).says_not_of_what:
        return bare
    return read_heading(title)


def _leaning_columns_completed(columns: Sequence[ValueColumn]) -> Iterator[ValueColumn]:
    """A bare "同比(%)" or "上年同期" is of the figure it stands right behind; behind that one another may stand, but not the same again."""
    base: Heading | None = None
    last, told = -1, set()
    for column in columns:
        heading = column.heading
        if base is not None and heading.says_not_of_what and column.index == last + 1:
            heading = heading.of(base)
            if (heading.measure, heading.is_year_before) in told:
                raise NotRead(Reason.UNKNOWN_COLUMN, "value_columns", value=column.title)
            told.add((heading.measure, heading.is_year_before))
            yield replace(column, heading=heading)
        else:
            base, told = (heading if heading.is_figure and not heading.leans else None), set()
            yield column
        last = column.index


class TableReader:
    """`value` is the column of the figure of a long table, None for a wide one; `texts` of a row are its mapped cells by field."""

    def __init__(self, titles: Sequence[str], used: Collection[int], *, value: int | None, told: Mapping[str, str]):
        self.columns = [] if value is None else [ValueColumn(value, titles[value], read_heading(told.get(titles[value], titles[value])))]
        self.is_long = value is not None
        if not self.is_long:
            self.columns = value_columns(titles, used, told)

    def readings(self, texts: Mapping[str, str], cells: Sequence[str]) -> list[Reading]:
        """The figures of one row, none where it has none; NotRead says what keeps the whole row out."""
        period = _period_of(texts)
        first, other, direction = _places_of(texts)
        found = []
        for column in self.columns:
            written = cells[column.index].strip()
            number = read_number(written)
            if number is None:
                continue
            found.append(self._reading(texts, column.heading, period, (first, other, direction), number, written))
        return found

    def _reading(
        self, texts: Mapping[str, str], heading: Heading, period: Period, places: tuple[Place, Place, str], number: Decimal, written: str
    ) -> Reading:
        first, other, direction = places
        texts, is_aside = _without_year_before(texts) if not heading.is_year_before else (texts, True)
        measure = measure_of(texts, heading)
        if measure in GROWTHS:
            unit = unit_of_growth(texts.get("unit", ""), heading)
        else:
            unit = unit_of(texts.get("unit", ""), heading, texts.get("subject", ""))
        subject = subject_of(texts.get("subject", ""), heading, unit)
        series = SeriesFacts(
            source=texts["source"],
            subject=subject,
            unit=unit.base,
            periodicity=period.periodicity,
            measure=measure,
            item=" ".join(part for part in (texts.get("item", ""), "" if self.is_long else heading.item) if part)[:200],
            place=first,
            other_place=other,
            direction=direction or heading.direction,
            trade_kind=_one_of(texts, "trade_kind", TRADES, Reason.TRADE) or heading.trade_kind,
            load=_one_of(texts, "load", LOADS, Reason.LOAD) or heading.load,
            cargo_class=texts.get("cargo_class", ""),
        )
        value = checked(number * unit.factor, series, written)
        start = period.start.replace(year=period.start.year - is_aside)
        return Reading(series, start, value, written, unit.written, is_aside)


def _without_year_before(texts: Mapping[str, str]) -> tuple[Mapping[str, str], bool]:
    """The row without the words by which its subject or item says that the figure is of the year before, and whether it does."""
    found = {name: _of_year_before(texts[name]) for name in ("subject", "item") if texts.get(name)}
    said = {name: rest for name, rest in found.items() if rest is not None}
    return ({**texts, **said}, True) if said else (texts, False)


@lru_cache(maxsize=1024)
def _of_year_before(text: str) -> str | None:
    """The text without "上年同期"; None where it does not say that, or only as what a growth is measured against."""
    is_year_before, _rest = take_year_before(take_measure(text)[1])
    return take_year_before(text)[1] if is_year_before else None


def checked(value: Decimal, series: SeriesFacts, written: str) -> Decimal:
    """The value as it is kept; what is counted is never negative."""
    if value < 0 and series.subject not in MAY_BE_NEGATIVE and series.measure not in GROWTHS:
        raise NotRead(Reason.NEGATIVE, "value", value=written)
    return fitted(value, written)


def measure_of(texts: Mapping[str, str], heading: Heading) -> Measure:
    """What the heading says, else the subject or the item of the row; an item tells of growth only where its unit is per cent."""
    said = heading.measure if heading.measure != Measure.PERIOD else take_measure(texts.get("subject", ""))[0]
    if said != Measure.PERIOD:
        return said
    unit = read_unit(texts.get("unit", "")) or heading.unit
    said = take_measure(texts.get("item", ""))[0]
    return Measure.PERIOD if said in GROWTHS and not (unit and unit.base == PERCENT) else said


def unit_of_growth(written: str, heading: Heading) -> Unit:
    """Per cent as the heading or the row says; a unit of what grew is none of its growth."""
    for unit in (heading.unit, read_unit(written)):
        if unit and unit.base == PERCENT:
            return unit
    raise NotRead(Reason.NO_UNIT, "unit")


def unit_of(written: str, heading: Heading, subject: str) -> Unit:
    """What the row says goes before what the heading says; only counts have a unit of their own.

    A heading of thousands, millions … of something leaves open what a unit of ones in the row is meant to be.
    """
    if written:
        unit = read_unit(written)
        if unit is None:
            raise NotRead(Reason.UNIT, "unit", value=written)
        if unit.factor == 1 and heading.lacks_multiplicand:
            raise NotRead(Reason.NO_UNIT, "unit")
        return unit
    if heading.unit:
        return heading.unit
    named_subject = _subject_named(subject)
    own = read_unit(OWN_UNIT.get(Subject(named_subject), "")) if named_subject else None
    if own is None or heading.lacks_multiplicand:
        raise NotRead(Reason.NO_UNIT, "unit")
    return own


def subject_of(written: str, heading: Heading, unit: Unit) -> Subject:
    if written:
        if found := _subject_named(written):
            return Subject(found)
        raise NotRead(Reason.SUBJECT, "subject", value=written)
    return heading.subject or read_heading(f"({unit.written})").subject or Subject.OTHER


@lru_cache(maxsize=256)
def _subject_named(written: str) -> str:
    return named(written, SUBJECTS) or (str(written) if written in list(Subject) else "") or str(read_heading(written).subject or "")


def _period_of(texts: Mapping[str, str]) -> Period:
    if written := texts.get("period", ""):
        return read_period(written)
    if year := texts.get("year", ""):
        return read_parts(year, texts.get("quarter", ""), texts.get("month", ""))
    if written := texts.get("month", "") or texts.get("quarter", ""):
        return read_period(written)
    raise NotRead(Reason.NO_PERIOD, "period")


@lru_cache(maxsize=16384)
def place_of(code: str, name: str) -> Place:
    """A cell of five capitals and figures is a code, anything else a name."""
    if CODE.fullmatch(code):
        return Place(code, name[:100])
    return Place("", (name or code)[:100])


def _places_of(texts: Mapping[str, str]) -> tuple[Place, Place, str]:
    """The place, the one across, and the direction as seen from the first."""
    first = place_of(texts.get("place", ""), texts.get("place_name", ""))
    other = place_of(texts.get("other_place", ""), texts.get("other_place_name", ""))
    direction = texts.get("direction", "")
    # some files call the column of the pair its direction
    pair = texts.get("pair", "") or (direction if not (first or other) and _PAIR.fullmatch(direction) else "")
    if pair:
        found = _PAIR.fullmatch(pair)
        if not found:
            raise NotRead(Reason.PAIR, "pair", value=pair)
        return place_of(found["first"].strip(), ""), place_of(found["other"].strip(), ""), "outbound"
    return first, other, _direction_of(direction, first, other)


@lru_cache(maxsize=16384)
def _direction_of(written: str, first: Place, other: Place) -> str:
    if not written:
        return ""
    if found := named(written, WAYS):
        return found
    arrow = _ARROW.fullmatch(written.strip())
    if arrow:
        ends = (arrow[1].upper(), arrow[2].upper())
        if ends == (first.code[:2], other.code[:2]):
            return "outbound"
        if ends == (other.code[:2], first.code[:2]):
            return "inbound"
    raise NotRead(Reason.DIRECTION, "direction", value=written)


def _one_of(texts: Mapping[str, str], name: str, words: Mapping[str, Collection[str]], reason: Reason) -> str:
    written = texts.get(name, "")
    if not written:
        return ""
    if found := named(written, words):
        return found
    raise NotRead(reason, name, value=written)
