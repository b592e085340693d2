"""The three texts that search reads, the key that finds the same name, and those that find the same firm (folding.py).

`search_key`: NFKC, simplified characters, upper case, no spaces or punctuation. `pinyin`: the syllables run together.
`initials`: their first letters. Several names of one firm are joined by a single space, which no key contains itself,
so no match can run from one name into the next.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from customers.naming.folding import folded_chinese, folded_english
from customers.naming.readings import syllables
from customers.naming.simplified import to_simplified

CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ebef]")
_NOISE = re.compile(r"[^\w]|_", re.UNICODE)
_SORT_LENGTH = 80
_MATCH_LENGTH = 200


@dataclass(frozen=True)
class SearchKeys:
    search_key: str
    pinyin: str
    initials: str
    name_key: str
    sort_key: str
    match_key: str
    match_key_en: str


def squash(text: str) -> str:
    """Text as keys hold it: full and half width, traditional and simplified, case, blanks and punctuation made one."""
    return _NOISE.sub("", to_simplified(unicodedata.normalize("NFKC", text)).upper())


@lru_cache(maxsize=4096)
def _syllables(key: str) -> tuple[str, ...]:
    return tuple(syllables(key))


def pinyin_of(text: str) -> str:
    """重庆集海ABC -> CHONGQINGJIHAIABC."""
    return "".join(_syllables(squash(text))).upper()


def initials_of(text: str) -> str:
    """重庆集海ABC -> CQJHABC: one letter for a Chinese character, other runs as they are."""
    key = squash(text)
    parts = []
    position = 0
    for syllable in _syllables(key):
        chinese = CHINESE.match(key, position) is not None and syllable.isascii()
        parts.append(syllable[:1] if chinese else syllable)
        position += 1 if chinese else len(syllable)
    return "".join(parts).upper()


_ENGLISH_FORMS = re.compile(
    r"\b(CO|COMPANY|CORP|CORPORATION|INC|INCORPORATED|LTD|LIMITED|LLC|LLP|PLC|GMBH|AG|SA|BV|NV|PTE|PTY|SDN|BHD)\b\.?", re.IGNORECASE
)


def name_key(name_zh: str, name_en: str) -> str:
    """The name two records of one firm share: the squashed Chinese name, else the English one without its legal form."""
    if name_zh.strip():
        return squash(name_zh)
    normal = unicodedata.normalize("NFKC", name_en).replace("&", " AND ")
    return squash(_ENGLISH_FORMS.sub(" ", normal)) or squash(name_en)


def search_keys(*, name_zh: str, name_en: str, short_name: str = "", former_names: tuple[str, ...] | list[str] = ()) -> SearchKeys:
    """All keys of one firm, from all its names."""
    names = [name for name in (name_zh, short_name, name_en, *former_names) if name and name.strip()]
    chinese = [name for name in names if CHINESE.search(name)]
    return SearchKeys(
        search_key=_joined(squash(name) for name in names),
        pinyin=_joined(pinyin_of(name) for name in chinese),
        initials=_joined(initials_of(name) for name in chinese),
        name_key=name_key(name_zh, name_en),
        match_key=(folded_chinese(name_zh) if name_zh.strip() else folded_english(name_en))[:_MATCH_LENGTH],
        match_key_en=folded_english(name_en)[:_MATCH_LENGTH],
        sort_key=(pinyin_of(name_zh) if name_zh.strip() else squash(name_en))[:_SORT_LENGTH],
    )


def _joined(keys: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(key for key in keys if key))
