"""What begins with a text, asked as a range: the index that sorts a column answers it, so no second one is kept for beginnings.

Right where letters sort by code (the database is made with C.UTF-8).
"""

import sys

from django.db.models import Q

from portcrm.prepared import Place

SURROGATES, AFTER_SURROGATES = 0xD800, 0xE000  # halves of signs, which no text holds


def after_all(beginning: str) -> str:
    """The first text after all that begin so; "" where there is none."""
    if not beginning:
        return ""
    following = ord(beginning[-1]) + 1
    if following > sys.maxunicode:
        return after_all(beginning[:-1])
    return beginning[:-1] + chr(AFTER_SURROGATES if following == SURROGATES else following)


def begins(field: str, beginning: str | Place, after: str | Place | None = None) -> Q:
    """Rows whose field begins so; `after`, where the beginning is a place, is the place for what comes after all of these."""
    return Q((f"{field}__gte", beginning), (f"{field}__lt", after_all(beginning) if after is None else after))
