"""How figures and moments are written."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from portcrm.pages import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234567, "1,234,567"),
        (Decimal("1234.50"), "1,234.5"),
        (-1200, "−1,200"),
        (Decimal("-0.50"), "−0.5"),
        (0.1, "0.1"),
        (100, "100"),
        (None, "–"),
        ("", "–"),
    ],
)
def test_thousands_are_separated_and_nothing_is_a_dash(value, text):
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (9999, "9,999", "9,999"),
        (12345, "1.2 万", "12.3k"),
        (1234567, "123.5 万", "1.2M"),
        (210_000_000, "2.1 亿", "210.0M"),
        (None, "–", "–"),
    ],
)
def test_large_figures_are_shortened_the_way_readers_count(value, zh, en):
    with translation.override("zh-hans"):
        assert formats.short(value) == zh
    with translation.override("en"):
        assert formats.short(value) == en


def test_weights_sums_and_shares_carry_their_unit():
    with translation.override("en"):
        assert formats.tonnes(Decimal("12345.4")) == "12,345 t"
    with translation.override("zh-hans"):
        assert formats.tonnes(12345) == "12,345 吨"
    assert formats.money("1234567.5") == "¥1,234,567.50"
    assert formats.money(-5, "USD") == "−US$5.00"
    assert formats.money(5, "XOF", 0) == "XOF 5"
    assert formats.percent(Decimal("0.1234")) == "12.3%"
    assert (formats.tonnes(None), formats.money(None), formats.percent(None)) == ("–", "–", "–")


def test_what_is_below_zero_has_a_real_minus_and_nothing_has_none():
    with translation.override("en"):
        assert (formats.short(-12345), formats.short(-12), formats.tonnes(-1200)) == ("−12.3k", "−12", "−1,200 t")
    with translation.override("zh-hans"):
        assert (formats.short(-1234567), formats.tonnes(-1200)) == ("−123.5 万", "−1,200 吨")
    assert (formats.percent(Decimal("-0.123")), formats.percent(Decimal("-0.0004"))) == ("−12.3%", "0.0%")
    assert (formats.number(Decimal("-0.4"), 0), formats.number(Decimal("-1234.5"), 1), formats.number(-10)) == ("0", "−1,234.5", "−10")


@pytest.mark.parametrize(
    ("written", "said"),
    [("12.3%", "+12.3%"), ("−4.0%", "−4.0%"), ("0.0%", "0.0%"), ("0", "0"), ("10", "+10"), ("0.5", "+0.5"), ("–", "–")],
)
def test_a_change_says_its_sign(written, said):
    assert formats.signed(written) == said


def test_days_and_clocks_are_those_of_the_reader():
    late = dt.datetime(2026, 11, 23, 16, 5, tzinfo=dt.UTC)

    assert formats.day(dt.date(2026, 11, 23)) == "2026-11-23"
    assert (formats.day(late), formats.moment(late)) == ("2026-11-24", "2026-11-24 00:05")
    assert (formats.day(None), formats.moment(None)) == ("–", "–")
