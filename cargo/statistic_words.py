"""Words for what published statistics count, their units, and what is odd in them."""

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.statistics.facts import Load, Measure, NotRead, Periodicity, Reason, RemarkKind, Subject, Trade, Way
from cargo.statistics.units import UNITS

SUBJECTS = {
    Subject.THROUGHPUT: pgettext_lazy("statistics", "Throughput"),
    Subject.CONTAINERS: _("Container throughput"),
    Subject.TRADE_VALUE: _("Trade value"),
    Subject.GDP: "GDP",
    Subject.PMI: "PMI",
    Subject.VESSEL_CALLS: _("Vessel calls"),
    Subject.VESSEL_TONNAGE: _("Tonnage of vessels"),
    Subject.FREIGHT_RATE: _("Freight rate"),
    Subject.REVENUE: _("Revenue"),
    Subject.CONNECTIVITY: _("Liner connectivity"),
    Subject.SHARE: _("Share"),
    Subject.OTHER: _("Other figures"),
}
MEASURES = {
    Measure.PERIOD: _("In the period"),
    Measure.TO_DATE: _("Since January"),
    Measure.GROWTH: _("Year on year"),
    Measure.GROWTH_TO_DATE: _("Since January, year on year"),
}
PERIODICITIES = {Periodicity.MONTH: _("Monthly"), Periodicity.QUARTER: _("Quarterly"), Periodicity.YEAR: _("Yearly")}
WAYS = {Way.INBOUND: _("Inbound"), Way.OUTBOUND: _("Outbound")}
TRADES = {Trade.FOREIGN: _("Foreign trade"), Trade.DOMESTIC: _("Domestic trade")}
LOADS = {Load.LADEN: _("Laden"), Load.EMPTY: _("Empty")}
UNIT_WORDS = {
    "t": pgettext_lazy("statistics unit", "t"),
    "TEU": "TEU",
    "box": pgettext_lazy("statistics unit", "boxes"),
    "GT": pgettext_lazy("statistics unit", "GT"),
    "call": pgettext_lazy("statistics unit", "calls"),
    "percent": "%",
    "ratio": pgettext_lazy("statistics unit", "of 1"),
    "point": pgettext_lazy("statistics unit", "points"),
}
UNIT_CHOICES = [(unit, UNIT_WORDS.get(unit, unit)) for unit in UNITS]

REASONS = {
    Reason.NO_PERIOD: _("The row names no period."),
    Reason.PERIOD: _("“{value}” is no month, quarter or year; write it as 2026-11, 2026Q4 or 2026."),
    Reason.PART_OF_YEAR: _("“{value}” is a part of a year: a sum of several months is no figure of one period."),
    Reason.DAY: _("“{value}” is a single day; statistics are kept by month, quarter or year."),
    Reason.NUMBER: _("“{value}” is not a number."),
    Reason.NEGATIVE: _("“{value}” is negative; what is counted here never is."),
    Reason.TOO_LARGE: _("“{value}” is larger than any number this field holds."),
    Reason.NO_UNIT: _("Neither the column nor its heading says the unit. Choose a column for it, or write it for all rows."),
    Reason.UNIT: _("“{value}” is no unit known here."),
    Reason.SUBJECT: _("“{value}” is nothing that is counted here."),
    Reason.DIRECTION: _("“{value}” is no direction between these places."),
    Reason.LOAD: _("“{value}” is neither laden nor empty."),
    Reason.TRADE: _("“{value}” is neither foreign nor domestic trade."),
    Reason.PAIR: _("“{value}” does not name two places; write them as Longkou_Yingkou."),
    Reason.NO_BULLETIN: _("The text has no heading with year and month and lines of four figures below it."),
    Reason.UNKNOWN_COLUMN: _("“{value}” does not say what a column of this file counts; write “heading = what it counts (unit)”."),
}
REMARKS = {
    RemarkKind.MONTH_OVER_TOTAL: _("{place}: the month ({month}) is more than the sum since January ({to_date})."),
    RemarkKind.JANUARY: _("{place}: January ({month}) is not the sum since January ({to_date})."),
    RemarkKind.GROWTH: _("{place}: a growth of {growth} % is hardly possible."),
    RemarkKind.PARTS: _("{place}: its parts are more than the whole ({whole})."),
    RemarkKind.UNIT_CHANGED: _("{place}: the unit is {now} here, {before} in an earlier bulletin."),
    RemarkKind.NOT_READ: _("This line was not read: {line}"),
    RemarkKind.NO_MONTH: _("“{title}” is of no single month; the lines below it were left out."),
}


def reason_words(refusal: NotRead):
    """Why something was not read, as a lazily translated sentence."""
    return format_lazy(REASONS[refusal.reason], **refusal.values)


def remark_words(kind: str, values: Mapping[str, str]) -> str:
    """A remark as a sentence in the reader's language."""
    return str(REMARKS[RemarkKind(kind)]).format(**values)
