"""Rows chosen one by one on a page."""

from django.http import QueryDict

MOST_TICKED = 500  # a page holds far fewer


def ticked_rows(data: QueryDict) -> list[int]:
    """The keys of the boxes ticked on a page."""
    return [int(pk) for pk in data.getlist("row")[:MOST_TICKED] if pk.isdecimal() and len(pk) < 19]
