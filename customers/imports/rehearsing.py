"""The dry run of a customer file. Each chunk is rolled back by itself, so that nobody who saves a field waits for the rehearsal.

A firm that an earlier chunk has opened or changed is therefore as it was when a later row of the file means it. Before a chunk is
tried, the earlier rows that may mean the same firms are tried again. They wait in a temporary file, because a long file must not
stay in memory; in memory is only where each begins, by the words firms are recognised by.
"""

import pickle
import tempfile
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import IO

from customers.identifiers import normal_identifier
from customers.imports.parents import named
from customers.services.recognising import KnownFirms, Names
from portcrm.exchange.enums import RowKind
from portcrm.exchange.importing import Importer, Rehearsal, Row, WriteResult
from portcrm.exchange.writing import keep_changes, write_or_halve

MOST_EARLIER = 50  # rows of one word; more of them say the same again
Identities = set[int]


class CustomerRehearsal(Rehearsal):
    """`fields_of` turns the values of a row into the fields of a customer, names where they belong."""

    def __init__(self, importer: Importer, fields_of: Callable[[dict], dict]):
        self._importer, self._fields_of = importer, fields_of
        self._rows: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._places: dict[int, tuple[int, ...]] = {}
        self._in_care: set[int] = set()  # where the rows begin that opened a file in somebody's care

    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult:
        places = self._about(rows)
        for _chunk, together in groupby(map(self._read, places), key=itemgetter(0)):  # rows of one chunk complete one another
            stored = write_or_halve(self._importer, [row for _chunk, row in together], run=run, by=by)
            keep_changes(stored, run=run)  # rolled back with the rest; until then it tells what the file has said before
        store: Callable[..., WriteResult] = self._importer.write
        return store(rows, run=run, by=by, cared_for_elsewhere=len(self._in_care.difference(places)))

    def remember(self, rows: Sequence[Row], result: WriteResult) -> None:
        stored = {outcome.number: outcome for outcome in result.outcomes}
        for row in rows:
            if row.number not in stored:
                continue
            outcome, place = stored[row.number], self._rows.seek(0, 2)
            pickle.dump((rows[0].number, row._replace(cells=())), self._rows)
            if outcome.kind == RowKind.NEW and row.values.get("account_manager"):
                self._in_care.add(place)
            words = _words(self._fields_of(row.values)) | ({hash(("file", outcome.target))} if outcome.target else set())
            for word in words:
                earlier = self._places.get(word, ())
                self._places[word] = (*earlier, place) if len(earlier) < MOST_EARLIER else earlier

    def close(self) -> None:
        self._rows.close()

    def _about(self, rows: Iterable[Row]) -> list[int]:
        """Where the earlier rows begin that share a word with these, or with one of those."""
        if not self._places:
            return []
        fields = [self._fields_of(row.values) for row in rows]
        known = KnownFirms.of(fields)
        wanted = set().union(*map(_words, fields), *map(_parents, fields), {hash(("file", pk)) for pk in known.standing.values()})
        found: set[int] = set()
        while new := {place for word in wanted for place in self._places.get(word, ())} - found:
            found |= new
            wanted = set().union(*(_words(self._fields_of(row.values)) for _chunk, row in map(self._read, new)))
        return sorted(found)

    def _read(self, place: int) -> tuple[int, Row]:
        """The number of the first row of its chunk, and the row."""
        self._rows.seek(place)
        return pickle.load(self._rows)  # noqa: S301 - nobody but this object has ever had the file


def _words(fields: dict) -> Identities:
    """What a firm is recognised by. Two words of one hash bring a row along that is not needed, which changes nothing."""
    names = Names.of(fields)
    words = {("name", names.key), *(("match", word) for word in (names.match, names.match_en))}
    words |= {(name, normal_identifier(str(fields.get(name) or ""))) for name in ("code", "credit_code")}
    return {hash(pair) for pair in words if pair[1]}


def _parents(fields: dict) -> Identities:
    """What the parent company a row names would be recognised by."""
    return set().union(*map(_words, named(str(fields["parent"])))) if fields.get("parent") else set()
