"""Growth and last year's figure in columns and rows of their own: each is of the figure it is told beside."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import translation

from cargo.models import StatisticValue
from cargo.statistics.bulletins import read_bulletins
from cargo.statistics.facts import NotRead
from cargo.statistics.tables import value_columns
from cargo.tests.factories import load_reference
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest


@pytest.mark.parametrize(
    ("titles", "read"),
    [
        (
            ("货物吞吐量(万吨)", "同比(%)", "集装箱吞吐量(万TEU)", "同比(%) (2)"),
            [("throughput", "period"), ("throughput", "growth"), ("containers", "period"), ("containers", "growth")],
        ),
        (
            ("货物吞吐量(万吨)", "同比(%)", "货物吞吐量累计(万吨)", "同比(%) (2)"),
            [("throughput", "period"), ("throughput", "growth"), ("throughput", "to_date"), ("throughput", "growth_to_date")],
        ),
        (
            ("集装箱吞吐量(TEU)", "同比增长(%)", "累计同比(%)"),
            [("containers", "period"), ("containers", "growth"), ("containers", "growth_to_date")],
        ),
        (
            ("throughput (t)", "growth (%)", "calls", "yoy (%)"),
            [("throughput", "period"), ("throughput", "growth"), ("vessel_calls", "period"), ("vessel_calls", "growth")],
        ),
        (("货物吞吐量(万吨)", "较上年同期(±%)"), [("throughput", "period"), ("throughput", "growth")]),
    ],
)
def test_a_bare_growth_is_of_the_figure_it_stands_behind(titles, read):
    columns = value_columns(titles, (), {})

    assert [(column.heading.subject, column.heading.measure) for column in columns] == read
    assert {column.heading.unit.base for column in columns if "growth" in column.heading.measure} == {"percent"}


def test_a_bare_growth_is_of_the_same_trade_and_item_as_its_figure():
    foreign, growth = value_columns(("外贸集装箱吞吐量(TEU) 一号码头", "同比(%)"), (), {})

    assert (growth.heading.trade_kind, growth.heading.item) == (foreign.heading.trade_kind, foreign.heading.item) == ("foreign", "一号码头")


def test_a_growth_that_says_of_what_it_is_stays_so_wherever_it_stands():
    _containers, growth = value_columns(("集装箱吞吐量(TEU)", "货物吞吐量同比(%)"), (), {})

    assert (growth.heading.subject, growth.heading.measure) == ("throughput", "growth")


@pytest.mark.parametrize("titles", [("货物吞吐量(万吨)", "同比(%)", "同比(%) (2)"), ("货物吞吐量(万吨)", "上年同期", "去年同期")])
def test_the_same_twice_behind_one_figure_is_not_guessed(titles):
    with pytest.raises(NotRead) as refusal:
        value_columns(titles, (), {})

    assert refusal.value.values == {"value": titles[2]}


def test_what_somebody_tells_of_the_second_is_taken():
    columns = value_columns(("货物吞吐量(万吨)", "同比(%)", "同比(%) (2)"), (), {"同比(%) (2)": "集装箱吞吐量同比(%)"})

    assert [column.heading.subject for column in columns] == ["throughput", "throughput", "containers"]


def test_what_is_told_beside_another_column_stands_right_behind_it():
    columns = value_columns(("货物吞吐量(万吨)", "联系人", "上年同期"), (), {})

    assert [column.title for column in columns] == ["货物吞吐量(万吨)"]


@pytest.mark.parametrize(
    "title", ["上年同期", "上年同期(万吨)", "去年同期货物吞吐量(万吨)", "same period last year (10000 t)", "previous year"]
)
def test_a_column_of_the_year_before_is_known_as_such(title):
    _now, before = value_columns(("货物吞吐量(万吨)", title), (), {})

    assert (before.heading.is_year_before, before.heading.subject, before.heading.measure) == (True, "throughput", "period")
    assert (before.heading.unit.base, int(before.heading.unit.factor)) == ("t", 10_000)


@pytest.mark.parametrize("title", ["比上年同期增长(%)", "货物吞吐量比去年同期增长(%)"])
def test_growth_against_the_year_before_is_no_figure_of_that_year(title):
    (_now, growth) = value_columns(("货物吞吐量(万吨)", title), (), {})

    assert (growth.heading.is_year_before, growth.heading.measure) == (False, "growth")


@pytest.fixture
def _ready(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()


def take_in(folder: Path, *lines: str):
    path = folder / "figures.csv"
    path.write_text("\n".join(lines) + "\n")
    return ingest("statistics", path, by=make_user(), constants={"source": "演示统计局"})


def kept() -> list[tuple]:
    rows = StatisticValue.objects.filter(is_latest=True).order_by("series__measure", "period")
    return [(row.series.measure, f"{row.period:%Y-%m}", int(row.value)) for row in rows.select_related("series")]


@pytest.mark.usefixtures("_ready")
def test_last_years_figure_is_kept_under_last_year(tmp_path):
    run = take_in(tmp_path, "月份,货物吞吐量(万吨),上年同期,同比(%)", "2026-02,13,11,18.2", "2026-03,14,10,40")

    assert (run.created, run.rejected) == (2, 0)
    assert kept() == [
        ("growth", "2026-02", 18),
        ("growth", "2026-03", 40),
        *(
            ("period", month, value)
            for month, value in (("2025-02", 110_000), ("2025-03", 100_000), ("2026-02", 130_000), ("2026-03", 140_000))
        ),
    ]


@pytest.mark.usefixtures("_ready")
@pytest.mark.parametrize("rows", [("2025-03,12,9", "2026-03,14,10"), ("2026-03,14,10", "2025-03,12,9")])
def test_what_a_file_says_of_a_year_itself_goes_before_what_it_says_aside(tmp_path, rows):
    run = take_in(tmp_path, "月份,货物吞吐量(万吨),上年同期", *rows)

    assert (run.created, run.rejected) == (2, 0)
    assert kept() == [("period", "2024-03", 90_000), ("period", "2025-03", 120_000), ("period", "2026-03", 140_000)]


@pytest.mark.usefixtures("_ready")
def test_a_row_of_a_long_table_may_be_of_the_year_before_too(tmp_path):
    rows = ("2026-03,货物吞吐量,,14", "2026-03,货物吞吐量,上年同期,10", "2026-03,货物吞吐量上年同期累计,,25")

    take_in(tmp_path, "月份,指标类别,项目,数值(万吨)", *rows)

    assert kept() == [("period", "2025-03", 100_000), ("period", "2026-03", 140_000), ("to_date", "2025-03", 250_000)]


@pytest.mark.usefixtures("_ready")
def test_a_file_that_cannot_be_told_apart_says_which_heading(tmp_path):
    run = take_in(tmp_path, "月份,货物吞吐量(万吨),同比(%),同比(%)", "2026-03,14,10,12")

    with translation.override("en"):
        assert (run.state, "同比(%) (2)" in str(run.reason)) == ("failed", True)
    assert StatisticValue.objects.count() == 0


@pytest.mark.parametrize("title", ["某市2024年5月港口生产完成情况一览表", "全市 2024年5月港口生产快报", "演示省2024 年 5 月交通统计"])
def test_a_title_with_words_before_the_year_opens_a_bulletin(title):
    (read,) = read_bulletins(f"{title}\n1.演示港 万吨 100 20 1 1")

    assert (read.month, [line.place for line in read.lines]) == (dt.date(2024, 5, 1), ["演示港"])


@pytest.mark.parametrize("title", ["某市2024年1-5月港口生产完成情况一览表", "演示省2023年港口统计", "全市2024年上半年港口生产快报"])
def test_a_title_of_several_months_with_words_before_the_year_is_left_out(title):
    lines = ["2024年4月港口生产快报", "1.演示港 万吨 80 20 1 1", title, "1.演示港 万吨 500 500 1 1"]

    (read,) = read_bulletins("\n".join(lines))

    assert [int(line.month) for line in read.lines] == [20]
    assert [(remark.kind, remark.line) for remark in read.remarks] == [("no_month", 3)]


@pytest.mark.parametrize(
    "note", ["注：2024年5月起统计口径有变", "某港自2024年5月起按新口径统计。", "说明2024年4月数为快报数；以统计年报为准。"]
)
def test_a_note_with_a_year_and_a_month_opens_nothing(note):
    (read,) = read_bulletins("\n".join(["2024年4月港口生产快报", "1.演示港 万吨 80 20 1 1", note, "2.近港 万吨 50 10 1 1"]))

    assert [line.place for line in read.lines] == ["演示港", "近港"]
