"""The firm behind a party's lines: its whole name where it runs over two lines, and whether it is a firm at all.

On a negotiable bill of lading the consignee is an order or a bank; the firm that receives the goods is then the one to be notified.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from customers.naming.folding import FORMS

_CHINESE_FORM = re.compile(r"(公司|集团|厂|商行|经营部|合作社|[（(]普通合伙[)）])[)）]?$")
_ADDRESS = re.compile(
    r"\d|\b(?:P\.?\s?O\.?\s?BOX|ROAD|RD|STREET|ST|AVENUE|AVE|DISTRICT|TEL|FAX|ATTN|E-?MAIL|FLOOR|ROOM)\b|[路街号室楼]", re.IGNORECASE
)
_ORDER = re.compile(r"^(?:TO\s+(?:THE\s+)?)?ORDER(?:\s+OF\b.*)?$|^凭.*指示$|^凭指示$", re.IGNORECASE)
_SAME = re.compile(r"^(?:THE\s+)?SAME\s+AS\b|^同(?:收货人|上)$", re.IGNORECASE)
_BANK = re.compile(r"\bBANK\b|\bBANQUE\b|\bBANCO\b|银行", re.IGNORECASE)
_FORWARDER = re.compile(r"\bLOGISTICS?\b|\bFORWARD(?:ING|ERS?)\b|\bFREIGHT\b|\bSPEDITION\b|货运代理|货代|国际货运|物流", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


class Standing(StrEnum):
    """What a party's name tells of who it is."""

    FIRM = "firm"
    FORWARDER = "forwarder"  # may stand in for the owner of the cargo
    BANK = "bank"
    ORDER = "order"  # whoever holds the bill of lading
    SAME = "same"  # as another party, named elsewhere in the document
    UNNAMED = "unnamed"


def name_of(lines: Sequence[str]) -> str:
    return name_and_address(lines)[0]


def name_and_address(lines: Sequence[str]) -> tuple[str, Sequence[str]]:
    """NINGBO XIANGHAO LEIBOV METAL, INDUSTRIES CO. LTD, P.C. 315174 -> the first two lines and the rest: a name that ends as names
    of firms do ends there, and a line of an address is none of it."""
    if not lines:
        return "", ()
    first = " ".join(lines[0].split())
    if _is_whole(first) or len(lines) < 2:
        return first, lines[1:]
    second = " ".join(lines[1].split())
    return (f"{first} {second}", lines[2:]) if _is_whole(second) and not _ADDRESS.search(second) else (first, lines[1:])


def standing_of(lines: Sequence[str]) -> Standing:
    name = name_of(lines)
    if not name:
        return Standing.UNNAMED
    for pattern, standing in ((_SAME, Standing.SAME), (_ORDER, Standing.ORDER), (_BANK, Standing.BANK), (_FORWARDER, Standing.FORWARDER)):
        if pattern.search(name):
            return standing
    return Standing.FIRM


def _is_whole(text: str) -> bool:
    """Whether it ends in a legal form, as written with or without dots."""
    if _CHINESE_FORM.search(text):
        return True
    words = _WORD.findall(text.upper().replace(".", ""))
    return bool(words) and words[-1] in FORMS
