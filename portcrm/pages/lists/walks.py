"""A walk along an index that carries what rows are searched by, so that no row is read for being passed.

A common word fills a page within some thousand names, but every name lies elsewhere in the table: reading 20,000 rows to pass them
took 35 ms of a page, reading as many entries of an index takes 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True)
class Told:
    """What an index tells of rows in the order of `order`: each word stands in `column` of every row that matches, or the row is
    one of the keys named beside it. Where the column is empty, the text was too long for an index and the row may match.
    `elsewhere` are words that do not count in the last part of the text, after its last blank, and are found there all the same.
    `times` as many rows as a page holds are looked for where other conditions will take some away. A walk passes `window` rows at
    most: 25,000 take 7 ms, and who is not full by then has so few matches that all of them are sooner found and sorted."""

    column: str
    order: str
    words: Mapping[str, frozenset[int]]
    elsewhere: frozenset[str] = frozenset()
    times: int = 1
    window: int = 25_000

    def condition(self, key: str, text: str) -> tuple[str, list]:
        """SQL over the names of two columns."""
        told, parameters = [], []
        for word, keys in self.words.items():
            told.append(f"({text} LIKE %s OR {text} IS NULL OR {key} = ANY(%s))")
            parameters += [f"%{connection.ops.prep_for_like_query(word)}%", sorted(keys)]
        return " AND ".join(told), parameters

    def certainty(self, text: str) -> tuple[str, list[str]]:
        """SQL over the name of a column: whether what matched by it surely matches."""
        doubts = [f" AND strpos(substring({text} FROM '[^ ]*$'), %s) = 0" for _word in self.elsewhere]
        return f"{text} IS NOT NULL{''.join(doubts)}", sorted(self.elsewhere)


def walk(rows: QuerySet, told: Told, *, most: int) -> tuple[dict[int, bool], bool]:
    """Keys of the first rows that may match, with whether they surely do, and whether these are all there are unless `most` were
    found; `rows` are sorted.

    No ORDER BY outside: what is passed comes in its order, and PostgreSQL stops reading when it has enough. Only where it had not does
    it look whether rows lie beyond the window: to number all on the way took as long again as to pass them.
    """
    passed, parameters = rows.values_list("pk", told.column).query.sql_with_params()
    condition, words = told.condition("key", "text")
    surely, doubtful = told.certainty("text")
    statement = f"""
        (SELECT key, {surely} FROM ({passed} LIMIT {told.window:d}) AS walked (key, text) WHERE {condition})
        UNION ALL (SELECT NULL, false FROM ({passed} LIMIT 1 OFFSET {told.window - 1:d}) AS last_one)
        LIMIT %s
    """  # noqa: S608 - the values are parameters
    with connection.cursor() as cursor:
        cursor.execute(statement, [*doubtful, *parameters, *words, *parameters, most])
        found = dict(cursor.fetchall())
    beyond = found.pop(None, None) is not None
    return found, not beyond
