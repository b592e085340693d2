"""Import of published statistics: tables with one figure a row, or one in each of many columns."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.imports.remarks import retired_classes
from cargo.models import CargoClass, StatisticSeries, StatisticValue
from cargo.permissions import IMPORT_STATISTICS
from cargo.queries.references import References, load_references
from cargo.queries.statistics import sums_of_import
from cargo.services.statistics import ToldValue, record_readings
from cargo.services.statistics_taken_back import take_back_figures
from cargo.statistic_words import reason_words
from cargo.statistics.facts import NotRead
from cargo.statistics.tables import TableReader, told_columns
from portcrm.errors import RuleBroken
from portcrm.exchange.importing import (
    CellProblem,
    Described,
    Importer,
    ImportField,
    Left,
    Problem,
    Row,
    SummaryLine,
    WriteResult,
)
from portcrm.exchange.matching import titles
from portcrm.exchange.parsing import date, text, text_up_to
from portcrm.exchange.problems import FileProblem
from portcrm.pages.formats import number


def plain(cell: Any) -> str:
    """A cell as text; a date cell as the day it holds, a number without what binary arithmetic adds."""
    if isinstance(cell, dt.date):
        return f"{cell:%Y-%m-%d}"
    return text(cell).strip()


def columns_told(cell: Any) -> str:
    try:
        told_columns(plain(cell))
    except NotRead as refusal:
        raise CellProblem(reason_words(refusal)) from refusal
    return plain(cell)


short = text_up_to(100)

FIELDS = (
    ImportField("source", _("Publisher"), text_up_to(200), required=True, aliases=("来源", "发布机构", "数据来源", "publisher")),
    ImportField("period", pgettext_lazy("statistics", "Period"), plain, aliases=("date", "时间", "时期", "期间", "期間", "统计时间")),
    ImportField("year", _("Year"), plain, aliases=("年", "年份"), help=_("Where the period stands in several columns")),
    ImportField("quarter", _("Quarter"), plain, aliases=("季度",)),
    ImportField("month", _("Month"), plain, aliases=("月", "月份")),
    ImportField("value", _("Value"), plain, aliases=("数值", "数量"), help=_("Leave out where several columns hold figures")),
    ImportField(
        "value_columns",
        _("Columns with figures"),
        columns_told,
        help=_("For headings that do not say it: “REVENUE = revenue (CNY); NUM_40 = 40 ft boxes”. Others are read from their heading"),
    ),
    ImportField("unit", _("Unit"), short, aliases=("单位", "计量单位"), help=_("t, 万吨, TEU, million USD …; else the heading says it")),
    ImportField(
        "subject",
        pgettext_lazy("statistics", "Subject"),
        short,
        aliases=("指标类别",),
        help=_("Throughput, container throughput, GDP …; else the heading or unit says it"),
    ),
    ImportField("item", _("Item"), short, aliases=("terminal", "指标", "项目", "码头")),
    ImportField("place", _("Place"), short, aliases=("port_code", "port", "cn_port", "港口", "地区", "港口代码")),
    ImportField("place_name", _("Name of the place"), short, aliases=("cn_port_zh", "港口名称")),
    ImportField("other_place", _("Place across"), short, aliases=("tw_port", "对方港口")),
    ImportField("other_place_name", _("Name of the place across"), short, aliases=("tw_port_zh", "对方港口名称")),
    ImportField("pair", _("From – to in one cell"), short, aliases=("航线", "流向"), help=_("Such as Longkou_Yingkou")),
    ImportField("direction", _("Direction"), short, aliases=("进出口", "进出港")),
    ImportField("trade_kind", _("Trade"), short, aliases=("内外贸",)),
    ImportField("load", _("Laden or empty"), short, aliases=("重空",)),
    ImportField("cargo_class", _("Cargo class"), short, aliases=("货类",)),
    ImportField("published_on", _("Published on"), date, aliases=("发布日期",)),
)
NO_FIGURES = _("No column of this file says what it counts. Choose the column of the value, or write what the columns hold.")
NO_PERIOD = _("Please choose the column of the period, or write one period for all rows.")
CONTRADICTS = _("An earlier row of this file says {other} for the same period. Which is right cannot be told; correct the file.")
ONE_TEXT = _("What the columns hold is written once for all rows; it has no column of its own.")


class StatisticImporter(Importer):
    """A row is taken whole or not at all. What is known already is left alone, what is told otherwise becomes a revision."""

    key = "statistics"
    label = _("Trade statistics")
    permission = IMPORT_STATISTICS
    fields = FIELDS
    chunk_rows = 20_000
    result_url_name = "cargo:statistic_list"
    result_filter = "import_run"
    takes_back = True

    def refuse_columns(self, named) -> None:
        if not {"period", "year", "quarter", "month"} & set(named):
            raise RuleBroken(NO_PERIOD, field="period")

    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult:
        reader, references = reader_of(run, rows[0].values.get("value_columns") or ""), load_references()
        told: dict[int, list[ToldValue]] = {}
        classes: dict[str, CargoClass] = {}
        problems: list[Problem] = []
        for row in rows:
            try:
                readings = reader.readings(texts_of(row), [shown(cell) for cell in row.cells])
                classes |= class_of(row.values.get("cargo_class") or "", references)
            except NotRead as refusal:
                problems.append(Problem(row.number, reason_words(refusal), refusal.field))
            except RuleBroken as refusal:
                problems.append(Problem(row.number, refusal.message, refusal.field))
            else:
                told[row.number] = [ToldValue(row.number, reading, row.values.get("published_on")) for reading in readings]
        return _stored(told, classes, problems, run=run, by=by)

    def summary(self, run) -> list[SummaryLine]:
        """Figures kept of the file, and their sums as written, unit by unit; and classes out of use among them."""
        kept = [
            SummaryLine(
                label=format_lazy(_("Figures kept in “{unit}”"), unit=line.unit),
                value=format_lazy(
                    _("{values} in {series} series, together {total}"),
                    values=number(line.values),
                    series=number(line.series),
                    total=number(line.total),
                ),
            )
            for line in sums_of_import(run.pk)
        ]
        return [*kept, *retired_classes(run.pk, StatisticValue)]

    def describe(self, targets, user) -> dict[int, Described]:
        series = StatisticSeries.objects.visible_to(user).in_bulk(list(targets))
        return {key: Described(one.label, one.get_absolute_url()) for key, one in series.items()}

    def take_back(self, changes, *, insist, by) -> dict[int, Left]:
        return take_back_figures(changes=changes, insist=insist, by=by)


def _stored(told: Mapping[int, list[ToldValue]], classes: Mapping[str, CargoClass], problems: list[Problem], *, run, by) -> WriteResult:
    recorded = record_readings(told=[one for line in told.values() for one in line], by=by, classes=classes, import_run_id=run.pk)
    handed_back = [Problem(line, format_lazy(CONTRADICTS, other=other), "value") for line, other in recorded.contradicting.items()]
    return recorded.as_result(told, [*problems, *handed_back])


def reader_of(run, told: str) -> TableReader:
    """How this file is to be read; FileProblem where none of its columns can hold a figure."""
    if "value_columns" in run.mapping:
        raise FileProblem(ONE_TEXT)
    used = {index for name, index in run.mapping.items() if name != "value"}
    try:
        reader = TableReader(titles(run.columns), used, value=run.mapping.get("value"), told=told_columns(told))
    except NotRead as refusal:
        raise FileProblem(reason_words(refusal)) from refusal
    if not reader.columns:
        raise FileProblem(NO_FIGURES)
    return reader


def texts_of(row: Row) -> dict[str, str]:
    return {name: value for name, value in row.values.items() if value.__class__ is str}


def shown(cell: Any) -> str:
    return cell if cell.__class__ is str else "" if cell is None else plain(cell)


def class_of(written: str, references: References) -> dict[str, CargoClass]:
    """The class under the word the row uses; RuleBroken where there is none."""
    if not written:
        return {}
    return {written: _known_class(written, references)}


def _known_class(written: str, references: References) -> CargoClass:
    found = references.cargo_class(written)
    if found is None:
        raise RuleBroken(_("There is no such cargo class; write its code, such as 01, or its name."), field="cargo_class")
    return found
