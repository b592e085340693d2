"""Which stored file a row of names and codes means: by code or credit code, by its very name, or perhaps by a name that is alike.

Alike are names that fold to the same (customers/naming/folding.py): full and half width, brackets, legal forms,
abbreviations. They are never taken for the same firm without somebody saying so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Q

from customers.models import Customer
from customers.naming import name_key, squash
from customers.naming.folding import folded_chinese, folded_english
from portcrm.exchange.enums import Choice

Fields = Mapping[str, object]
MOST_ALIKE = 5
KEY_LENGTH = 200  # of the columns


@dataclass(frozen=True)
class Names:
    """The names of a row or of a stored file, as they are compared."""

    key: str
    english: str
    has_chinese: bool
    match: str
    match_en: str

    @classmethod
    def of(cls, fields: Fields) -> "Names":
        return _names(str(fields.get("name_zh") or "").strip(), str(fields.get("name_en") or "").strip())

    def same_english(self, other: "Names") -> bool:
        """One English name, and no two Chinese names that speak against it."""
        return bool(self.english) and self.english == other.english and not (self.has_chinese and other.has_chinese)


@lru_cache(maxsize=8192)  # a chunk asks for the names of each row several times
def _names(zh: str, en: str) -> Names:
    folded_en = folded_english(en)[:KEY_LENGTH]
    return Names(name_key(zh, en), squash(en), bool(zh), folded_chinese(zh)[:KEY_LENGTH] if zh else folded_en, folded_en)


@dataclass(frozen=True)
class Match:
    """`sure`: the file a row means, `by_name` if nothing but its name says so. `alike`: files it may mean."""

    sure: int | None = None
    by_name: bool = False
    alike: tuple[int, ...] = ()


@dataclass(frozen=True)
class Stored:
    pk: int
    credit_code: str
    names: Names


@dataclass
class KnownFirms:
    """The stored files that rows may mean, found in one query. A file merged into another stands for that one."""

    by_code: dict[str, int] = field(default_factory=dict)
    by_credit_code: dict[str, int] = field(default_factory=dict)
    by_key: dict[str, list[Stored]] = field(default_factory=lambda: defaultdict(list))
    by_match: dict[str, list[Stored]] = field(default_factory=lambda: defaultdict(list))
    standing: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Fields], *, targets: Iterable[int] = ()) -> "KnownFirms":
        """`targets`: keys of files that people have named for rows."""
        rows, known = list(rows), cls()
        names = [Names.of(row) for row in rows]
        matches = {one.match for one in names} | {one.match_en for one in names}
        found = Customer.every.filter(
            Q(code__in={row["code"] for row in rows if row.get("code")})
            | Q(credit_code__in={row["credit_code"] for row in rows if row.get("credit_code")})
            | Q(name_key__in={one.key for one in names} - {""})
            | Q(match_key__in=matches - {""})
            | Q(match_key_en__in=matches - {""})
            | Q(pk__in=set(targets))
        )
        columns = ("pk", "code", "credit_code", "name_zh", "name_en", "merged_into", "name_key", "match_key", "match_key_en")
        for pk, code, credit_code, zh, en, kept, key, match, match_en in found.order_by("pk").values_list(*columns):
            stored = Stored(kept or pk, credit_code, Names(key, squash(en), bool(zh), match, match_en))
            known.standing[pk] = stored.pk
            known.by_code[code] = stored.pk
            if credit_code:
                known.by_credit_code[credit_code] = stored.pk
            known.by_key[key].append(stored)
            for word in {match, match_en} - {""}:
                known.by_match[word].append(stored)
        return known

    def find(self, fields: Fields, *, code: str) -> Match:
        """Two firms of one name with different credit codes are two firms."""
        if code:
            return Match(self.by_code.get(code))
        own = str(fields.get("credit_code") or "")
        if own in self.by_credit_code:
            return Match(self.by_credit_code[own])
        names = Names.of(fields)
        found = [*self.by_key[names.key], *self.by_match[names.match], *(self.by_match[names.match_en] if names.match_en else [])]
        possible = [each for each in found if not own or not each.credit_code or own == each.credit_code]
        same = _keys(each for each in possible if each.names.key == names.key or names.same_english(each.names))
        if len(same) == 1:
            return Match(same[0], by_name=True)
        return Match(alike=(same or _keys(possible))[:MOST_ALIKE])


def _keys(found: Iterable[Stored]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(each.pk for each in found))


class NewFirms:
    """Rows of firms that are not known yet. A second row of the same firm completes the first; one whose name is only alike asks."""

    def __init__(self):
        self.firms: list[dict[str, object]] = []
        self._by_identity: dict[tuple[str, object], dict[str, object]] = {}

    def same(self, fields: Fields) -> dict[str, object] | None:
        """The firm of an earlier row that this row is of, too."""
        credit_code = fields.get("credit_code", "")
        found = self._by_identity.get(("credit", credit_code)) if credit_code else None
        return found or self._compatible(self._by_identity.get(("name", Names.of(fields).key)), fields)

    def alike(self, fields: Fields) -> dict[str, object] | None:
        """The firm of an earlier row whose name is alike."""
        names = Names.of(fields)
        found = (self._by_identity.get(("match", word)) for word in (names.match, names.match_en) if word)
        return next((firm for firm in found if self._compatible(firm, fields)), None)

    def add(self, fields: dict[str, object]) -> None:
        names = Names.of(fields)
        self.firms.append(fields)
        self._by_identity[("name", names.key)] = fields
        for word in {names.match, names.match_en} - {""}:
            self._by_identity.setdefault(("match", word), fields)
        if fields.get("credit_code"):
            self._by_identity[("credit", fields["credit_code"])] = fields

    @staticmethod
    def _compatible(firm: dict[str, object] | None, fields: Fields) -> dict[str, object] | None:
        own = fields.get("credit_code", "")
        return None if firm is None or (own and firm.get("credit_code") not in (None, own)) else firm


def complete(firm: dict[str, object], fields: Fields) -> None:
    """Write what a further row of a firm says into it: whoever calls this has made sure that it may replace what stands there."""
    firm |= fields


@dataclass(frozen=True)
class Decision:
    """What somebody wants done with a row; see Choice."""

    choice: str = ""
    target: int | None = None

    @property
    def as_new(self) -> bool:
        return self.choice == Choice.CREATE

    @property
    def as_known(self) -> bool:
        return self.choice == Choice.UPDATE
