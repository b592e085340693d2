"""Units of statistics: a base and how many of it one is, read from what is written and never assumed."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from cargo.statistics.facts import Subject, Unit

BASES: dict[str, tuple[str, ...]] = {
    "t": ("t", "吨", "tonne", "tonnes", "ton", "tons", "metric tons", "公吨"),
    "TEU": ("teu", "teus", "标准箱", "标箱"),
    "box": ("box", "boxes", "箱", "自然箱", "container", "containers", "units"),
    "GT": ("gt", "总吨", "gross tons", "gross tonnage"),
    "call": ("call", "calls", "艘次", "艘", "vessels", "ships", "number"),
    "USD": ("usd", "us$", "美元", "us dollars", "dollars"),
    "EUR": ("eur", "€", "欧元", "euro", "euros"),
    "CNY": ("cny", "rmb", "元", "人民币", "人民币元", "yuan"),
    "percent": ("%", "±%", "+-%", "+/-%", "percent", "per cent", "pct", "百分比"),
    "ratio": ("ratio", "share of 1", "比值"),
    "point": ("point", "points", "点", "index", "指数"),
}
PERCENT = "percent"
PARTS_OF_WHOLE = (PERCENT, "ratio")  # their change is told in points, never as a share of themselves
MONEY = ("USD", "EUR", "CNY")
PER = ("t", "TEU", "box")
UNITS = (*BASES, *(f"{money}/{per}" for money in MONEY for per in PER))
TIMES = {
    "thousand": 1_000,
    "thousands": 1_000,
    "1000": 1_000,
    "'000": 1_000,
    "千": 1_000,
    "10000": 10_000,
    "万": 10_000,
    "十万": 100_000,
    "million": 1_000_000,
    "millions": 1_000_000,
    "mln": 1_000_000,
    "mn": 1_000_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
    "billion": 1_000_000_000,
    "billions": 1_000_000_000,
    "bn": 1_000_000_000,
    "十亿": 1_000_000_000,
    "万亿": 1_000_000_000_000,
}
SHORT = {"kt": ("t", 1_000), "kteu": ("TEU", 1_000), "mteu": ("TEU", 1_000_000)}
SIMPLE = str.maketrans("萬億噸標進總額貿區點國開關統計對內貨運價櫃裝", "万亿吨标进总额贸区点国开关统计对内货运价柜装")
_BY_WORD = {word.replace(" ", ""): base for base, words in BASES.items() for word in words}
_USUAL_SUBJECT = {
    "t": Subject.THROUGHPUT,
    "TEU": Subject.CONTAINERS,
    "box": Subject.CONTAINERS,
    "GT": Subject.VESSEL_TONNAGE,
    "call": Subject.VESSEL_CALLS,
    "ratio": Subject.SHARE,
}
# What is counted in ones and nothing else.
OWN_UNIT = {Subject.VESSEL_CALLS: "call", Subject.PMI: "point", Subject.CONNECTIVITY: "point"}


def subject_of(unit: str) -> Subject | None:
    """What is usually counted in this unit."""
    if unit in MONEY:
        return Subject.TRADE_VALUE
    return Subject.FREIGHT_RATE if "/" in unit else _USUAL_SUBJECT.get(unit)


@lru_cache(maxsize=2048)
def read_unit(text: str) -> Unit | None:
    """万吨 is 10,000 t, 百萬美元 a million USD, 元/TEU CNY/TEU; None if this is no unit."""
    word = unicodedata.normalize("NFKC", text).casefold().translate(SIMPLE).strip(" ()[]【】")
    word = re.sub(r"^单位:?", "", word).replace(" ", "").replace(",", "")
    money, slash, per = word.partition("/")
    if slash:
        upper, lower = _read(money), _read(per)
        fits = upper and lower and upper[0] in MONEY and lower[0] in PER
        return Unit(f"{upper[0]}/{lower[0]}", upper[1] / lower[1], text) if fits and upper and lower else None
    found = _read(word)
    return Unit(found[0], found[1], text) if found else None


def _read(word: str) -> tuple[str, Decimal] | None:
    if word in _BY_WORD:
        return _BY_WORD[word], Decimal(1)
    if word in SHORT:
        base, factor = SHORT[word]
        return base, Decimal(factor)
    for prefix in sorted(TIMES, key=len, reverse=True):
        if word.startswith(prefix) and word[len(prefix) :] in _BY_WORD:
            return _BY_WORD[word[len(prefix) :]], Decimal(TIMES[prefix])
    return None
