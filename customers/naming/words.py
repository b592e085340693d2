"""One word of a search: what kind of word it is, and what it is looked up in, each by the index that answers it.

Telephone numbers are compared by their figures (customers_digits), so blanks, hyphens, brackets, a country code and full-width
figures make no difference.
"""

import re
import unicodedata
from dataclasses import dataclass, fields, replace
from functools import cached_property

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan, IsNull

from customers.identifiers import normal_identifier
from customers.naming import pinyin_of, squash
from customers.naming.beginnings import after_all, begins
from customers.naming.keys import CHINESE
from portcrm.prepared import Place

TRIGRAM = 3
PIECE, LONG = 6, 12  # signs of a piece, and of a word that is looked for by one of its pieces
LEAST_FIGURES = 4  # of a telephone number: people remember the last four
_SUBSCRIBER = 8  # longer ones begin with a country or area code
_CODE = re.compile(r"C\d{1,12}")
_CREDIT_START = re.compile(r"(?=.*\d)[0-9A-HJ-NP-RTUW-Y]{6,18}")
_NUMBER = re.compile(r"[+(]?\d[\d+().\-/–—‐]*")  # noqa: RUF001  dashes as people paste them
_SPACED_NUMBER = re.compile(r"(?<!\w)[+(]?\d[\d\s().\-/–—‐]{5,}\d(?!\w)")  # noqa: RUF001
_WHOLE_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z0-9@._+\-]{3,}", re.IGNORECASE)


class Grams(Func):
    """All single characters and pairs of a search key that hold a non-ASCII character; an immutable SQL function."""

    function = "customers_grams"
    output_field = ArrayField(models.TextField())


class Digits(Func):
    """The figures of two telephone fields, set apart by a blank; an immutable SQL function, so an index holds them."""

    function = "customers_digits"
    arity = 2
    output_field = models.TextField()


class WalkKey(Func):
    """All that a word is looked for in, in one text that the index of the names carries; nothing where that is longer than an index
    may hold. An immutable SQL function, so a column is made by it."""

    function = "customers_walk_key"
    arity = 4
    output_field = models.TextField(null=True)


def figures_of(text: str) -> str:
    """What of a number stands in every way to write it: no separators, no country code of China, no zero before the area code.

    A number that is hardly more than zeros stays as it is written.
    """
    written = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    figures = written.removeprefix("00")
    if figures.startswith("86") and len(figures) > 11:
        figures = figures.removeprefix("86")
    figures = figures.lstrip("0") if len(figures) > _SUBSCRIBER else figures
    return figures if len(figures) >= LEAST_FIGURES else written


def words_of(text: str) -> list["Word"]:
    """The words of a question; a number written in groups is one word."""
    text = unicodedata.normalize("NFKC", text)
    together = _SPACED_NUMBER.sub(lambda found: re.sub(r"\s", "", found.group()), text)
    return [Word.of(word) for word in together.split() if squash(word)]


@dataclass(frozen=True)
class Kind:
    """What of a word decides which indexes are asked, and nothing of what they are asked for: questions of one kind differ in values
    alone, so they are compiled once."""

    is_chinese: bool
    has_index: bool  # three signs make a trigram; one or two Chinese characters have the gram index
    has_grams: bool
    is_code: bool
    is_credit_start: bool
    is_whole_address: bool
    has_figures: bool
    has_address: bool
    has_piece: bool


@dataclass(frozen=True)
class Word:
    """One word of a search: as keys hold it, as identifiers are written, its figures if it may be a telephone number, as an
    e-mail address holds it, and a piece of it that hardly any name has."""

    key: str
    identifier: str
    figures: str = ""
    address: str = ""
    piece: str = ""

    @classmethod
    def of(cls, text: str) -> "Word":
        figures = figures_of(text) if _NUMBER.fullmatch(text) else ""
        address = text if _ADDRESS.fullmatch(text) and not text.isdigit() else ""
        return cls(squash(text), normal_identifier(text), figures if len(figures) >= LEAST_FIGURES else "", address)

    @cached_property
    def kind(self) -> Kind:
        chinese, length = CHINESE.search(self.key) is not None, len(self.key)
        return Kind(
            is_chinese=chinese,
            has_index=chinese or length >= TRIGRAM,
            has_grams=chinese and length < TRIGRAM,
            is_code=_CODE.fullmatch(self.identifier) is not None,
            is_credit_start=_CREDIT_START.fullmatch(self.identifier) is not None,
            is_whole_address=_WHOLE_ADDRESS.fullmatch(self.address) is not None,
            has_figures=bool(self.figures),
            has_address=bool(self.address),
            has_piece=bool(self.piece),
        )

    @property
    def values(self) -> dict[str, str]:
        """What the places of `Lookup.of_kind` are filled with."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        after = {"after_key": after_all(self.key), "after_identifier": after_all(self.identifier)}
        return told | after | {"lower_address": self.address.lower()}

    @property
    def lookup(self) -> "Lookup":
        return Lookup(self.kind, **self.values)

    @property
    def is_in_walk_key(self) -> bool:
        """Whether a file (not its people) has the word nowhere else than in its walk key."""
        kind = self.kind
        elsewhere = kind.has_figures or kind.is_code or kind.is_credit_start
        plain = not self.address or self.address.upper() == self.key
        return kind.is_chinese or (kind.has_index and plain and not elsewhere)

    @property
    def pieces(self) -> tuple[str, ...]:
        """Beginning and end of a long word in Latin letters, one of which may be rarer than what lies between."""
        return () if self.kind.is_chinese or len(self.key) < LONG else (self.key[:PIECE], self.key[-PIECE:])

    def by_piece(self, piece: str) -> "Word":
        return replace(self, piece=piece)

    @property
    def reading(self) -> str:
        """As a list by name holds it."""
        return pinyin_of(self.key) if self.kind.is_chinese else self.key

    def beginning(self) -> Q:
        """Files that stand in a list by name where the word would stand; as a range and not as the beginning of a text, because the
        index of the list's order answers that."""
        return begins("sort_key", self.reading)

    def anywhere(self, *, narrowed: bool) -> Q:
        """The condition on one customer. `narrowed`: other words find the rows, so one or two letters may stand anywhere."""
        if self.kind.is_chinese:
            return Q(search_key__contains=self.key)
        if narrowed and not self.kind.has_index:
            return Q(search_key__contains=self.key) | Q(initials__contains=self.key)
        found = Q()
        for branch in self.lookup.branches():
            found |= branch
        return found

    def at_a_contact(self, people: models.QuerySet, *, narrowed: bool) -> Q:
        """Whether the customer of the row has such a contact; `narrowed` as in `anywhere`."""
        found = Q(search_key__contains=self.key)
        if self.figures:
            found |= Q(phone_digits__contains=self.figures)
        if not (narrowed or self.kind.has_index):
            return Q()
        # not EXISTS: PostgreSQL would look for all such contacts at once, where a list needs those of the rows it comes by
        first = people.filter(found, customer=OuterRef("pk")).values("pk")[:1]
        return Q(IsNull(Subquery(first), False))


@dataclass(frozen=True)
class Lookup:
    """The questions that find a word, each for the index that answers it: with the word's own texts, or with places for them."""

    kind: Kind
    key: str | Place
    after_key: str | Place
    identifier: str | Place
    after_identifier: str | Place
    figures: str | Place
    address: str | Place
    lower_address: str | Place
    piece: str | Place

    @classmethod
    def of_kind(cls, kind: Kind) -> "Lookup":
        return cls(kind, **{field.name: Place(field.name) for field in fields(cls) if field.name != "kind"})

    def tries(self, rows: models.QuerySet) -> list[models.QuerySet]:
        """The customers with this word, each index asked for itself."""
        if self.kind.is_chinese:
            return [self._in_key(rows)]
        return [rows.filter(branch) for branch in self.branches()]

    def _in_key(self, rows: models.QuerySet) -> models.QuerySet:
        if self.kind.has_grams:
            return rows.alias(grams=Grams("search_key")).filter(grams__contains=[self.key], search_key__contains=self.key)
        return rows.filter(search_key__contains=self.key)

    def branches(self) -> list[Q]:
        """Names, pinyin, initials, codes, telephone and e-mail, each with the lookup its index answers."""
        if self.kind.has_index:
            found = [self._within("search_key"), self._within("pinyin"), self._within("initials")]
        else:
            found = [begins("sort_key", self.key, self.after_key), Q(initials__startswith=self.key)]
        if self.kind.has_figures:
            found.append(Q(phone_digits__contains=self.figures))
        if self.kind.has_address:
            found.append(Q(email__icontains=self.address))
        if self.kind.is_code:
            found.append(Q(code__startswith=self.identifier))
            found.append(Q(pk__in=kept_for(code__startswith=self.identifier)))
        if self.kind.is_credit_start:
            # the index leaves files without a code out, so the question must say that it does too
            written = ~Q(credit_code="") & begins("credit_code", self.identifier, self.after_identifier)
            found += [written, Q(pk__in=kept_for(written))]
        return found

    def _within(self, field: str) -> Q:
        """A long word by the index of its piece: to intersect the places of all its letters takes longer than to read what the piece
        finds."""
        if not self.kind.has_piece:
            return Q(**{f"{field}__contains": self.key})
        whole = self.key if isinstance(self.key, Place) else Value(self.key)
        return Q(**{f"{field}__contains": self.piece}) & Q(GreaterThan(StrIndex(field, whole), 0))

    def of_people(self, people: models.QuerySet) -> list[models.QuerySet]:
        """Contacts with this word in name, pinyin or e-mail, or with this telephone number. A whole address has an index of its own:
        its end is that of many others."""
        if self.kind.is_whole_address:
            return [people.filter(~Q(email=""), lower_email=self.lower_address)]
        found = [self._in_key(people)] if self.kind.has_index else []
        return [*found, people.filter(phone_digits__contains=self.figures)] if self.kind.has_figures else found


def kept_for(*conditions: Q, **lookups: object) -> models.QuerySet:
    """Files that others with such a code were merged into."""
    merged = apps.get_model("customers", "Customer").every.filter(*conditions, **lookups, merged_into__isnull=False)
    return merged.order_by().values("merged_into")
