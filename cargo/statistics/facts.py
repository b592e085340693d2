"""What a published statistic says: of which series a figure is, for which period, how much in which unit."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Subject(StrEnum):
    THROUGHPUT = "throughput"
    CONTAINERS = "containers"
    TRADE_VALUE = "trade_value"
    GDP = "gdp"
    PMI = "pmi"
    VESSEL_CALLS = "vessel_calls"
    VESSEL_TONNAGE = "vessel_tonnage"
    FREIGHT_RATE = "freight_rate"
    REVENUE = "revenue"
    CONNECTIVITY = "connectivity"
    SHARE = "share"
    OTHER = "other"


MAY_BE_NEGATIVE = frozenset({Subject.TRADE_VALUE, Subject.FREIGHT_RATE, Subject.REVENUE, Subject.OTHER})  # balances, net amounts


class Measure(StrEnum):
    """What a figure is of its subject; growth is in per cent against the same time of the year before."""

    PERIOD = "period"
    TO_DATE = "to_date"
    GROWTH = "growth"
    GROWTH_TO_DATE = "growth_to_date"


GROWTHS = frozenset({Measure.GROWTH, Measure.GROWTH_TO_DATE})


class Periodicity(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Way(StrEnum):
    """As the ledger names directions."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Trade(StrEnum):
    FOREIGN = "foreign"
    DOMESTIC = "domestic"


class Load(StrEnum):
    LADEN = "laden"
    EMPTY = "empty"


class Reason(StrEnum):
    """Why something could not be read."""

    NO_PERIOD = "no_period"
    PERIOD = "period"
    PART_OF_YEAR = "part_of_year"
    DAY = "day"
    NUMBER = "number"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    NO_UNIT = "no_unit"
    UNIT = "unit"
    SUBJECT = "subject"
    DIRECTION = "direction"
    LOAD = "load"
    TRADE = "trade"
    PAIR = "pair"
    NO_BULLETIN = "no_bulletin"
    UNKNOWN_COLUMN = "unknown_column"


class NotRead(Exception):
    """A reason with its values, and the field it concerns; words for it stand in cargo/statistic_words.py."""

    def __init__(self, reason: Reason, field_name: str = "", **values: str):
        super().__init__(reason)
        self.reason, self.field, self.values = reason, field_name, values


@dataclass(frozen=True, slots=True)
class Period:
    start: dt.date
    periodicity: Periodicity


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written, and what one of it is in its base unit."""

    base: str
    factor: Decimal
    written: str


@dataclass(frozen=True, slots=True)
class Place:
    """`code` as a source writes it, whether or not any list knows it."""

    code: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.code or self.name)


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """Everything by which one series differs from another, before places are looked up."""

    source: str
    subject: Subject
    unit: str
    periodicity: Periodicity
    item: str = ""
    measure: Measure = Measure.PERIOD
    place: Place = field(default_factory=Place)
    other_place: Place = field(default_factory=Place)
    direction: str = ""
    trade_kind: str = ""
    load: str = ""
    cargo_class: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure: `value` in the base unit of its series, `written` and `unit_written` as the source has them.

    `is_aside`: told beside the figure of another period, to compare it with; what the file says of this period itself goes before it.
    """

    series: SeriesFacts
    start: dt.date
    value: Decimal
    written: str
    unit_written: str
    is_aside: bool = False


class RemarkKind(StrEnum):
    """What is odd in a bulletin; its figures are taken all the same, but for lines not read and what is of no single month."""

    MONTH_OVER_TOTAL = "month_over_total"
    JANUARY = "january"
    GROWTH = "growth"
    PARTS = "parts"
    UNIT_CHANGED = "unit_changed"
    NOT_READ = "not_read"
    NO_MONTH = "no_month"


@dataclass(frozen=True)
class Remark:
    kind: RemarkKind
    line: int
    values: Mapping[str, str] = field(default_factory=dict)
