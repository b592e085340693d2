"""How common a text is among the names, by a sample of them that an index keeps at hand.

One file of 256, drawn by a hash of its key, so that neither the order nor the day files came in decides. To look through the sample
of a million files takes two milliseconds, and it is never older than the files: no job draws it.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import BooleanField, Func

MOST_LOOKED_AT = 10_000  # texts of the sample: of more than two and a half million files, those of the newest
# Of a text in a thousand files the sample holds four on average, and eighteen not once in a million (Poisson, mean 1,000/256)
SURELY_MANY = 18


class Sampled(Func):
    """Whether the file with this key is in the sample; an immutable SQL function, so an index holds these files alone."""

    function = "customers_sampled"
    arity = 1
    output_field = BooleanField()


def hits(texts: Sequence[str]) -> list[int]:
    """In how many texts of the sample each of these stands; in words as `walk_key` holds them."""
    if not texts:
        return []
    counted = ", ".join(["count(*) FILTER (WHERE strpos(walk_key, %s) > 0)"] * len(texts))
    statement = f"""
        SELECT {counted} FROM (
            SELECT walk_key FROM customers_customer WHERE customers_sampled(id) AND merged_into_id IS NULL
            ORDER BY id DESC LIMIT %s
        ) AS sampled
    """  # noqa: S608 - the texts are parameters
    with connection.cursor() as cursor:
        cursor.execute(statement, [*texts, MOST_LOOKED_AT])
        return list(cursor.fetchone())
