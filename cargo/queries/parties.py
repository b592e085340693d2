"""Which customer file a name or code in a cargo document means."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import connection

from cargo.queries.sightings import key_of


@lru_cache(maxsize=8192)
def party_text(text: str) -> str:
    """The form in which names of documents are compared: width, case and blanks made one, punctuation kept.

    Punctuation and legal forms tell firms of one family apart, so nothing more is folded here.
    """
    return " ".join(unicodedata.normalize("NFKC", text).upper().split())


@dataclass
class KnownParties:
    """Customer ids by written text; texts that fit several files are `ambiguous`. `found` are the texts as they were written."""

    ids: dict[str, int] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)

    def add(self, text: str, customer_id: int) -> None:
        key = party_text(text)
        if key and self.ids.setdefault(key, customer_id) != customer_id:
            self.ambiguous.add(key)


# Arrays, not lists of parameters: a chunk names thousands of firms. A file merged into another stands for that one.
CANDIDATES = """
    SELECT coalesce(merged_into_id, id), code, credit_code, name_zh, name_en, short_name FROM customers_customer
    WHERE code = ANY(%(wanted)s) OR credit_code = ANY(%(wanted)s)
       OR name_zh = ANY(%(written)s) OR short_name = ANY(%(written)s) OR upper(name_en) = ANY(%(written)s)
    ORDER BY id
"""


# A candidate that was decided to be a customer is another name of it (ADR 064); the state is told so that the index of names answers.
ALIASES = """
    SELECT coalesce(customer.merged_into_id, customer.id), candidate.name
    FROM cargo_candidate candidate JOIN customers_customer customer ON customer.id = candidate.customer_id
    WHERE candidate.name_key = ANY(%(keys)s) AND candidate.state <> 'ignored'
"""

STILL_THERE = "SELECT count(*) FROM customers_customer WHERE id = ANY(%s) AND merged_into_id IS NULL"


def find_parties(texts: Iterable[str], known: KnownParties | None = None) -> KnownParties:
    """Look up codes, credit codes, exact names (either language, short), and then the names of candidates that became customers.
    At most three queries.

    Asks every file whoever imports: a file out of sight would otherwise be opened a second time. What is `known` from a
    moment ago is added to and not asked for again, unless one of its files is gone.
    """
    parties = known if known and _still_there(known) else KnownParties()
    written = set(texts) - parties.found
    if not written:
        return parties
    wanted = {party_text(text) for text in written}
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {"wanted": list(wanted), "written": list(written | wanted)})
        candidates = cursor.fetchall()
    for pk, *names in candidates:
        for name in names:
            if name and party_text(name) in wanted:
                parties.add(name, pk)
    clear = parties.ids.keys() - parties.ambiguous
    _add_aliases({text for text in written if party_text(text) not in clear}, parties)
    parties.found |= {text for text in written if party_text(text) in parties.ids}
    return parties


def _add_aliases(open_texts: set[str], parties: KnownParties) -> None:
    """What no file is called, or several are, means the file somebody decided on at the candidates' desk; written as it was there."""
    wanted, keys = {party_text(text) for text in open_texts}, {key_of(text) for text in open_texts} - {""}
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(ALIASES, {"keys": list(keys)})
        for customer_id, name in cursor.fetchall():
            written = party_text(name)
            if written in wanted:
                parties.ambiguous.discard(written)
                parties.ids[written] = customer_id


def _still_there(known: KnownParties) -> bool:
    ids = set(known.ids.values())
    with connection.cursor() as cursor:
        cursor.execute(STILL_THERE, [list(ids)])
        return cursor.fetchone()[0] == len(ids)
