"""Search over customer files: which words decide, and what is learnt of them before a list is read.

Contacts are asked only for a reader who may see them: a hit would tell that somebody works there.
"""

from dataclasses import replace
from functools import cached_property

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower

from customers.naming.sample import SURELY_MANY, hits
from customers.naming.words import Grams, Kind, Lookup, Word, words_of
from portcrm.pages.lists.known import Known
from portcrm.pages.lists.walks import Told
from portcrm.prepared import Prepared

RARE = 1_000  # rows of a word up to which its index alone decides
FORETOLD_RARE = 10_000  # the same of a word that the sample has less than WALKED times
WALKED = 8  # of two thousand files and more a page is sooner found along the names than all of them are read
MOST_FORETOLD = 5  # words of a question that the sample is asked of: somebody may paste a whole letter
FEW_HITS = 3  # of a piece in the sample: its index finds under two thousand files
NAMES = "sort_key"  # the order of a list by name
COMMON_WINDOW = 100_000  # names passed for a page of a common word, in 30 ms: to find and sort all with it takes longer


class Search:
    """Asks at once, for each word until one is rare: a rare word gives its few rows by index, and nothing else decides how the
    rest is read. With common words alone the list's own order finds a page sooner than any search index, because every few
    rows match.

    After `find`, `parts` tell what a list shows first where it has no order of its own: files whose name begins with the word, which
    an index finds at once wherever in the order they lie. `surely` files match at least, `exactly` if it is known. `few`: a rare
    word decided. `by_index` holds for all that match and is answered by an index: one or two characters are looked for as a part
    of a text, which none answers. `told` is what the index of the names says of all that match, where that is known. `common`: files
    with the word are so many that reading the table finds enough of them sooner than an index. `known`: the keys of all that match,
    in the order of names."""

    parts: tuple[Q, ...] = ()
    surely = 0
    exactly: int | None = None
    few = False
    told: Told | None = None
    common = False
    known: Known | None = None

    def __init__(self, rows: models.QuerySet, reader: AbstractBaseUser | None = None) -> None:
        self.rows = rows
        self.reader = reader
        self.asked: dict[Word, set[int] | None] = {}  # customers through people, of each word that was looked for and is not rare
        self.foretold: dict[Word, int] = {}
        self.frequent: set[Word] = set()
        self.pieces: dict[Word, str] = {}
        self.people = _people_of(reader)

    def find(self, text: str) -> models.QuerySet:
        words = words_of(text)
        if not words:
            return self.rows.none() if text.strip() else self.rows
        rows = self.rows.with_digits()
        indexed = [word for word in words if word.kind.has_index]
        alone = len(words) == 1 and self._reads_everything()
        self._foretell(indexed)
        for word in sorted(indexed, key=lambda word: self.foretold.get(word, 0)) or words[:1]:
            own, through_people = self._rare(word)
            if own is not None and through_people is not None:
                self.few = True
                keys = through_people.union(own)
                if alone and len(keys) == len(own):
                    self._know(word, own)
                others = [other for other in words if other is not word]
                return rows.filter(pk__among=keys).filter(*(self._condition(other, narrowed=True) for other in others))
            self.asked[word] = through_people
            self.surely = RARE + 1 if own is None and alone else 0
        self.common = len(words) == len(self.frequent) == 1
        self.parts = _one_of([word.beginning() for word in indexed or words[:1]])
        self.told = self._by_walk(words)
        return rows.filter(*(self._condition(word, narrowed=bool(indexed), through_people=self.asked.get(word)) for word in words))

    def _know(self, word: Word, own: dict[int, str]) -> None:
        self.exactly, self.parts = len(own), _one_of([word.beginning()])
        if self.people is not None or not word.kind.is_chinese:  # otherwise one index alone was asked, and gives no order
            first = frozenset(key for key, name in own.items() if name.startswith(word.reading))
            self.known = Known(NAMES, tuple(own), first)

    @cached_property
    def by_index(self) -> Q:
        short = {word: found for word, found in self.asked.items() if word.kind.has_grams and (found is not None or self.people is None)}
        if not short:
            return Q()
        rows = self.rows.model.objects.order_by().alias(grams=Grams("search_key"))
        conditions = (Q(grams__contains=[word.key]) | Q(pk__among=found or ()) for word, found in short.items())
        return Q(pk__in=rows.filter(*conditions).values("pk"))

    def _by_walk(self, words: list[Word]) -> Told | None:
        people_are_few = self.people is None or all(self.asked.get(word) is not None for word in words)
        if not (people_are_few and self._reads_everything() and all(word.is_in_walk_key for word in words)):
            return None
        no_address = frozenset(word.key for word in words if not word.kind.has_address)  # the walk key ends with the e-mail
        told = Told("walk_key", NAMES, {word.key: frozenset(self.asked.get(word) or ()) for word in words}, elsewhere=no_address)
        return replace(told, window=COMMON_WINDOW) if self.common else told

    def _reads_everything(self) -> bool:
        return bool(self.rows.query.where == self.rows.model.objects.all().query.where)

    def _foretell(self, words: list[Word]) -> None:
        """How often a word stands in the sample of names: `foretold`. Some stand in it so often, `frequent`, that nobody need look
        whether more than RARE files have them: to find a thousand and one of them takes longer than all else. A long word is looked
        for by that piece of it which hardly any name has."""
        plain = [word for word in words if word.is_in_walk_key][:MOST_FORETOLD]
        texts = [text for word in plain for text in (word.key, *word.pieces)]
        known = dict(zip(texts, hits(texts), strict=True))
        self.foretold = {word: known[word.key] for word in plain}
        self.frequent = {word for word in plain if known[word.key] >= SURELY_MANY}
        rarest = {word: min(word.pieces, key=known.__getitem__) for word in plain if word.pieces}
        self.pieces = {word: piece for word, piece in rarest.items() if known[piece] <= FEW_HITS}

    def _rare(self, word: Word) -> tuple[dict[int, str] | None, set[int] | None]:
        """The customers with this word and the names they stand at, in the order of these, and those with such a contact, in one
        query; None where there are too many to be read. Of a frequent word only people are asked for."""
        frequent, most = word in self.frequent, FORETOLD_RARE if self.foretold.get(word, WALKED) < WALKED else RARE
        asked = word.by_piece(self.pieces[word]) if word in self.pieces else word
        own, people = {}, set()
        for key, of_people, name in WITH_WORD.tuples(self.reader, asked.kind, frequent, most + 1, RARE + 1, **asked.values):
            if of_people:
                people.add(key)
            else:
                own[key] = name
        return None if frequent or len(own) > most else own, None if len(people) > RARE else people

    def _condition(self, word: Word, *, narrowed: bool, through_people: set[int] | None = None) -> Q:
        """`through_people`: the customers with such a contact, where these are few."""
        condition = word.anywhere(narrowed=narrowed)
        if self.people is None:
            return condition
        return condition | (word.at_a_contact(self.people, narrowed=narrowed) if through_people is None else Q(pk__among=through_people))


def _people_of(reader: AbstractBaseUser | None) -> models.QuerySet | None:
    """The contacts a reader may see; None where that is nobody."""
    people = apps.get_model("customers", "Contact")._default_manager.visible_to(reader) if reader else None
    if people is None or people.query.is_empty():
        return None
    return people.with_digits().alias(lower_email=Lower("email")).order_by()


def _with_word(reader: AbstractBaseUser | None, kind: Kind, frequent: bool, most: int, most_people: int) -> models.QuerySet:
    """(key of the customer, whether by a contact, name it stands at) of those with a word of this kind, in the order of names; `most`
    of each index. Of a frequent word by a contact alone."""
    lookup, rows = Lookup.of_kind(kind), apps.get_model("customers", "Customer").objects.order_by().with_digits()
    people = _people_of(reader)
    no_name = Value("", models.CharField())
    tries = [] if frequent else [found.values_list("pk", Value(False), NAMES)[:most] for found in lookup.tries(rows)]
    if people is not None:
        tries += [found.values_list("customer_id", Value(True), no_name)[:most_people] for found in lookup.of_people(people)]
    nobody = rows.none().values_list("pk", Value(False), NAMES)
    if len(tries) == 1:
        return tries[0]  # sorted it would walk along the names until it has found so many
    return nobody.union(*tries).order_by(NAMES, "pk")


WITH_WORD: Prepared[models.Model] = Prepared(_with_word)


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
