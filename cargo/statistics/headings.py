"""What the heading of a column, or the label of a line, says of the figures under it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cargo.statistics.facts import Load, Subject, Trade, Unit, Way
from cargo.statistics.units import OWN_UNIT, SIMPLE, read_unit, subject_of

SUBJECTS: dict[str, tuple[str, ...]] = {  # the first that is named counts: a container throughput is no throughput of tonnes
    Subject.CONTAINERS: ("集装箱吞吐量", "集装箱", "containers", "container"),
    Subject.VESSEL_TONNAGE: ("船舶吨位", "tonnage"),
    Subject.VESSEL_CALLS: ("艘次", "船舶艘数", "vessels", "vessel", "calls", "ships"),
    Subject.FREIGHT_RATE: ("运价", "freight"),
    Subject.THROUGHPUT: ("货物吞吐量", "吞吐量", "throughput"),
    Subject.REVENUE: ("收入", "revenue"),
    Subject.GDP: ("地区生产总值", "生产总值", "gdp"),
    Subject.PMI: ("采购经理指数", "pmi"),
    Subject.CONNECTIVITY: ("连通性", "plsci", "lsci", "connectivity"),
    Subject.TRADE_VALUE: ("贸易总额", "进出口总额", "进出口", "贸易额", "trade"),
    Subject.SHARE: ("比重", "占比", "share"),
}
WAYS: dict[str, tuple[str, ...]] = {
    Way.INBOUND: ("进口", "进港", "卸船", "import", "imports", "inbound", "in", "discharged"),
    Way.OUTBOUND: ("出口", "出港", "装船", "export", "exports", "outbound", "out", "loaded"),
}
LOADS: dict[str, tuple[str, ...]] = {Load.LADEN: ("重箱", "laden", "full"), Load.EMPTY: ("空箱", "empty", "empties")}
TRADES: dict[str, tuple[str, ...]] = {Trade.FOREIGN: ("外贸", "foreign"), Trade.DOMESTIC: ("内贸", "domestic", "coastal")}
SAYS_NOTHING = ("total", "合计", "总计", "number", "num", "of", "rate", "货物", "货", "cargo", "value", "all", "terminal", "port")
_CHINESE = re.compile("[一-鿿]")
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]\s*$")
_BETWEEN = re.compile(r"[\s_,;/|()\[\]\-–·:]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """`item` is what is left of the text: by it two columns of the same kind differ."""

    subject: Subject | None
    unit: Unit | None
    direction: str = ""
    load: str = ""
    trade_kind: str = ""
    item: str = ""

    @property
    def is_figure(self) -> bool:
        return self.subject is not None or self.unit is not None


@lru_cache(maxsize=1024)
def read_heading(text: str) -> Heading:
    """teu_import_laden, 外贸货物吞吐量(万吨), total_number_vessels …"""
    written = unicodedata.normalize("NFKC", text).strip()
    bracket = _BRACKETS.search(written)
    unit = read_unit(bracket[1]) if bracket else None
    if unit and bracket:
        written = written[: bracket.start()]
    words = [word for word in _BETWEEN.split(written) if word]
    if unit is None:
        unit, words = _unit_among(words)
    subject, words = _take(words, SUBJECTS)
    direction, words = _take(words, WAYS)
    load, words = _take(words, LOADS)
    trade_kind, words = _take(words, TRADES)
    known = Subject(subject) if subject else (subject_of(unit.base) if unit else None)
    if unit is None and known in OWN_UNIT:
        unit = read_unit(OWN_UNIT[known])
    return Heading(known, unit, direction, load, trade_kind, _rest(words))


def named(text: str, words: Mapping[str, Iterable[str]]) -> str:
    """Which of these a cell names, "" if none."""
    word = text.casefold().translate(SIMPLE).strip()
    return next((key for key, known in words.items() if word == str(key) or word in known), "")


def _unit_among(words: list[str]) -> tuple[Unit | None, list[str]]:
    for word in words:
        unit = read_unit(word) if len(word) > 1 and word.casefold() not in SAYS_NOTHING else None
        if unit and unit.base in ("t", "TEU", "box", "GT"):
            return unit, [other for other in words if other is not word]
    return None, words


def _take(words: list[str], known: Mapping[str, Iterable[str]]) -> tuple[str, list[str]]:
    """The first of the known things that is named, and the words without its name."""
    for key, names in known.items():
        for name in names:
            for position, word in enumerate(words):
                simple = word.casefold().translate(SIMPLE)
                if simple == name:
                    return key, [*words[:position], *words[position + 1 :]]
                at = simple.find(name) if _CHINESE.search(name) else -1
                if at >= 0:
                    return key, [*words[:position], word[:at] + word[at + len(name) :], *words[position + 1 :]]
    return "", words


def _rest(words: list[str]) -> str:
    names = {name for known in (SUBJECTS, WAYS, LOADS, TRADES) for group in known.values() for name in group if name.isascii()}
    return " ".join(word for word in words if word and word.casefold() not in SAYS_NOTHING and word.casefold() not in names)[:200]
