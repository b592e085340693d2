"""Rows of one file that say different things of one firm: what was said first stands, the other row is asked about.

It makes no difference whether the two rows come in together or portions apart: of a firm that an earlier portion has
opened or changed, `ImportChange` tells what the file has said, and on which line, and `ImportStatement` of one that stood as
the file says already. Its words are only what the import itself has
written: what somebody has written there since is asked about as that. What a field holds before anybody says anything, its
default, is nothing that was said; two spellings of one name do not contradict each other.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache

from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.naming import squash
from customers.queries.field_words import FieldWords
from customers.services.since import states_since
from portcrm.exchange.enums import ChangeKind
from portcrm.exchange.models import ImportRun

NAMES = ("name_zh", "name_en", "short_name", "former_names")
AUTHOR = ("recorded_by_id", "recorded_on")
OF_NO_ROW = frozenset({*AUTHOR, "department_id", "is_key_account"})  # they come along with what a row says
OF_NO_STATEMENT = frozenset(("version", "updated_at", *OF_NO_ROW))
OTHERS = ""  # among the lines kept with a file: that of every column which has none of its own
EARLIER = 0  # in place of a line: of imports from before lines were kept
SINCE = -1  # in place of a line: what stands there was written after the import, by whomever
LONGEST = 120
TWO_VALUES = _("Line {line} of this file says “{first}” of the same customer, this one says “{second}”. Decide which counts.")
TWO_VALUES_APART = _("An earlier line of this file says “{first}” of the same customer, this one says “{second}”. Decide which counts.")
WRITTEN_SINCE = _(
    "“{first}” was written here after an earlier line of this file was taken in, this one says “{second}”. Decide which counts."
)
SENTENCES = {EARLIER: TWO_VALUES_APART, SINCE: WRITTEN_SINCE}

Columns = Mapping[str, object]


class Said:
    """On which line the file has said what of a firm: {column: line}, by key of a stored file or identity of a new one."""

    def __init__(self) -> None:
        self._lines: dict[object, dict[str, int]] = defaultdict(dict)
        self._recalled: dict[object, dict[str, int]] = {}
        self._words = FieldWords()

    def recall(self, run: ImportRun | None, stored: Mapping[int, Columns], *, evidence: str) -> None:
        """Take up what earlier portions of the file have said of these stored files, and what others have written there since."""
        if run is None or not run.pk:
            return
        told = _told(run, stored)
        later = states_since({pk: one.mark for pk, one in told.items()})
        for pk, one in told.items():
            row, since = stored[pk], dict.fromkeys(_written(*later[pk]), SINCE) if pk in later else {}
            lines = one.lines | since
            for name in row if one.opened else one.changed | lines.keys():
                if name in row:
                    self.note(pk, {name: row[name]}, lines.get(name, lines.get(OTHERS, EARLIER)), evidence=evidence)
            self._recalled[pk] = since | self._lines[pk]

    def lines_of(self, firm: object, *, changed: Container[str] | None = None) -> dict[str, int]:
        """What is to be kept for later portions. Most firms have one line, so this is said once and not of every column that is
        `changed` (None: all); of those that an earlier portion has told already, it is said of each: their mark moves on, and
        with it what is later than that."""
        lines = self._lines[firm]
        if firm in self._recalled:
            return self._recalled[firm] | lines
        if not lines:
            return {}
        first = min(lines.values())
        apart = {name: line for name, line in lines.items() if line != first or (changed is not None and name not in changed)}
        return {OTHERS: first} | apart

    def news_of(self, firm: object) -> dict[str, int]:
        """What is to be kept of a file in which nothing is changed: nothing, where later portions know it already."""
        known, lines = self._recalled.get(firm, {}), self._lines[firm]
        return known | lines if known | lines != known else {}

    def note(self, firm: object, columns: Columns, line: int, *, anew: Container[str] | None = None, evidence: str = "") -> None:
        """What this line says of a firm counts from now on. Of what stood there already, so of all that is not `anew` (None: all is),
        the line counts that has said it first."""
        lines = self._lines[firm]
        for name, value in columns.items():
            if name in OF_NO_ROW or is_default(name, value) or (name == "source_reference" and value == evidence):
                continue
            if anew is None or name in anew or lines.get(name, SINCE) == SINCE:
                lines[name] = line

    def spelt_anew(self, firm: object, before: Columns, columns: Columns) -> set[str]:
        """Names that the file has given already and that a row merely spells otherwise."""
        return {name for name in columns if name in NAMES and name in self._lines[firm] and _key(columns[name]) == _key(before[name])}

    def contradictions(self, firm: object, before: Columns, columns: Columns) -> Iterator[tuple[object, str]]:
        """The sentence and the field of each value that differs from what an earlier row has said."""
        lines = self._lines[firm]
        for name, value in columns.items():
            if name not in lines or name not in before or before[name] == value:
                continue
            first, second = (self._shown(name, one) for one in (before[name], value))
            said = SENTENCES.get(lines[name], TWO_VALUES)
            yield format_lazy(said, line=lines[name], first=first, second=second), name.removesuffix("_id")

    def _shown(self, name: str, value: object):
        word = self._words.word(name, value)
        return Truncator(word).chars(LONGEST) if isinstance(value, str) else word


@cache
def _defaults() -> dict[str, object]:
    return {field.attname: field.get_default() for field in Customer._meta.concrete_fields}


def is_default(name: str, value: object) -> bool:
    return value in (None, "", []) or value == _defaults().get(name)


@dataclass
class Told:
    """What earlier portions have kept of a stored file: whether they have opened it, the columns they have changed, and the lines."""

    opened: bool = False
    changed: Set[str] = frozenset()
    lines: dict[str, int] = field(default_factory=dict)
    mark: int = 0


def _told(run: ImportRun, targets: Iterable[int]) -> dict[int, Told]:
    """Of a file that was changed in one portion and only spoken of in another, what was kept later counts; it holds the earlier too."""
    found: dict[int, Told] = {}
    changes = run.changes.filter(target__in=targets).values_list("target", "kind", "after", "lines", "mark")
    for pk, kind, after, lines, mark in changes:
        found[pk] = Told(kind == ChangeKind.CREATED, after.keys(), lines, mark)
    for pk, lines, mark in run.statements.filter(target__in=targets).values_list("target", "lines", "mark"):
        one = found.setdefault(pk, Told())
        one.lines = one.lines | lines if mark >= one.mark else lines | one.lines
        one.mark = max(one.mark, mark)
    return found


def _written(then: Columns | None, today: Columns) -> set[str]:
    """Columns in which a file differs from how the import has left it."""
    return {name for name, value in today.items() if then is not None and name not in OF_NO_STATEMENT and value != then.get(name)}


def _key(names: object) -> list[str]:
    spelt: Iterable[object] = names if isinstance(names, list) else [names]
    return [squash(str(name)) for name in spelt]
