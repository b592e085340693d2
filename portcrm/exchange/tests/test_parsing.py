import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from portcrm.exchange import parsing
from portcrm.exchange.parsing import CellProblem


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2024-01-31", dt.date(2024, 1, 31)),
        ("2024/1/3", dt.date(2024, 1, 3)),
        ("2024.1.3", dt.date(2024, 1, 3)),
        ("20240131", dt.date(2024, 1, 31)),
        ("2024年1月31日", dt.date(2024, 1, 31)),
        ("２０２４－１－３", dt.date(2024, 1, 3)),
        ("2024-01-31 08:00", dt.date(2024, 1, 31)),
        (dt.datetime(2024, 1, 31, 8), dt.date(2024, 1, 31)),
        (dt.date(2024, 1, 31), dt.date(2024, 1, 31)),
    ],
)
def test_dates_are_read_as_they_are_written_here(cell, value):
    assert parsing.date(cell) == value


@pytest.mark.parametrize("cell", ["1986-01", "1986/1", "198601", "1986年1月", "1986-01-15", dt.date(1986, 1, 15)])
def test_months_are_read_as_their_first_day(cell):
    assert parsing.month(cell) == dt.date(1986, 1, 1)


@pytest.mark.parametrize(
    ("cell", "value"), [("1,234.50", "1234.50"), ("１２", "12"), ("-3", "-3"), ("'-3", "-3"), (7, "7"), (0.1, "0.1"), ("1e3", "1E+3")]
)
def test_numbers_are_read_exactly(cell, value):
    assert str(parsing.decimal_number(cell)) == value
    assert parsing.decimal_number(cell) == Decimal(value)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1234.567", "1234.567"),
        ("1234.5670000", "1234.567"),
        ("123456789012345.678", "123456789012345.678"),
        (0.1 + 0.2, "0.3"),
        (sum([0.1] * 100), "10"),  # 9.99999999999998: more than its last digit is noise
        ("0.30000000000000004", "0.3"),  # the same, printed into a CSV file
        (12, "12"),
    ],
)
def test_a_number_that_fits_is_kept_to_the_last_digit(cell, value):
    assert parsing.decimal_that_fits(18, 3)(cell) == Decimal(value)


@pytest.mark.parametrize(
    ("parse", "cell", "message"),
    [
        (parsing.date, "01/02/2024", "“01/02/2024” is not a date; write it as 2026-11-23."),
        (parsing.date, "2024-02-30", "“2024-02-30” is not a date; write it as 2026-11-23."),
        (parsing.month, "2024-13", "“2024-13” is not a month; write it as 2026-11."),
        (parsing.decimal_number, "1,2", "“1,2” is not a number."),
        (parsing.decimal_number, "nan", "“nan” is not a number."),
        (parsing.decimal_number, "1_000", "“1_000” is not a number."),
        (parsing.decimal_number, True, "“True” is not a number."),
        (parsing.decimal_that_fits(18, 3), "1234.5678", "“1234.5678” has more decimals than the 3 that are kept; round it yourself."),
        (parsing.decimal_that_fits(18, 3), 0.0001, "“0.0001” has more decimals than the 3 that are kept; round it yourself."),
        (parsing.decimal_that_fits(5, 3), "100", "“100” is larger than any number this field holds."),
        (parsing.decimal_that_fits(18, 3), "1e300", "“1e300” is larger than any number this field holds."),
        (parsing.integer, "1.5", "“1.5” is not a whole number."),
        (parsing.yes_no, "maybe", "“maybe” is neither yes nor no."),
        (parsing.text_up_to(3), "abcd", "The text has 4 characters; at most 3 fit."),
        (parsing.text, "a\x00b", "The cell holds a character that cannot be stored."),
        (parsing.text, "#REF!", "The cell holds the spreadsheet error #REF!."),
        (parsing.choice({"in": 1}), "out", "“out” is not on the list of this field."),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(parse, cell, message):
    with translation.override("en"), pytest.raises(CellProblem) as problem:
        parse(cell)
    with translation.override("en"):
        assert str(problem.value.message) == message


def test_whole_numbers_of_a_sheet_are_text_without_a_fraction():
    assert [parsing.text(cell) for cell in (91.0, 1.5, True, "x")] == ["91", "1.5", "TRUE", "x"]


def test_a_choice_is_known_by_any_of_its_words():
    direction = parsing.choice({"inbound": "in", "进口": "in", "Outbound": "out"})

    assert [direction(cell) for cell in ("INBOUND", "进口", "outbound ")] == ["in", "in", "out"]
