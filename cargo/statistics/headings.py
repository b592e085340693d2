"""What the heading of a column, or the label of a line, says of the figures under it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from cargo.statistics.facts import GROWTHS, Load, Measure, Subject, Trade, Unit, Way
from cargo.statistics.units import OWN_UNIT, PERCENT, SIMPLE, TIMES, read_unit, subject_of

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
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_BETWEEN = re.compile(r"[\s_,;/|()\[\]【】\-–·:]+")
_COLUMN_NAME = re.compile(r"\w+_\w+")
_MULTIPLIERS = frozenset({*TIMES, "hundred", "hundreds", "000", "000s", "'000s", "’000", "’000s", "k", "m", "mio"})
_GROWTH = re.compile(
    r"同比(?:增[长長](?:率|速度)?|增[速幅减減])?|(?:[比较較](?:上年|去年)(?:同期)?)?增[长長](?:率|速度)?|增[速幅]|[比较較](?:上年|去年)同期"
    r"|(?<![a-z])(?:growth|y-?o-?y|y/y|year[-_ ]on[-_ ]year)(?![a-z])",
    re.IGNORECASE,
)
_TO_DATE = re.compile(r"累[计計]|(?<![a-z])(?:(?:year[-_ ])?to[-_ ]date|ytd|cumulative)(?![a-z])", re.IGNORECASE)
# Growth against the month or quarter before is nothing a series holds.
_OTHER_GROWTH = re.compile(r"[环環]比|(?<![a-z])(?:mom|m/m|qoq|q/q|(?:month|quarter)[-_ ]on[-_ ](?:month|quarter))(?![a-z])", re.IGNORECASE)
_YEAR_BEFORE = re.compile(
    r"(?:上年|去年|上一年度?)同[期月]|(?<![a-z])(?:(?:same|corresponding)[-_ ](?:period|month)[-_ ](?:of[-_ ])?(?:the[-_ ])?)?"
    r"(?:last|previous|prior|preceding)[-_ ]year(?![a-z])|(?<![a-z])year[-_ ](?:before|ago|earlier)(?![a-z])",
    re.IGNORECASE,
)
LONGEST_UNIT = 3  # words: thousands of tonnes


@dataclass(frozen=True, slots=True)
class Heading:
    """`item` is what is left of the text: by it two columns of the same kind differ.

    Where `lacks_multiplicand` the text names a thousand, a million … without saying of what: it has no unit.
    """

    subject: Subject | None
    unit: Unit | None
    direction: str = ""
    load: str = ""
    trade_kind: str = ""
    item: str = ""
    lacks_multiplicand: bool = False
    measure: Measure = Measure.PERIOD
    is_year_before: bool = False  # the figure of the same period of the year before, told to compare with
    names_subject: bool = False  # in words, not only by its unit

    @property
    def is_figure(self) -> bool:
        return self.subject is not None or self.unit is not None

    @property
    def leans(self) -> bool:
        """Told to compare another figure with: a growth, or the year before."""
        return self.measure in GROWTHS or self.is_year_before

    @property
    def says_not_of_what(self) -> bool:
        return self.leans and not (self.names_subject or self.direction or self.load or self.trade_kind or self.item)

    def of(self, other: "Heading") -> "Heading":
        """This growth, or figure of the year before, of what another heading counts."""
        measure = self.measure if other.measure == Measure.PERIOD else TO_DATE[self.measure]
        if self.measure in GROWTHS:
            return replace(other, unit=self.unit, measure=measure, is_year_before=False, lacks_multiplicand=False)
        lacks = self.lacks_multiplicand if self.unit else other.lacks_multiplicand
        return replace(other, unit=self.unit or other.unit, measure=measure, is_year_before=True, lacks_multiplicand=lacks)


TO_DATE = {
    Measure.PERIOD: Measure.TO_DATE,
    Measure.TO_DATE: Measure.TO_DATE,
    Measure.GROWTH: Measure.GROWTH_TO_DATE,
    Measure.GROWTH_TO_DATE: Measure.GROWTH_TO_DATE,
}


@lru_cache(maxsize=1024)
def read_heading(text: str) -> Heading:
    """teu_import_laden, 外贸货物吞吐量(万吨), total_number_vessels …"""
    written = unicodedata.normalize("NFKC", text).strip()
    if _OTHER_GROWTH.search(written):
        return Heading(None, None, item=written[:200])
    is_column_name = bool(_COLUMN_NAME.fullmatch(written))
    measure, written = take_measure(written)
    is_year_before, written = take_year_before(written)
    unit, written = _unit_in_brackets(written, of_growth=measure in GROWTHS)
    words = _told_apart(written, is_column_name)
    if unit is None:
        unit, words = _unit_among(words, of_growth=measure in GROWTHS)
    subject, words = _take(words, SUBJECTS)
    direction, words = _take(words, WAYS)
    load, words = _take(words, LOADS)
    trade_kind, words = _take(words, TRADES)
    if unit is None:  # 集装箱吞吐量万TEU
        unit, words = _unit_among(words, of_growth=measure in GROWTHS)
    lacks_multiplicand = any(word.casefold().translate(SIMPLE) in _MULTIPLIERS for word in words)
    known = Subject(subject) if subject else (subject_of(unit.base) if unit else None)
    if lacks_multiplicand:
        unit = None
    if unit is None and known in OWN_UNIT and not lacks_multiplicand and measure not in GROWTHS:
        unit = read_unit(OWN_UNIT[known])
    return Heading(known, unit, direction, load, trade_kind, _rest(words), lacks_multiplicand, measure, is_year_before, bool(subject))


def named(text: str, words: Mapping[str, Iterable[str]]) -> str:
    """Which of these a cell names, "" if none."""
    word = text.casefold().translate(SIMPLE).strip()
    return next((key for key, known in words.items() if word == str(key) or word in known), "")


def take_measure(written: str) -> tuple[Measure, str]:
    """What a figure is of its subject (同比, 累计, growth, to date …), and the text without the words that say it."""
    if _OTHER_GROWTH.search(written):
        return Measure.PERIOD, written
    rest, growths = _GROWTH.subn(" ", written)
    rest, sums = _TO_DATE.subn(" ", rest)
    if growths:
        return (Measure.GROWTH_TO_DATE if sums else Measure.GROWTH), rest.strip()
    return (Measure.TO_DATE if sums else Measure.PERIOD), rest.strip()


def take_year_before(written: str) -> tuple[bool, str]:
    """Whether a text says "same period of the year before" (上年同期), and the text without these words."""
    rest, found = _YEAR_BEFORE.subn(" ", written)
    return bool(found), rest.strip() if found else written


def _unit_in_brackets(written: str, *, of_growth: bool) -> tuple[Unit | None, str]:
    """The last unit that stands in brackets, else a price per unit, and the text without it; growth is in per cent and nothing else."""
    for bracket in reversed(list(_BRACKETS.finditer(written))):
        unit = read_unit(bracket[1])
        if unit and (unit.base == PERCENT or not of_growth):
            return unit, f"{written[: bracket.start()]} {written[bracket.end() :]}".strip()
    prices = [] if of_growth else [word for word in written.split() if "/" in word and read_unit(word)]  # 元/TEU is none of TEU
    return (read_unit(prices[0]), written.replace(prices[0], " ")) if prices else (None, written)


def _told_apart(written: str, is_column_name: bool) -> list[str]:
    """The words of a text; "in" within a sentence is no direction, unlike in teu_in_laden or as the last word."""
    words = [word for word in _BETWEEN.split(written) if word]
    if is_column_name:
        return words
    return [word for place, word in enumerate(words, 1) if place == len(words) or word.casefold() not in ("in", "out")]


def _unit_among(words: list[str], *, of_growth: bool = False) -> tuple[Unit | None, list[str]]:
    """The unit some adjacent words say, most words first, and the other words; TEU are more likely meant than boxes."""
    if of_growth:
        percents = [
            (unit, [*words[:at], *words[at + 1 :]]) for at, unit in enumerate(map(read_unit, words)) if unit and unit.base == PERCENT
        ]
        return percents[0] if percents else (None, words)
    found = []
    for length in range(LONGEST_UNIT, 0, -1):
        for start in range(len(words) - length + 1):
            unit = _unit_of_words(words[start : start + length])
            if unit:
                found.append((unit.base == "box", -length, start, unit))
    if not found:
        return None, words
    _box, length, start, unit = min(found, key=lambda one: one[:3])
    return unit, [*words[:start], *words[start - length :]]


def _unit_of_words(words: list[str]) -> Unit | None:
    """Cargo or vessels in ones, anything by its multiplier; one container may as well be counted in TEU."""
    said = " ".join(words)
    if len(said) == 1 or said.casefold() in (*SAYS_NOTHING, "container"):
        return None
    unit = read_unit(" ".join(word for word in words if word.casefold() != "of"))
    return unit if unit and (unit.factor > 1 or unit.base in ("t", "TEU", "box", "GT")) else None


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
