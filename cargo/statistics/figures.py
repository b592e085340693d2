"""Numbers as statistics print them."""

import re
import unicodedata
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache

from cargo.statistics.facts import NotRead, Reason

ABSENT = frozenset(
    {"", "-", "--", "---", "–", "—", "——", "..", "...", "…", ":", "/", "n/a", "na", "n.a.", "nan", "null", "none", "缺", "无"}
)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?", re.IGNORECASE)
LIMIT, PLACES = Decimal(10) ** 20, 18  # as the column holds them
_WIDE = Context(prec=2 * PLACES + 4)


@lru_cache(maxsize=16384)
def read_number(cell: str) -> Decimal | None:
    """A number, None where the source has no figure ("-", "..", "n/a"); commas and blanks may set thousands apart."""
    written = unicodedata.normalize("NFKC", cell).strip().replace("−", "-")
    if written.casefold() in ABSENT:
        return None
    plain = re.sub(r"(?<=\d)[ \u00a0](?=\d{3}(\D|$))", "", written)
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        raise NotRead(Reason.NUMBER, "value", value=cell)
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise NotRead(Reason.NUMBER, "value", value=cell) from None
    if not -LIMIT < number < LIMIT:
        raise NotRead(Reason.TOO_LARGE, "value", value=cell)
    return number


def fitted(number: Decimal, written: str = "") -> Decimal:
    """The number with the decimals that are kept; NotRead where it grew too large by its unit."""
    if not -LIMIT < number < LIMIT:
        raise NotRead(Reason.TOO_LARGE, "value", value=written or f"{number:f}")
    if number.as_tuple().exponent >= -PLACES:  # type: ignore[operator]  # finite: read_number refuses others
        return number
    return number.quantize(Decimal(1).scaleb(-PLACES), context=_WIDE)
