"""Published tables become series: every figure of the real files, counted and summed by the csv module alone."""

import csv
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
import xlsxwriter
from django.db.models import Count, Sum
from django.utils import translation

from cargo.models import Port, PortAlias, StatisticSeries, StatisticValue
from cargo.queries.statistics import monthly_series
from cargo.tests.factories import load_reference
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RunState
from portcrm.exchange.ingesting import ingest

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()


def make_file(folder: Path, *lines: str, name: str = "figures.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def take_in(path: Path, **constants: str):
    return ingest("statistics", path, by=make_user(), constants={"source": "演示统计局"} | constants)


def problems(run) -> list[tuple[int, list[str]]]:
    with translation.override("en"):
        return [(problem.row_number, problem.messages) for problem in run.problems.order_by("row_number")]


def counts(run) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.skipped, run.rejected


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def figures(rows: list[dict[str, str]], *columns: str) -> list[Decimal]:
    """The filled cells of these columns."""
    return [Decimal(row[column]) for row in rows for column in columns if row[column]]


class Sample(NamedTuple):
    name: str
    constants: dict[str, str]
    is_key: Callable[[str], bool]  # which columns name the row and hold no figure
    apart: tuple[str, ...]  # the columns by which rows belong to different series
    factor: int = 1


SAMPLES = (
    Sample("vancouver_teu_monthly_2008_2024", {"place": "CAVAN"}, lambda name: name == "month", ()),
    Sample("unctad_plsci_port_connectivity", {}, lambda name: name in ("port_code", "quarter"), ("port_code",)),
    Sample("eu_terminal_teu_quarterly", {"unit": "thousand TEU"}, lambda name: name != "terminal_TEU", ("port_code", "terminal"), 1000),
    Sample("taiwan_china_teu_monthly_by_port_pair_2016_2024", {}, lambda name: name != "teu", ("direction", "cn_port", "tw_port")),
)


@pytest.mark.samples
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_published_table_is_taken_in_to_the_last_figure(samples, sample):
    path = samples / "port_series" / f"{sample.name}.csv"
    rows = rows_of(path)
    columns = [name for name in rows[0] if not sample.is_key(name)]
    expected = figures(rows, *columns)

    run = take_in(path, **sample.constants)

    kept = StatisticValue.objects.aggregate(number=Count("pk"), total=Sum("value"))
    empty = [row for row in rows if not figures([row], *columns)]
    assert (kept["number"], kept["total"]) == (len(expected), sum(expected) * sample.factor)
    assert counts(run) == (len(rows) - len(empty), 0, len(empty), 0)
    assert StatisticSeries.objects.count() == len({tuple(row[name] for name in sample.apart) for row in rows}) * len(columns)


@pytest.mark.samples
def test_laden_and_empty_boxes_of_a_wide_table_are_series_of_their_own(samples):
    path = samples / "port_series" / "vancouver_teu_monthly_2008_2024.csv"

    take_in(path, place="CAVAN")

    series = StatisticSeries.objects.get(unit="TEU", direction="inbound", load="laden")
    assert (series.place.unlocode, series.subject, series.periodicity) == ("CAVAN", "containers", "month")
    assert [(f"{month:%Y-%m}", int(value)) for month, value in monthly_series(series)] == [
        (row["month"], int(row["teu_import_laden"])) for row in rows_of(path)
    ]


@pytest.mark.samples
def test_mainland_codes_that_no_list_knows_are_kept_and_marked(samples):
    path = samples / "port_series" / "taiwan_china_teu_monthly_by_port_pair_2016_2024.csv"
    codes = {row["cn_port"] for row in rows_of(path)}
    with (samples / "codes" / "unlocode_2024_2.csv").open(encoding="utf-8", newline="") as lines:
        official = {row["unlocode"] for row in csv.DictReader(lines)}

    take_in(path)

    known = set(PortAlias.objects.filter(alias__in=codes).values_list("alias", flat=True))
    marked = {code for one in StatisticSeries.objects.with_unknown_codes() for code in one.unknown_codes if code.startswith("CN")}
    assert (len(codes), len(codes - official)) == (583, 334)
    assert marked == codes - known
    assert not marked & set(Port.objects.values_list("unlocode", flat=True))
    assert set(StatisticSeries.objects.values_list("direction", flat=True)) == {"inbound", "outbound"}


@pytest.mark.samples
def test_vessel_calls_come_with_their_sizes_and_the_tonnage_with_the_unit_it_is_told(samples):
    path = samples / "port_series" / "eu_port_vessel_calls_quarterly.csv"
    rows = rows_of(path)
    calls = [name for name in rows[0] if name.endswith("_vessels") and "tonnage" not in name]

    run = take_in(path, value_columns="total_tonnage_vessels = tonnage (thousand GT)")

    sums = dict(StatisticValue.objects.values_list("series__unit").annotate(total=Sum("value")))
    assert sums == {
        "call": sum(figures(rows, *calls)),
        "GT": 1000 * sum(figures(rows, "total_tonnage_vessels")),
    }
    assert counts(run) == (len(rows), 0, 0, 0)
    assert set(StatisticSeries.objects.filter(unit="call").values_list("item", flat=True)) == {"", "small", "medium", "large", "verylarge"}


@pytest.mark.samples
def test_the_unit_of_a_tonnage_is_never_assumed(samples):
    run = take_in(samples / "port_series" / "eu_port_vessel_calls_quarterly.csv")

    with translation.override("en"):
        refused = {message for problem in run.problems.all() for message in problem.messages}
    assert StatisticValue.objects.filter(series__subject="vessel_tonnage").count() == 0
    assert refused == {"Neither the column nor its heading says the unit. Choose a column for it, or write it for all rows."}


@pytest.mark.samples
def test_customs_values_of_several_counterparts_and_sources_stay_apart(samples):
    path = samples / "port_series" / "taiwan_china_trade_annual.csv"
    rows = rows_of(path)
    whole_years = [row for row in rows if row["期間"].isdigit()]
    columns = [name for name in rows[0] if name != "期間"]

    run = take_in(path)

    kept = StatisticValue.objects.aggregate(number=Count("pk"), total=Sum("value"))
    assert (kept["number"], kept["total"]) == (9 * 21, 1_000_000 * sum(figures(whole_years, *columns)))
    assert StatisticSeries.objects.filter(subject="trade_value", unit="USD", periodicity="year").count() == 9
    assert problems(run) == [(23, ["期間: “2024年1-5月” is a part of a year: a sum of several months is no figure of one period."])]


@pytest.mark.samples
def test_coastal_routes_become_pairs_of_places_with_six_figures_each(samples):
    path = samples / "port_series" / "cn_coastal_container_routes_2019.csv"
    rows = rows_of(path)
    told = "REVENUE=revenue (CNY);SALES_VOLUME=throughput (t);FREIGHT_RATE=freight (CNY/TEU);NUM_40=40 (box);NUM_20=20 (box);"

    run = take_in(path, period="2019", value_columns=told + "percent_40=share 40 (ratio);Nomal_Rate=share normal (ratio)")

    pairs = {(one.place_name, one.other_place_name) for one in StatisticSeries.objects.filter(subject="throughput")}
    assert counts(run) == (len(rows), 0, 0, 0)
    assert pairs == {tuple(row["DIRECTION"].split("_")) for row in rows}
    for column, chosen in (
        ("REVENUE", {"subject": "revenue"}),
        ("FREIGHT_RATE", {"subject": "freight_rate"}),
        ("NUM_40", {"item": "40", "unit": "box"}),
    ):
        total = StatisticValue.objects.filter(**{f"series__{name}": value for name, value in chosen.items()}).aggregate(total=Sum("value"))
        assert total["total"] == sum(figures(rows, column))


def test_the_same_file_again_changes_nothing(tmp_path):
    path = make_file(tmp_path, "月份,港口,吞吐量(万吨)", "2026-01,CNSHG,12.5", "2026-02,CNSHG,13")

    first, second = take_in(path), take_in(path)

    assert (counts(first), counts(second)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert [(value.value, value.written, value.unit_written) for value in StatisticValue.objects.order_by("period")] == [
        (125_000, "12.5", "万吨"),
        (130_000, "13", "万吨"),
    ]


def test_another_figure_for_a_known_month_is_a_revision_and_the_last_counts(tmp_path):
    take_in(make_file(tmp_path, "月份,港口,吞吐量(万吨),发布日期", "2026-01,CNSHG,12.5,2026-02-10", "2026-02,CNSHG,13,2026-03-10"))

    run = take_in(
        make_file(tmp_path, "月份,港口,吞吐量(吨),发布日期", '2026-01,CNSHG,"126,000",2026-04-10', "2026-02,CNSHG,130000,2026-04-10")
    )

    (series,) = StatisticSeries.objects.all()
    said = StatisticValue.objects.order_by("period", "revision").values_list(
        "period__month", "revision", "value", "is_latest", "published_on__month"
    )
    assert counts(run) == (0, 1, 1, 0)
    assert list(said) == [(1, 1, 125_000, False, 2), (1, 2, 126_000, True, 4), (2, 1, 130_000, True, 3)]
    assert [int(value) for _month, value in monthly_series(series)] == [126_000, 130_000]


def test_each_unreadable_row_is_handed_back_with_its_reason_and_the_others_stay(tmp_path):
    path = make_file(
        tmp_path,
        "period,place,value,unit",
        "2026-01,CNSHG,100,t",
        '2026-02,CNSHG,"1,100.5",t',
        "2026-13,CNSHG,100,t",
        "2026-03,CNSHG,-5,t",
        "2026-04,CNSHG,-,t",
        "2026-05,CNSHG,viel,t",
        "2026-06,CNSHG,7,斤两",
        "2026-07,CNSHG,7,",
        "2026-01,CNSHG,101,t",
        "2026-08-15,CNSHG,7,t",
        "2026年9月,CNSHG,1.5,千吨",
        ",CNSHG,1.5,千吨",
    )

    run = take_in(path)

    assert problems(run) == [
        (4, ["period: “2026-13” is no month, quarter or year; write it as 2026-11, 2026Q4 or 2026."]),
        (5, ["value: “-5” is negative; what is counted here never is."]),
        (7, ["value: “viel” is not a number."]),
        (8, ["unit: “斤两” is no unit known here."]),
        (9, ["unit: Neither the column nor its heading says the unit. Choose a column for it, or write it for all rows."]),
        (10, ["value: An earlier row of this file says 100 for the same period. Which is right cannot be told; correct the file."]),
        (11, ["period: “2026-08-15” is a single day; statistics are kept by month, quarter or year."]),
        (13, ["period: The row names no period."]),
    ]
    assert counts(run) == (3, 0, 1, 8)
    assert list(StatisticValue.objects.order_by("period").values_list("period__month", "value")) == [
        (1, 100),
        (2, Decimal("1100.5")),
        (9, 1500),
    ]


def test_a_wide_row_that_contradicts_another_is_not_taken_in_part(tmp_path):
    path = make_file(tmp_path, "period,place,teu_import,teu_export", "2026-01,CNSHG,5,", "2026-01,CNSHG,6,7")

    run = take_in(path)

    assert counts(run) == (1, 0, 0, 1)
    assert list(StatisticValue.objects.values_list("value", flat=True)) == [5]


def test_a_file_without_any_figure_says_what_to_do(tmp_path):
    run = take_in(make_file(tmp_path, "period,place,remark", "2026-01,CNSHG,nice"))

    with translation.override("en"):
        assert (run.state, str(run.problem)) == (
            RunState.FAILED,
            "No column of this file says what it counts. Choose the column of the value, or write what the columns hold.",
        )


def test_thousands_of_something_that_is_not_said_are_handed_back(tmp_path):
    lines = ("period,place,throughput million", "2026-01,CNSHG,5")

    runs = [
        take_in(make_file(tmp_path, *lines)),
        take_in(make_file(tmp_path, *lines, "", name="ones.csv"), unit="t"),
        take_in(make_file(tmp_path, "period,place,calls (thousand)", "2026-01,CNSHG,5", name="calls.csv")),
    ]
    told = take_in(
        make_file(tmp_path, "period,place,cargo (million)", "2026-01,CNSHG,5", name="told.csv"),
        value_columns="cargo (million) = throughput million tonnes",
    )

    assert [["Neither the column nor" in messages[0] for _row, messages in problems(run)] for run in runs] == [[True]] * 3
    assert counts(told) == (1, 0, 0, 0)
    assert list(StatisticValue.objects.values_list("value", flat=True)) == [5_000_000]


def kept_by_measure() -> list[tuple[str, str, Decimal]]:
    return list(StatisticValue.objects.order_by("series__measure").values_list("series__measure", "series__unit", "value"))


def test_growth_and_sums_since_january_are_series_apart_from_the_month(tmp_path):
    titles = "月份,港口,货物吞吐量(万吨),货物吞吐量同比(%),货物吞吐量累计(万吨),货物吞吐量累计同比(%),货物吞吐量环比(%)"

    run = take_in(make_file(tmp_path, titles, "2026-03,CNSHG,12,-3.2,40,1.5,-7"), unit="万吨")

    assert counts(run) == (1, 0, 0, 0)
    assert kept_by_measure() == [
        ("growth", "percent", Decimal("-3.2")),
        ("growth_to_date", "percent", Decimal("1.5")),
        ("period", "t", 120_000),
        ("to_date", "t", 400_000),
    ]


def test_a_long_table_says_growth_and_sums_in_its_rows(tmp_path):
    rows = ("2026-03,CNSHG,货物吞吐量,12,万吨", "2026-03,CNSHG,货物吞吐量同比,-3.2,%", "2026-03,CNSHG,货物吞吐量累计,40,万吨")

    run = take_in(make_file(tmp_path, "period,place,subject,value,unit", *rows, "2026-03,CNSHG,货物吞吐量累计同比,5,万吨"))

    assert counts(run) == (3, 0, 0, 1)
    assert kept_by_measure() == [("growth", "percent", Decimal("-3.2")), ("period", "t", 120_000), ("to_date", "t", 400_000)]


def test_the_result_says_what_was_kept_unit_by_unit(tmp_path):
    run = take_in(make_file(tmp_path, "period,place,value,unit", "2026-01,CNSHG,2,万吨", "2026-02,CNSHG,3,万吨", "2026-02,CNSHG,3,TEU"))

    with translation.override("en"):
        assert [(str(line.label), str(line.value)) for line in run.by_importer.summary(run)] == [
            ("Figures kept in “TEU”", "1 in 1 series, together 3"),
            ("Figures kept in “万吨”", "2 in 1 series, together 50,000"),
        ]


def test_what_was_said_of_a_file_is_remembered_for_the_next_of_its_shape(tmp_path):
    take_in(make_file(tmp_path, "period,REVENUE", "2026-01,5"), value_columns="REVENUE = revenue (CNY)", place="CNSHG")

    run = ingest("statistics", make_file(tmp_path, "period,REVENUE", "2026-02,7", name="next.csv"), by=make_user())

    (series,) = StatisticSeries.objects.all()
    assert counts(run) == (1, 0, 0, 0)
    assert (series.source, series.subject, series.unit) == ("演示统计局", "revenue", "CNY")
    assert [int(value) for _month, value in monthly_series(series)] == [5, 7]


def test_what_is_told_of_columns_must_be_readable_and_of_this_file(tmp_path):
    path = make_file(tmp_path, "period,REVENUE", "2026-01,5")

    with pytest.raises(RuleBroken) as refusal:
        take_in(path, value_columns="REVENUE = money")
    run = take_in(path, value_columns="COST = revenue (CNY)")

    with translation.override("en"):
        assert str(refusal.value.message).startswith("Columns with figures: “REVENUE = money” does not say")
        assert (run.state, str(run.problem).split(" does")[0]) == (RunState.FAILED, "“COST”")


def test_a_workbook_cell_may_hold_a_date_and_a_number(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "figures.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("period", "place", "teu"))
    sheet.write_datetime(1, 0, dt.datetime(2026, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_row(1, 1, ("CNSHG", 12.5))
    sheet.write_row(2, 0, (202602, "CNSHG", 13))
    book.close()

    run = take_in(tmp_path / "figures.xlsx")

    assert counts(run) == (2, 0, 0, 0)
    assert list(StatisticValue.objects.order_by("period").values_list("period__month", "value")) == [(1, Decimal("12.5")), (2, 13)]
