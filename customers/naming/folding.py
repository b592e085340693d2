"""The part of a company's name by which two records of one firm are recognised: legal forms, articles and abbreviations gone.

The words stand in customers/reference: legal forms as company registers write them, abbreviations as bills of lading and
customs lists do, places as Chinese firms put them in brackets.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from customers.naming.simplified import to_simplified

_REFERENCE = Path(__file__).resolve().parents[1] / "reference"
_CHINESE_FORMS = re.compile(r"(股份有限责任公司|股份有限公司|有限责任公司|股份公司|有限公司|公司)$")
_BRACKETS = re.compile(r"[(\[【〔{<《]([^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]")
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")
SHORTEST = 2


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_REFERENCE / f"name_{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


PLACES = frozenset(row["place"] for row in _rows("places"))
FORMS = frozenset(row["form"] for row in _rows("legal_forms"))
FULL_WORDS = {short: row["word"] for row in _rows("abbreviations") for short in row["written"].split("|")}


def folded_chinese(name: str) -> str:
    """上海国际港务(集团)股份有限公司 -> 上海国际港务集团; a place in brackets goes first: 中外运(青岛)有限公司 -> 青岛中外运."""
    text = "".join(unicodedata.normalize("NFKC", to_simplified(name)).upper().split())
    places: list[str] = []

    def unbracketed(found: re.Match[str]) -> str:
        inside = found.group(1)
        if inside.removesuffix("市").removesuffix("省") not in PLACES:
            return inside
        places.append(inside)
        return ""

    core = re.sub(r"[\W_]+", "", _BRACKETS.sub(unbracketed, text))
    bare = _CHINESE_FORMS.sub("", core)
    return "".join(places) + (bare if len(bare) >= SHORTEST else core)


def folded_english(name: str) -> str:
    """Dow Chemical Co., The -> DOWCHEMICAL; ATLANTIC TRDG & MKTG INC -> ATLANTICTRADINGMARKETING."""
    text = unicodedata.normalize("NFKD", name).upper()
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text).replace("'", "")
    words = [FULL_WORDS.get(word, word) for word in _WORD.findall(text)]
    core = [word for word in words if word not in FORMS]
    return "".join(core or words)
