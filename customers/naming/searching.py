"""Search over customer files: what the words of a question are looked up in, each by the index that answers it.

Telephone numbers are compared by their figures (customers_digits), so blanks, hyphens, brackets, a country code and full-width
figures make no difference. Contacts are asked only for a reader who may see them: a hit would tell that somebody works there.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Lower
from django.db.models.lookups import IsNull

from customers.identifiers import normal_identifier
from customers.naming import pinyin_of, squash
from customers.naming.keys import CHINESE
from portcrm.pages.lists.estimates import expected, expected_rows
from portcrm.pages.lists.walks import Told

RARE = 1_000  # rows of a word up to which its index alone decides
COMMON_TIMES, COMMON_SHARE = 10, 25  # times RARE, and one row in so many: what statistics must expect to be believed
MOST_FORETOLD = 5  # words of a question that statistics are asked of: somebody may paste a whole letter
SOON_SORTED = 10_000  # of so many files with a word, all are found and sorted for a page sooner than names are passed
COMMON_WINDOW = 100_000  # names passed for a page of a common word, in 30 ms: to find and sort all with it takes longer
TRIGRAM = 3
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
class Word:
    """One word of a search: as keys hold it, as identifiers are written, its figures if it may be a telephone number, and as an
    e-mail address holds it."""

    key: str
    identifier: str
    figures: str = ""
    address: str = ""

    @classmethod
    def of(cls, text: str) -> "Word":
        figures = figures_of(text) if _NUMBER.fullmatch(text) else ""
        address = text if _ADDRESS.fullmatch(text) and not text.isdigit() else ""
        return cls(squash(text), normal_identifier(text), figures if len(figures) >= LEAST_FIGURES else "", address)

    @property
    def is_chinese(self) -> bool:
        return CHINESE.search(self.key) is not None

    @property
    def has_index(self) -> bool:
        """Three signs make a trigram; one or two Chinese characters have the gram index."""
        return len(self.key) >= TRIGRAM or self.is_chinese

    @property
    def has_grams(self) -> bool:
        return self.is_chinese and len(self.key) < TRIGRAM

    @property
    def is_in_walk_key(self) -> bool:
        """Whether a file (not its people) has the word nowhere else than in its walk key."""
        elsewhere = self.figures or _CODE.fullmatch(self.identifier) or _CREDIT_START.fullmatch(self.identifier)
        plain = not self.address or self.address.upper() == self.key
        return self.is_chinese or (self.has_index and plain and not elsewhere)

    def beginning(self) -> Q:
        """Files that stand in a list by name where the word would stand; as a range and not as the beginning of a text, because the
        index of the list's order answers that."""
        first = pinyin_of(self.key) if self.is_chinese else self.key
        return Q(sort_key__gte=first, sort_key__lt=first[:-1] + chr(ord(first[-1]) + 1))

    def anywhere(self, *, narrowed: bool) -> Q:
        """The condition on one customer. `narrowed`: other words find the rows, so one or two letters may stand anywhere."""
        if self.is_chinese:
            return Q(search_key__contains=self.key)
        if narrowed and not self.has_index:
            return Q(search_key__contains=self.key) | Q(initials__contains=self.key)
        return _any(self.branches())

    def tries(self, rows: models.QuerySet) -> list[models.QuerySet]:
        """The customers with this word, each index asked for itself."""
        if self.is_chinese:
            return [self._in_key(rows)]
        return [rows.filter(branch) for branch in self.branches()]

    def in_files(self, rows: models.QuerySet) -> models.QuerySet:
        """The customers with this word as a condition whose rows statistics foretell: two that say the same would mislead them, and of
        keys that another question finds they expect half of all."""
        if self.has_grams:
            return rows.alias(grams=Grams("search_key")).filter(grams__contains=[self.key])
        return rows.with_digits().filter(self.anywhere(narrowed=False))

    def _in_key(self, rows: models.QuerySet) -> models.QuerySet:
        if self.has_grams:
            return rows.alias(grams=Grams("search_key")).filter(grams__contains=[self.key], search_key__contains=self.key)
        return rows.filter(search_key__contains=self.key)

    def branches(self) -> list[Q]:
        """Names, pinyin, initials, codes, telephone and e-mail, each with the lookup its index answers."""
        if self.has_index:
            found = [Q(search_key__contains=self.key), Q(pinyin__contains=self.key), Q(initials__contains=self.key)]
        else:
            found = [Q(sort_key__startswith=self.key), Q(initials__startswith=self.key)]
        if self.figures:
            found.append(Q(phone_digits__contains=self.figures))
        if self.address:
            found.append(Q(email__icontains=self.address))
        if _CODE.fullmatch(self.identifier):
            found.append(Q(code__startswith=self.identifier))
            found.append(Q(pk__in=kept_for(code__startswith=self.identifier)))
        if _CREDIT_START.fullmatch(self.identifier):
            # the index leaves files without a code out, so the question must say that it does too
            found.append(~Q(credit_code="") & Q(credit_code__startswith=self.identifier))
            found.append(Q(pk__in=kept_for(~Q(credit_code=""), credit_code__startswith=self.identifier)))
        return found

    def of_people(self, people: models.QuerySet) -> list[models.QuerySet]:
        """Contacts with this word in name, pinyin or e-mail, or with this telephone number. A whole address has an index of its own:
        its end is that of many others."""
        if _WHOLE_ADDRESS.fullmatch(self.address):
            return [people.filter(~Q(email=""), lower_email=self.address.lower())]
        found = [self._in_key(people)] if self.has_index else []
        return [*found, people.filter(phone_digits__contains=self.figures)] if self.figures else found

    def at_a_contact(self, people: models.QuerySet, *, narrowed: bool) -> Q:
        """Whether the customer of the row has such a contact; `narrowed` as in `anywhere`."""
        found = Q(search_key__contains=self.key)
        if self.figures:
            found |= Q(phone_digits__contains=self.figures)
        if not (narrowed or self.has_index):
            return Q()
        # not EXISTS: PostgreSQL would look for all such contacts at once, where a list needs those of the rows it comes by
        first = people.filter(found, customer=OuterRef("pk")).values("pk")[:1]
        return Q(IsNull(Subquery(first), False))


def kept_for(*conditions: Q, **lookups: object) -> models.QuerySet:
    """Files that others with such a code were merged into."""
    merged = apps.get_model("customers", "Customer").every.filter(*conditions, **lookups, merged_into__isnull=False)
    return merged.order_by().values("merged_into")


class Search:
    """Asks at once, for each word until one is rare: a rare word gives its few rows by index, and nothing else decides how the
    rest is read. With common words alone the list's own order finds a page sooner than any search index, because every few
    rows match.

    After `find`, `parts` tell what a list shows first where it has no order of its own: files whose name begins with the word, which
    an index finds at once wherever in the order they lie. `surely` files match at least, `exactly` if it is known. `few`: a rare
    word decided. `by_index` holds for all that match and is answered by an index: one or two characters are looked for as a part
    of a text, which none answers. `told` is what the index of the names says of all that match, where that is known. `common`: files
    with the word are so many that reading the table finds enough of them sooner than an index."""

    parts: tuple[Q, ...] = ()
    surely = 0
    exactly: int | None = None
    few = False
    by_index = Q()
    told: Told | None = None
    common = False

    def __init__(self, rows: models.QuerySet, reader: AbstractBaseUser | None = None) -> None:
        self.rows = rows
        self.foretold: dict[Word, int] = {}
        self.frequent: set[Word] = set()
        people = rows.model._meta.get_field("contacts").related_model._default_manager
        self.people = people.visible_to(reader).with_digits().alias(lower_email=Lower("email")).order_by() if reader else None

    def find(self, text: str) -> models.QuerySet:
        words = words_of(text)
        if not words:
            return self.rows.none() if text.strip() else self.rows
        rows = self.rows.with_digits()
        indexed = [word for word in words if word.has_index]
        asked: dict[Word, set[int] | None] = {}
        self._foretell(indexed)
        for word in sorted(indexed, key=lambda word: self.foretold.get(word, 0)) or words[:1]:
            own, through_people = self._rare(word)
            if own is not None and through_people is not None:
                self.few = True
                self.exactly = len(own) if len(words) == 1 and through_people <= own and self._reads_everything() else None
                others = [other for other in words if other is not word]
                return rows.filter(pk__among=own | through_people).filter(*(self._condition(other, narrowed=True) for other in others))
            asked[word] = through_people
            self.surely = RARE + 1 if own is None and len(words) == 1 and self._reads_everything() else 0
        self.common = len(words) == len(self.frequent) == 1
        self.parts = _one_of([word.beginning() for word in indexed or words[:1]])
        self.by_index, self.told = self._by_grams(asked), self._by_walk(words, asked)
        return rows.filter(*(self._condition(word, narrowed=bool(indexed), through_people=asked.get(word)) for word in words))

    def _by_grams(self, asked: dict[Word, set[int] | None]) -> Q:
        short = {word: found for word, found in asked.items() if word.has_grams and (found is not None or self.people is None)}
        if not short:
            return Q()
        rows = self.rows.model.objects.order_by().alias(grams=Grams("search_key"))
        conditions = (Q(grams__contains=[word.key]) | Q(pk__among=found or ()) for word, found in short.items())
        return Q(pk__in=rows.filter(*conditions).values("pk"))

    def _by_walk(self, words: list[Word], asked: dict[Word, set[int] | None]) -> Told | None:
        people_are_few = self.people is None or all(asked.get(word) is not None for word in words)
        if not (people_are_few and self._reads_everything() and all(word.is_in_walk_key for word in words)):
            return None
        told = Told("walk_key", "sort_key", {word.key: frozenset(asked.get(word) or ()) for word in words})
        if any(number <= SOON_SORTED for number in self.foretold.values()):
            return replace(told, window=0)
        return replace(told, window=COMMON_WINDOW) if self.common else told

    def _reads_everything(self) -> bool:
        return bool(self.rows.query.where == self.rows.model.objects.all().query.where)

    def _foretell(self, words: list[Word]) -> None:
        """How many files have a word, by PostgreSQL's statistics: `foretold`. Some are in so many, `frequent`, that nobody need look:
        to find a thousand and one of them takes longer than all else. Statistics rest on a hundred samples at least; that four of
        them hold a word which one file in a thousand has does not happen in a hundred thousand searches."""
        whole = expected_rows(self.rows.model) if words else 0
        least = max(COMMON_TIMES * RARE, whole // COMMON_SHARE)
        if whole < least:
            return
        rows = self.rows.model.objects.order_by()
        plain = [word for word in words if word.is_in_walk_key]
        self.foretold = {word: expected(word.in_files(rows)) for word in plain[:MOST_FORETOLD]}
        self.frequent = {word for word, number in self.foretold.items() if number >= least}

    def _rare(self, word: Word) -> tuple[set[int] | None, set[int] | None]:
        """Keys of the customers with this word and of those with such a contact, in one query; None where there are more than RARE.
        Of a frequent word only people are asked for."""
        rows = self.rows.model.objects.order_by().with_digits()
        tries = [] if word in self.frequent else [found.values_list("pk", Value(0, models.IntegerField())) for found in word.tries(rows)]
        if self.people is not None:
            tries += [found.values_list("customer_id", Value(1, models.IntegerField())) for found in word.of_people(self.people)]
        found: tuple[set[int], set[int]] = (set(), set())
        if tries:
            first, *others = (one[: RARE + 1] for one in tries)
            for key, kind in first.union(*others) if others else first:
                found[kind].add(key)
        own, through_people = (keys if len(keys) <= RARE else None for keys in found)
        return None if word in self.frequent else own, through_people

    def _condition(self, word: Word, *, narrowed: bool, through_people: set[int] | None = None) -> Q:
        """`through_people`: the customers with such a contact, where these are few."""
        condition = word.anywhere(narrowed=narrowed)
        if self.people is None:
            return condition
        return condition | (word.at_a_contact(self.people, narrowed=narrowed) if through_people is None else Q(pk__among=through_people))


def _one_of(conditions: list[Q]) -> tuple[Q, ...]:
    """Each condition where none before it holds, and last that none does."""
    before, parts = Q(), []
    for condition in conditions:
        parts.append(condition & ~before if before else condition)
        before |= condition
    return (*parts, ~before)


def _any(conditions: list[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found
