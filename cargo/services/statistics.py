"""Taking in published figures: what is known stays, what is told otherwise becomes a revision."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from django.db import connection

from cargo.models import CargoClass, Port, StatisticSeries, StatisticValue
from cargo.queries.series_places import known_ports
from cargo.statistic_words import LOADS, MEASURES, SUBJECTS, TRADES, WAYS
from cargo.statistics.facts import Measure, Place, Reading, SeriesFacts
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.exchange.importing import Problem, RecordChange, WriteResult
from portcrm.exchange.loading import insert_rows


@dataclass(frozen=True, slots=True)
class ToldValue:
    """A figure and the line of the file that says it."""

    line: int
    reading: Reading
    published_on: dt.date | None = None


Key = tuple[int, dt.date]  # a series and the first day of a period


@dataclass
class Recorded:
    """The lines whose figures were new, were revised, or were known, and those that contradict another line of the same file."""

    added: set[int] = field(default_factory=set)
    revised: set[int] = field(default_factory=set)
    known: set[int] = field(default_factory=set)
    contradicting: dict[int, str] = field(default_factory=dict)  # what the other line says
    said: "dict[int, dict[str, int]]" = field(default_factory=dict)  # by series and period (ISO), the line that tells it

    def as_result(self, told: Collection[int], problems: Sequence[Problem] = ()) -> WriteResult:
        """As an import tells it of its lines: of each line told, and of each series that something is said of."""
        taken = set(told) - self.contradicting.keys()
        added, revised = self.added & taken, (self.revised - self.added) & taken
        changes = [RecordChange(series, after={"figures": len(lines)}, lines=lines) for series, lines in self.said.items()]
        left = len(taken) - len(added) - len(revised)
        return WriteResult(created=len(added), updated=len(revised), skipped=left, problems=[*problems], changes=changes)


@dataclass(frozen=True, slots=True)
class Last:
    """What is known of a period: the last revision, and whether this very import said it."""

    pk: int | None
    value: Decimal
    revision: int
    is_ours: bool


@action("statistic.record")
def record_readings(
    *, told: Sequence[ToldValue], by: User, classes: Mapping[str, CargoClass] | None = None, import_run_id: int | None = None
) -> Recorded:
    """Store figures of one publication, line by line; saying again what is known changes nothing, saying otherwise adds a revision.

    `classes` are the cargo classes by the words the readings use. Of two lines of one file that differ about the same period
    the later one is handed back, with all it says; what is only told aside of another period is left out where the file says
    something of that period itself.
    """
    ids = _open_series({one.reading.series for one in told}, classes or {}, by)
    keys = [(ids[one.reading.series], one.reading.start) for one in told]
    book = Book(_lock_and_look(keys, import_run_id), _highest_taken_back(keys))
    for line, group in groupby(told, key=lambda one: one.line):
        book.enter(line, [((ids[one.reading.series], one.reading.start), one) for one in group if not one.reading.is_aside])
    for one in told:
        if one.reading.is_aside:
            book.enter_aside((ids[one.reading.series], one.reading.start), one)
    StatisticValue.objects.filter(pk__in=book.replaced).update(is_latest=False)
    insert_rows(StatisticValue, [_value_row(key[0], one, revision, import_run_id, by) for key, (one, revision) in book.rows.items()])
    return book.result


class Book:
    """Lines entered one after the other over what is known; nothing is written before all are in."""

    def __init__(self, last: "dict[Key, Last]", taken_back: "dict[Key, int]"):
        self.last, self.taken_back = last, taken_back
        self.result = Recorded()
        self.rows: dict[Key, tuple[ToldValue, int]] = {}
        self.replaced: list[int] = []

    def enter(self, line: int, values: "list[tuple[Key, ToldValue]]") -> None:
        own: dict[Key, Decimal] = {}
        for key, one in values:
            before = self.last.get(key)
            said = own.setdefault(key, before.value if before and before.is_ours else one.reading.value)
            if said != one.reading.value:
                self.result.contradicting[line] = f"{said.normalize():f}"
                return
        for key, one in values:
            self._take(line, key, one)

    def enter_aside(self, key: "Key", one: ToldValue) -> None:
        before = self.last.get(key)
        if one.line not in self.result.contradicting and not (before and before.is_ours):
            self._take(one.line, key, one)

    def _take(self, line: int, key: "Key", one: ToldValue) -> None:
        before, value = self.last.get(key), one.reading.value
        self.result.said.setdefault(key[0], {})[key[1].isoformat()] = line
        revision = before.revision if before else self.taken_back.get(key, 0) + 1
        if before is None:
            self.result.added.add(line)
        elif before.value == value:
            self.result.known.add(line)
        else:
            self.result.revised.add(line)
            revision = max(revision, self.taken_back.get(key, 0)) + 1
            if before.pk:
                self.replaced.append(before.pk)
        if before is None or before.value != value:
            self.rows[key] = (one, revision)
        self.last[key] = Last(before.pk if before else None, value, revision, True)


def _value_row(series_id: int, one: ToldValue, revision: int, import_run_id: int | None, by: User) -> dict[str, object]:
    reading = one.reading
    return {
        "series_id": series_id,
        "period": reading.start,
        "revision": revision,
        "value": reading.value,
        "written": reading.written[:60],
        "unit_written": reading.unit_written[:60],
        "published_on": one.published_on,
        "import_run_id": import_run_id,
        "line": one.line,
        "recorded_by_id": by.pk,
        "recorded_at": now(),
    }


LOCK = "SELECT id FROM cargo_statisticseries WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
KNOWN = """
    SELECT series_id, period, id, value, revision, import_run_id FROM cargo_statisticvalue
    WHERE is_latest AND series_id = ANY(%s) AND period BETWEEN %s AND %s
"""


def _lock_and_look(keys: Sequence[Key], import_run_id: int | None) -> dict[Key, Last]:
    """What is known of these series and periods; who else writes to them waits until we have committed."""
    if not keys:
        return {}
    ids, periods = sorted({series for series, _start in keys}), {start for _series, start in keys}
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [ids])
        cursor.execute(KNOWN, [ids, min(periods), max(periods)])
        return {
            (series, period): Last(pk, value, revision, import_run_id is not None and run == import_run_id)
            for series, period, pk, value, revision, run in cursor.fetchall()
        }


TAKEN_BACK = """
    SELECT series_id, period, max(revision) FROM cargo_statisticvalue
    WHERE taken_back_at IS NOT NULL AND series_id = ANY(%s) GROUP BY series_id, period
"""


def _highest_taken_back(keys: Sequence[Key]) -> dict[Key, int]:
    """Numbers of revisions that were taken back are not given again."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_BACK, [sorted({series for series, _start in keys})])
        return {(series, period): revision for series, period, revision in cursor.fetchall()}


def _open_series(wanted: Iterable[SeriesFacts], classes: Mapping[str, CargoClass], by: User) -> dict[SeriesFacts, int]:
    """The keys of these series; those that were not there are opened."""
    facts = list(wanted)
    ports = known_ports({place for one in facts for place in (one.place, one.other_place)})
    rows = {one: _series_row(one, ports, classes, by) for one in facts}
    digests = sorted({str(row["key"]) for row in rows.values()})
    known = set(StatisticSeries.objects.filter(key__in=digests).values_list("key", flat=True))
    new = {str(row["key"]): row for row in rows.values() if row["key"] not in known}
    insert_rows(StatisticSeries, sorted(new.values(), key=_backward, reverse=True), conflict="ON CONFLICT (key) DO NOTHING")
    ids = dict(StatisticSeries.objects.filter(key__in=digests).values_list("key", "pk"))
    return {one: ids[row["key"]] for one, row in rows.items()}


def _backward(row: Mapping[str, object]) -> tuple[str, str]:
    """The last name first, so that a list of the newest begins with the first; two writers go the same way and never lock crosswise."""
    return str(row["name_zh"]), str(row["key"])


def _series_row(one: SeriesFacts, ports: Mapping[Place, Port], classes: Mapping[str, CargoClass], by: User) -> dict[str, object]:
    port, other = ports.get(one.place), ports.get(one.other_place)
    cargo_class = classes.get(one.cargo_class)
    differing: dict[str, object] = {
        "source": one.source,
        "subject": one.subject.value,
        "item": one.item,
        "measure": one.measure.value,
        "direction": str(one.direction),
        "trade_kind": str(one.trade_kind),
        "load": str(one.load),
        "cargo_class_id": cargo_class.pk if cargo_class else None,
        "unit": one.unit,
        "periodicity": one.periodicity.value,
    }
    # A source may count two codes of one port apart, and spell the name of one code in several ways.
    written = [place.code or place.name for place in (one.place, one.other_place)]
    digest = hashlib.sha256(json.dumps([*differing.values(), *written], ensure_ascii=False).encode()).hexdigest()
    places = {
        "place_id": port.pk if port else None,
        "place_code": one.place.code or (port.unlocode if port else ""),
        "place_name": one.place.name,
        "other_place_id": other.pk if other else None,
        "other_place_code": one.other_place.code or (other.unlocode if other else ""),
        "other_place_name": one.other_place.name,
    }
    return differing | places | _names(one, port, other, cargo_class) | {"key": digest, "opened_by_id": by.pk, "opened_at": now()}


def _names(one: SeriesFacts, port: Port | None, other: Port | None, cargo_class: CargoClass | None) -> dict[str, object]:
    """What lists and searches call the series, in both languages: where · what · which way · how loaded · which item."""
    names: dict[str, object] = {}
    for language in ("zh", "en"):
        places = [_place_name(*pair, language) for pair in ((one.place, port), (one.other_place, other))]
        said = [
            " – ".join(filter(None, places)),
            _word("subject", one.subject, language),
            _word("way", one.direction, language),
            _word("trade", one.trade_kind, language),
            _word("load", one.load, language),
            getattr(cargo_class, f"short_{language}", ""),
            one.item,
            _word("measure", one.measure, language) if one.measure != Measure.PERIOD else "",
        ]
        names[f"name_{language}"] = " · ".join(filter(None, said))[:200]
    return names


def _place_name(place: Place, port: Port | None, language: str) -> str:
    if port:
        first, second = (port.name_zh, port.name_en) if language == "zh" else (port.name_en, port.name_zh)
        other_code = f" ({place.code})" if place.code not in ("", port.unlocode) else ""
        return (first or second) + other_code
    return place.name or place.code


WORDS = {"subject": SUBJECTS, "way": WAYS, "trade": TRADES, "load": LOADS, "measure": MEASURES}


@lru_cache(maxsize=256)
def _word(kind: str, key: str, language: str) -> str:
    words = {str(one): label for one, label in WORDS[kind].items()}
    return both(words[str(key)])[language] if key else ""
