"""The place of a line among the lines of its document: what tells it from them, in this file and in the next.

`doc:A-7#2` is the second line of document A-7 in the file, whatever becomes of the first. A line that is refused or left out keeps
its place, else those after it would move up, and the same file taken in again would book them twice. Lines without a document
are named by what they say; copies of such a line are as good as each other, so those that are left out need no place.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db import connection

KEEP = """
    INSERT INTO cargo_passed_line (batch, line, identity_base)
    SELECT %s, * FROM unnest(%s::integer[], %s::varchar[]) ON CONFLICT (batch, line) DO NOTHING
"""
TAKE_UP = "DELETE FROM cargo_passed_line WHERE batch = %s AND line = ANY(%s)"  # mended, and written after those behind it
PASSED = "SELECT line, identity_base FROM cargo_passed_line WHERE batch = %s AND line < %s AND identity_base = ANY(%s) ORDER BY line"
# one look into the index for each: a plain join might read the whole ledger
STORED = """
    SELECT told.base FROM unnest(%s) AS told (base)
    CROSS JOIN LATERAL (SELECT FROM cargo_shipment WHERE identity = told.base || '#1' LIMIT 1) AS known
"""
STAGED = """
    SELECT identity_base, count(*) FROM cargo_staged_shipment
    WHERE batch = %s AND line < %s AND identity_base = ANY(%s) GROUP BY identity_base
"""


def pass_over(lines: Iterable[tuple[int, str]], *, batch: str) -> None:
    """Keep the place of lines, each (line, identity base), that are not written. Said twice it changes nothing."""
    if columns := list(zip(*lines, strict=True)):
        with connection.cursor() as cursor:
            cursor.execute(KEEP, [batch, *map(list, columns)])


class Numbered(NamedTuple):
    """Identities of lines, and whether none of them is in the ledger as far as we see."""

    identities: Iterator[str]
    all_new: bool


def number_lines(bases: Sequence[str], lines: Sequence[int], *, batch: str, likely_new: bool = False) -> Numbered:
    """`base#n` for each of these lines, which come in the order of the file: it is the n-th of its base in the batch.

    Who takes them for `likely_new` does not ask the ledger; a line that is not new after all then has the identity of a row of it.
    """
    passed, seen = _passed(bases, lines, batch=batch), {}
    asked = {*(() if likely_new else _stored(bases)), *(base for _line, base in passed)}
    if asked:
        seen = _staged(asked, batch=batch, before=lines[0])
    return Numbered(_identities(bases, lines, passed, seen), all_new=not asked)


def _identities(bases: Sequence[str], lines: Sequence[int], passed: Sequence[tuple[int, str]], seen: dict[str, int]) -> Iterator[str]:
    ahead = iter(passed)
    coming = next(ahead, None)
    for base, line in zip(bases, lines, strict=True):
        while coming and coming[0] < line:
            seen[coming[1]] = seen.get(coming[1], 0) + 1
            coming = next(ahead, None)
        place = seen[base] = seen.get(base, 0) + 1
        yield f"{base}#{place}"


def _passed(bases: Sequence[str], lines: Sequence[int], *, batch: str) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM cargo_passed_line WHERE batch = %s)", [batch])
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(TAKE_UP, [batch, list(lines)])
        cursor.execute(PASSED, [batch, lines[-1], list(set(bases))])
        return cursor.fetchall()


def _stored(bases: Sequence[str]) -> list[str]:
    """Those of which the ledger has a first line: no others can have been staged before, except after one that was passed over.

    To ask the staged lines of each base would take longer with each chunk of a file.
    """
    with connection.cursor() as cursor:
        cursor.execute(STORED, [list(set(bases))])
        return [base for (base,) in cursor.fetchall()]


def _staged(bases: Iterable[str], *, batch: str, before: int) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(STAGED, [batch, before, list(bases)])
        return dict(cursor.fetchall())


def forget_passed(batch: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cargo_passed_line WHERE batch = %s", [batch])
