"""Periods, numbers, units and headings as statistics write them; no database."""

import datetime as dt
from decimal import Decimal

import pytest

from cargo.statistics.bulletins import decoded, read_bulletins, readings_of
from cargo.statistics.facts import NotRead, Reason, RemarkKind
from cargo.statistics.figures import fitted, read_number
from cargo.statistics.headings import read_heading
from cargo.statistics.periods import read_parts, read_period
from cargo.statistics.units import read_unit


@pytest.mark.parametrize(
    ("written", "start", "periodicity"),
    [
        ("2016-01", dt.date(2016, 1, 1), "month"),
        ("2016/1", dt.date(2016, 1, 1), "month"),
        ("201612", dt.date(2016, 12, 1), "month"),
        ("2016年9月", dt.date(2016, 9, 1), "month"),
        ("２０１６年９月份", dt.date(2016, 9, 1), "month"),
        ("Sep 2016", dt.date(2016, 9, 1), "month"),
        ("September 2016", dt.date(2016, 9, 1), "month"),
        ("2016-02-01", dt.date(2016, 2, 1), "month"),
        ("2016-02-29", dt.date(2016, 2, 1), "month"),
        ("1997Q1", dt.date(1997, 1, 1), "quarter"),
        ("2016-Q4", dt.date(2016, 10, 1), "quarter"),
        ("2016年第三季度", dt.date(2016, 7, 1), "quarter"),
        ("Q2 2016", dt.date(2016, 4, 1), "quarter"),
        ("2003", dt.date(2003, 1, 1), "year"),
        ("2003年", dt.date(2003, 1, 1), "year"),
    ],
)
def test_a_period_is_read_in_the_ways_sources_write_it(written, start, periodicity):
    period = read_period(written)

    assert (period.start, period.periodicity) == (start, periodicity)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2024年1-5月", Reason.PART_OF_YEAR),
        ("2016-13", Reason.PERIOD),
        ("2016Q5", Reason.PERIOD),
        ("0201-01", Reason.PERIOD),
        ("2026-02-30", Reason.PERIOD),
        ("2016-02-15", Reason.DAY),
        ("soon", Reason.PERIOD),
    ],
)
def test_what_is_no_period_is_refused_with_its_reason(written, reason):
    with pytest.raises(NotRead) as refusal:
        read_period(written)

    assert refusal.value.reason == reason


def test_a_period_may_stand_in_several_columns():
    assert read_parts("2005", "3", "").start == dt.date(2005, 7, 1)
    assert read_parts("2005", "", "11月").start == dt.date(2005, 11, 1)
    assert read_parts("2005", "", "").periodicity == "year"
    with pytest.raises(NotRead):
        read_parts("2005", "V", "")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1,234,567.8", Decimal("1234567.8")),
        ("1 234 567", Decimal(1234567)),
        ("０．５", Decimal("0.5")),
        ("-12", Decimal(-12)),
        ("1.5e3", Decimal(1500)),
        ("0", Decimal(0)),
        ("-", None),
        ("…", None),
        ("n/a", None),
    ],
)
def test_a_number_is_read_and_an_absent_one_is_no_zero(written, number):
    assert read_number(written) == number


@pytest.mark.parametrize("written", ["1.234,5", "12万", "1,23", "NaN5", "1_000", "1e99", "9" * 25])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(NotRead):
        read_number(written)


@pytest.mark.parametrize(
    ("written", "base", "factor"),
    [
        ("吨", "t", 1),
        ("万吨", "t", 10_000),
        ("(萬噸)", "t", 10_000),
        ("TEU", "TEU", 1),
        ("万TEU", "TEU", 10_000),
        ("thousand TEU", "TEU", 1_000),
        ("百萬美元", "USD", 1_000_000),
        ("亿元", "CNY", 100_000_000),
        ("元/TEU", "CNY/TEU", 1),
        ("艘次", "call", 1),
        ("%", "percent", 1),
    ],
)
def test_a_unit_is_its_base_and_how_many_of_it(written, base, factor):
    unit = read_unit(written)

    assert unit is not None
    assert (unit.base, unit.factor, unit.written) == (base, factor, written)


@pytest.mark.parametrize("written", ["", "万", "斤", "TEU/元", "thousand"])
def test_what_is_no_unit_is_none(written):
    assert read_unit(written) is None


def test_a_heading_says_what_is_counted_which_way_and_how_loaded():
    laden, calls, trade = map(read_heading, ("teu_import_laden", "num_small_vessels", "我國對中國大陸-出口(我國海關統計)(百萬美元)"))

    assert (laden.subject, laden.direction, laden.load, laden.item) == ("containers", "inbound", "laden", "")
    assert (calls.subject, calls.item) == ("vessel_calls", "small")
    assert (trade.subject, trade.direction, trade.item) == ("trade_value", "outbound", "我國對中國大陸 我國海關統計")
    assert not read_heading("port_code").is_figure


@pytest.mark.parametrize(
    ("written", "subject", "base", "factor"),
    [
        ("throughput million tonnes", "throughput", "t", 1_000_000),
        ("Throughput (thousand TEU) total", "throughput", "TEU", 1_000),
        ("集装箱吞吐量 万 TEU", "containers", "TEU", 10_000),
        ("集装箱吞吐量万TEU", "containers", "TEU", 10_000),
        ("Container throughput, million TEU", "containers", "TEU", 1_000_000),
        ("Container throughput TEU", "containers", "TEU", 1),
        ("Throughput in thousand tons", "throughput", "t", 1_000),
        ("Throughput (thousands of tonnes)", "throughput", "t", 1_000),
        ("GDP in billion yuan", "gdp", "CNY", 1_000_000_000),
        ("thousand containers", "containers", "box", 1_000),
        ("throughput_kt", "throughput", "t", 1_000),
        ("freight CNY/TEU", "freight_rate", "CNY/TEU", 1),
    ],
)
def test_a_unit_of_several_words_keeps_its_multiplier_wherever_it_stands(written, subject, base, factor):
    heading = read_heading(written)

    assert heading.unit is not None
    assert (heading.subject, heading.unit.base, heading.unit.factor) == (subject, base, factor)
    assert (heading.direction, heading.item) == ("", "")


@pytest.mark.parametrize(
    "written", ["throughput million", "Throughput (TEU), thousand", "vessel calls (thousand)", "吞吐量 万", "TEU ('000s)"]
)
def test_a_multiplier_of_nothing_leaves_the_unit_open(written):
    heading = read_heading(written)

    assert (heading.unit, heading.lacks_multiplicand, heading.is_figure) == (None, True, True)


@pytest.mark.parametrize(
    ("written", "measure", "subject", "unit"),
    [
        ("货物吞吐量同比(%)", "growth", "throughput", "percent"),
        ("货物吞吐量同比增长(%)", "growth", "throughput", "percent"),
        ("货物吞吐量比上年同期增长(%)", "growth", "throughput", "percent"),
        ("货物吞吐量增速%", "growth", "throughput", "percent"),
        ("吞吐量累计同比(%)", "growth_to_date", "throughput", "percent"),
        ("吞吐量累计(万吨)", "to_date", "throughput", "t"),
        ("GDP growth (%)", "growth", "gdp", "percent"),
        ("throughput_yoy_pct", "growth", "throughput", "percent"),
        ("Throughput year-on-year, percent", "growth", "throughput", "percent"),
        ("Throughput, year to date (t)", "to_date", "throughput", "t"),
        ("货物吞吐量(万吨)", "period", "throughput", "t"),
    ],
)
def test_a_heading_says_whether_it_counts_a_period_a_sum_or_growth(written, measure, subject, unit):
    heading = read_heading(written)

    assert heading.unit is not None
    assert (heading.measure, heading.subject, heading.unit.base, heading.item) == (measure, subject, unit, "")


def test_growth_of_a_unit_is_in_per_cent_and_apart_from_that_of_others():
    heading = read_heading("货物吞吐量(万吨)同比增长(%)")

    assert (heading.measure, heading.unit.base, heading.item) == ("growth", "percent", "万吨")


@pytest.mark.parametrize("written", ["货物吞吐量(万吨)同比", "vessel calls growth"])
def test_growth_has_no_unit_but_per_cent(written):
    heading = read_heading(written)

    assert (heading.measure, heading.unit, heading.is_figure) == ("growth", None, True)


@pytest.mark.parametrize("written", ["货物吞吐量环比增长(%)", "throughput_mom_pct"])
def test_growth_against_the_month_before_is_no_figure_that_is_kept(written):
    assert not read_heading(written).is_figure


def test_one_container_is_no_unit_of_containers():
    heading = read_heading("Container throughput")

    assert (heading.subject, heading.unit) == ("containers", None)


def test_in_is_a_direction_in_the_name_of_a_column_and_as_last_word_only():
    assert [read_heading(written).direction for written in ("teu_in_laden", "teu_out", "TEU in", "TEU (out)")] == [
        "inbound",
        "outbound",
        "inbound",
        "outbound",
    ]
    assert [read_heading(written).direction for written in ("Throughput in t2", "Boxes in port (TEU)", "calls out of season")] == [
        "",
        "",
        "",
    ]


def bulletin(*lines: str, month: str = "2026年6月"):
    (read,) = read_bulletins("\n".join([f"{month}港口生产完成情况一览表", *lines]))
    return read


def remarks(read) -> list[tuple[str, int]]:
    return [(remark.kind, remark.line) for remark in read.remarks]


@pytest.mark.samples
def test_every_line_of_the_bulletins_is_read_with_the_unit_it_names(samples):
    text = (samples / "port_series" / "guangxi_port_bulletins_2016-06_2020-09.txt").read_text()

    first, second = read_bulletins(text)

    assert [(one.month, len(one.lines)) for one in (first, second)] == [(dt.date(2016, 6, 1), 10), (dt.date(2020, 9, 1), 9)]
    boxes = [
        (line.place, line.unit.written, line.month * line.unit.factor)
        for one in (first, second)
        for line in one.lines
        if line.subject == "containers"
    ]
    assert boxes == [
        ("规模以上港口", "TEU", 199_348),
        ("广西北部湾港", "TEU", 135_547),
        ("全区港口", "万TEU", 580_000),
        ("北部湾港", "万TEU", 480_000),
    ]
    foreign = [(line.place, line.to_date) for line in second.lines if line.trade_kind == "foreign"]
    assert foreign == [("全区港口", 11161), ("北部湾港", 11084)]
    assert remarks(first) == []
    assert [(remark.kind, dict(remark.values)) for remark in second.remarks] == [
        (RemarkKind.UNIT_CHANGED, {"place": "全区港口", "before": "TEU", "now": "万TEU"})
    ]


def test_a_line_becomes_four_figures_of_four_series():
    readings = readings_of(bulletin("1.演示港 万吨 120.5 20 -3.2 4"), "演示交通厅")

    assert [(one.series.measure, one.series.unit, one.value, one.written) for one in readings] == [
        ("to_date", "t", 1_205_000, "120.5"),
        ("period", "t", 200_000, "20"),
        ("growth_to_date", "percent", Decimal("-3.2"), "-3.2"),
        ("growth", "percent", 4, "4"),
    ]


def test_a_month_larger_than_the_sum_since_january_is_remarked():
    assert remarks(bulletin("1.演示港 万吨 20 120 1 1")) == [("month_over_total", 2)]


def test_january_is_the_sum_since_january():
    assert remarks(bulletin("1.演示港 万吨 30 20 1 1", month="2026年1月")) == [("january", 2)]


def test_a_growth_that_can_hardly_be_is_remarked():
    assert remarks(bulletin("1.演示港 万吨 30 20 2880 1")) == [("growth", 2)]


def test_parts_larger_than_their_whole_are_remarked_but_rounding_is_not():
    rounded = bulletin("1.演示港 万吨 100 20 1 1", "(1)东区 万吨 51 10 1 1", "(2)西区 万吨 50 10 1 1")
    wrong = bulletin("1.演示港 万吨 100 20 1 1", "(1)东区 万吨 51 10 1 1", "(2)西区 万吨 59 10 1 1")

    assert remarks(rounded) == []
    assert remarks(wrong) == [("parts", 2)]


def test_a_line_of_figures_without_a_known_unit_is_remarked_and_not_guessed():
    read = bulletin("1.演示港 万吨 100 20 1 1", "2.其他港 100 20 1 1", "3.远港 万斤 100 20 1 1", "4.近港 万吨 100 -20 1 1")

    assert [line.place for line in read.lines] == ["演示港"]
    assert remarks(read) == [("not_read", 3), ("not_read", 4), ("not_read", 5)]


@pytest.mark.parametrize(
    "title",
    [
        "2020年1-2月港口生产完成情况一览表",
        "2020年1月—2月港口生产完成情况一览表",
        "2020年1至2月港口生产快报",
        "2020年上半年港口生产完成情况",
        "2020年全国港口统计",
    ],
)
def test_what_stands_below_a_title_of_several_months_is_left_out_and_remarked(title):
    december, march = "2019年12月港口生产完成情况一览表", "2020年3月港口生产完成情况一览表"
    lines = [december, "1.演示港 万吨 120 10 1 1", title, "1.演示港 万吨 25 25 1 1", march, "1.演示港 万吨 40 15 1 1"]

    after, alone, before = read_bulletins("\n".join(lines)), read_bulletins("\n".join(lines[2:])), read_bulletins("\n".join(lines[:4]))

    read = [[(one.month.month, [int(line.month) for line in one.lines]) for one in found] for found in (after, alone, before)]
    assert read == [[(12, [10]), (3, [15])], [(3, [15])], [(12, [10])]]
    assert [[remarks(one) for one in found] for found in (after, alone, before)] == [
        [[("no_month", 3)], []],
        [[("no_month", 1)]],
        [[("no_month", 3)]],
    ]
    with pytest.raises(NotRead):
        read_bulletins("\n".join(lines[2:4]))


def test_a_note_with_a_year_does_not_end_a_bulletin():
    read = bulletin("1.演示港 万吨 100 20 1 1", "2019年起港口统计口径有调整。", "2.近港 万吨 50 10 1 1")

    assert [line.place for line in read.lines] == ["演示港", "近港"]


@pytest.mark.parametrize("figures", ["1,13 20 1 1", "100 1,13 1 1", "100 20 1 1,13", f"{10**21} 20 1 1", "99999999999999999999 20 1 1"])
def test_a_line_with_a_bad_cell_is_remarked_and_the_others_stay(figures):
    read = bulletin("1.演示港 万吨 100 20 1 1", f"2.近港 亿吨 {figures}", "3.远港 万吨 50 10 1 1")

    assert [line.place for line in read.lines] == ["演示港", "远港"]
    assert remarks(read) == [("not_read", 3)]


@pytest.mark.parametrize(("written", "unit"), [("99999999999999999999", "亿吨"), ("1e19", "万吨")])
def test_a_figure_that_its_unit_makes_too_large_is_refused(written, unit):
    number = read_number(written) * read_unit(unit).factor

    with pytest.raises(NotRead) as refusal:
        fitted(number, written)

    assert (refusal.value.reason, refusal.value.values) == (Reason.TOO_LARGE, {"value": written})


def test_a_long_number_is_cut_to_the_decimals_that_are_kept():
    assert fitted(Decimal("12345678901234567890.1234567890123456785")) == Decimal("12345678901234567890.123456789012345678")


def test_a_nul_in_a_text_is_dropped():
    assert decoded("演示\x00港".encode()) == decoded("演示\x00港".encode("gb18030")) == "演示港"


@pytest.mark.parametrize("text", ["", "今天天气很好", "2026年6月港口生产完成情况一览表", "\x00\x01"])
def test_a_text_that_is_no_bulletin_is_refused(text):
    with pytest.raises(NotRead) as refusal:
        read_bulletins(text)

    assert refusal.value.reason == Reason.NO_BULLETIN
