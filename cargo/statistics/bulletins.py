"""Monthly bulletins of transport departments as text: a heading with the month, then lines of four figures.

    ②集装箱吞吐量 TEU 1132457 199348 25.62 38.24

are the sum since January, the month, and the growth of both in per cent against the year before. The unit stands in every
line and is read there: the same bulletin has changed from TEU to 万TEU between two years without a word.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cargo.statistics.facts import Measure, NotRead, Periodicity, Place, Reading, Reason, Remark, RemarkKind, SeriesFacts, Subject, Unit
from cargo.statistics.figures import fitted, read_number
from cargo.statistics.headings import read_heading
from cargo.statistics.periods import first_of
from cargo.statistics.tables import place_of
from cargo.statistics.units import read_unit

_NAME = "(?:完成情况|一览表|快报|统计)"
# whose figures they are, before the year: a name, no note and no sentence
_WHOSE = r"(?:(?!注|备注|说明|附注)[^\d。；;，,：:、]{1,30}(?=\d{4}\s*年)(?!.*[。；;]\s*$))?"
_TITLE = re.compile(rf"{_WHOSE}(?P<year>\d{{4}})\s*年\s*(?P<month>\d{{1,2}})\s*月(?!起|份?\s*[-–—~～至到、及和]\s*\d).*{_NAME}")
_OTHER_TITLE = re.compile(rf"{_WHOSE}\d{{4}}\s*年.*{_NAME}.*(?<![。；;])")  # of several months, or a whole year; a sentence is a note
_NUMBER = r"-?[\d,]+(?:\.\d+)?"
_LINE = re.compile(rf"(?P<label>.+?)\s+(?P<unit>[^\s\d]+)\s+(?P<figures>{_NUMBER}(?:\s+{_NUMBER}){{3}})\s*")
_FIGURES = re.compile(rf"\s{_NUMBER}\s+{_NUMBER}\s")
_LEVELS = (
    ("section", re.compile(r"^[一二三四五六七八九十]+\s*[､、.,]\s*")),
    ("part", re.compile(r"^[(（]\d{1,2}[)）]\s*")),
    ("of_which", re.compile(r"^(?:其中\s*[:：]?\s*)?[①-⑳]\s*|^其中\s*[:：]\s*")),
    ("item", re.compile(r"^\d{1,2}\s*[､、.,]\s*")),
)
MOST_GROWTH = Decimal(200)  # per cent; beyond it a figure is more likely misprinted than true
MEASURES = (Measure.TO_DATE, Measure.PERIOD, Measure.GROWTH_TO_DATE, Measure.GROWTH)


@dataclass(frozen=True)
class BulletinLine:
    """`to_date` and `month` in the unit as written, growth in per cent."""

    line: int
    level: str
    place: str
    subject: Subject
    trade_kind: str
    unit: Unit
    to_date: Decimal
    month: Decimal
    growth_to_date: Decimal
    growth: Decimal
    written: tuple[str, ...]


@dataclass
class Bulletin:
    title: str
    month: dt.date
    lines: list[BulletinLine] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8 or GB18030 without the NULs no column holds; NotRead for what is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise NotRead(Reason.NO_BULLETIN)


def read_bulletins(text: str) -> list[Bulletin]:
    """The bulletins of a text in its order; NotRead if there is none."""
    bulletins = [bulletin for bulletin in _told_apart(text) if bulletin.lines]
    if not bulletins:
        raise NotRead(Reason.NO_BULLETIN)
    for bulletin in bulletins:
        bulletin.remarks += _parts_over_whole(bulletin)
    _note_changed_units(bulletins)
    return bulletins


def _told_apart(text: str) -> list[Bulletin]:
    """Each title of a single month with its lines; what stands below another title is left out with a remark at its neighbour."""
    bulletins: list[Bulletin] = []
    above: dict[str, BulletinLine] = {}
    left_out: list[Remark] = []
    is_open = False
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if title := _TITLE.match(line):
            bulletins.append(Bulletin(line, first_of(int(title["year"]), int(title["month"]), line)))
            above, is_open = {}, True
        elif _OTHER_TITLE.fullmatch(line) and not _FIGURES.search(line):
            left_out.append(Remark(RemarkKind.NO_MONTH, number, {"title": line[:100]}))
            is_open = False
        elif is_open and line:
            _take(line, number, bulletins[-1], above)
        if bulletins and left_out:
            bulletins[-1].remarks += left_out
            left_out = []
    return bulletins


def _take(line: str, number: int, bulletin: Bulletin, above: dict[str, BulletinLine]) -> None:
    try:
        read = _read_line(line, number, above)
    except NotRead:
        read = None
    if read is None:
        if _FIGURES.search(line):
            bulletin.remarks.append(Remark(RemarkKind.NOT_READ, number, {"line": line[:100]}))
        return
    bulletin.lines.append(read)
    bulletin.remarks += _odd(read, bulletin.month)
    above[read.level] = read
    if read.level == "section":
        above.pop("item", None)


def _read_line(line: str, number: int, above: dict[str, BulletinLine]) -> BulletinLine | None:
    """NotRead for a figure that is no number or too large, None for what is no line of figures."""
    level, label = _level_of(line)
    found = _LINE.fullmatch(label)
    unit = read_unit(found["unit"]) if found else None
    if found is None or unit is None:
        return None
    written = tuple(found["figures"].split())
    figures = [read_number(figure) for figure in written]
    to_date, month, growth_to_date, growth = (figure or Decimal(0) for figure in figures)
    if to_date < 0 or month < 0:
        return None
    for figure, text in zip((to_date, month), written, strict=False):
        fitted(figure * unit.factor, text)
    parent = above.get("item") or above.get("section") if level in ("part", "of_which") else above.get("section")
    place, subject, trade_kind = _said(found["label"], parent if level != "section" else None)
    return BulletinLine(number, level, place, subject, trade_kind, unit, to_date, month, growth_to_date, growth, written)


def _level_of(line: str) -> tuple[str, str]:
    for level, sign in _LEVELS:
        if found := sign.match(line):
            return level, line[found.end() :]
    return "item", line


def _said(label: str, parent: BulletinLine | None) -> tuple[str, Subject, str]:
    """Place, subject and trade of a line; what it does not say it has from the line above it."""
    close = re.sub(r"\s+", "", unicodedata.normalize("NFKC", label)).replace("总计", "").replace("合计", "")
    heading = read_heading(close)
    if heading.subject is None and parent is not None:
        return close, parent.subject, parent.trade_kind
    return heading.item or (parent.place if parent else ""), heading.subject or Subject.THROUGHPUT, heading.trade_kind


def _odd(line: BulletinLine, month: dt.date) -> Iterator[Remark]:
    values = {"place": line.place, "month": line.written[1], "to_date": line.written[0]}
    if line.month > line.to_date:
        yield Remark(RemarkKind.MONTH_OVER_TOTAL, line.line, values)
    elif month.month == 1 and line.month != line.to_date:
        yield Remark(RemarkKind.JANUARY, line.line, values)
    for growth, written in ((line.growth_to_date, line.written[2]), (line.growth, line.written[3])):
        if not -100 <= growth <= MOST_GROWTH:
            yield Remark(RemarkKind.GROWTH, line.line, {"place": line.place, "growth": written})


def _parts_over_whole(bulletin: Bulletin) -> Iterator[Remark]:
    """Lists of parts may be incomplete, so that only parts larger than their whole are odd; each may be rounded."""
    whole: BulletinLine | None = None
    parts: list[BulletinLine] = []
    for line in [*bulletin.lines, None]:
        if line is not None and line.level == "part":
            parts.append(line)
            continue
        if whole and parts and all(part.unit.base == whole.unit.base for part in parts):
            for name, position in (("to_date", 0), ("month", 1)):
                total = sum((getattr(part, name) * part.unit.factor for part in parts), Decimal(0))
                last_digit = Decimal(1).scaleb(-len(whole.written[position].partition(".")[2])) * whole.unit.factor
                if total > getattr(whole, name) * whole.unit.factor + last_digit * (len(parts) + 1) / 2:
                    yield Remark(RemarkKind.PARTS, whole.line, {"place": whole.place, "whole": whole.written[position]})
        if line is None or line.level in ("item", "section"):
            whole = line
        parts = []


def _note_changed_units(bulletins: list[Bulletin]) -> None:
    seen: dict[tuple[Subject, str], str] = {}
    for bulletin in sorted(bulletins, key=lambda one: one.month):
        for line in bulletin.lines:
            before = seen.get((line.subject, line.unit.base))
            if before is not None and before != line.unit.written:
                values = {"place": line.place, "before": before, "now": line.unit.written}
                bulletin.remarks.append(Remark(RemarkKind.UNIT_CHANGED, line.line, values))
            seen[line.subject, line.unit.base] = line.unit.written


def readings_of(bulletin: Bulletin, source: str) -> list[Reading]:
    """Four figures a line: the sum since January and the month in the base unit, and the growth of both in per cent."""
    found = []
    for line in bulletin.lines:
        series = SeriesFacts(
            source=source,
            subject=line.subject,
            unit=line.unit.base,
            periodicity=Periodicity.MONTH,
            place=place_of(line.place, "") if line.place else Place(),
            trade_kind=line.trade_kind,
        )
        figures = (line.to_date, line.month, line.growth_to_date, line.growth)
        for measure, figure, written in zip(MEASURES, figures, line.written, strict=True):
            if measure in (Measure.GROWTH, Measure.GROWTH_TO_DATE):
                found.append(Reading(replace(series, measure=measure, unit="percent"), bulletin.month, fitted(figure), written, "%"))
            else:
                value = fitted(figure * line.unit.factor)
                found.append(Reading(replace(series, measure=measure), bulletin.month, value, written, line.unit.written))
    return found
