"""Plain rows are read column by column, others one by one: over odd input both ways say the same."""

import random

import pytest

from cargo.imports.ledger_lines import LineReader, PlainRows
from cargo.imports.shipments import ShipmentImporter
from cargo.queries.parties import find_parties
from cargo.services.staging import COPIED, DEFAULTS, LedgerLine
from cargo.tests.factories import load_reference
from customers.tests.factories import make_customer
from portcrm.accounts.services import system_user
from portcrm.exchange.models import ImportRun
from portcrm.exchange.reading import RowParser

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CELLS = {
    "customer": ("C000777", "c000777", "Demo  Energy Co", "演示能源有限公司", "Nobody Ltd", "Twin Ltd", "ＤＥＭＯ ENERGY CO"),
    "handled_on": ("2026-03-05", "20260305", "2026年3月", "1986-01", "2026-02-30", "2026-03-05 10:30"),
    "cargo_class": ("02", "2", "煤炭", "17", "18", "x"),
    "form": ("", "", "liquid", "集装箱", "滚装", "cart"),
    "direction": ("in", "出口", "import", "sideways"),
    "trade_kind": ("", "内贸", "foreign"),
    "transshipment": ("", "yes", "否"),
    "quantity": ("0", "1", "1.50", "1,234.567", "-1", "99999999999999.999", "1.2345", "１２", "ten"),
    "unit": ("t", "kg", "万吨", "KBBL", "40HC", "22G1", "TEU", "barrow"),
    "lots": ("", "1", "7", "0"),
    "tonnes": ("", "", "5", "0"),
    "teu": ("", "", "", "0", "2"),
    "teu_laden": ("", "", "", "1"),
    "origin": ("", "CNSHA", "Hilltop Jetty", "秦皇岛"),
    "vessel": ("", "演示轮 08"),
    "goods": ("", "'=1+1", "x" * 201),
    "revenue": ("", "0", "-5.50", "1.005"),
    "cost": ("", "10", "7"),
    "cost_handling": ("", "", "", "10", "7"),
    "currency": ("", "", "", "CNY", "USD"),
    "rate": ("", "7.1", "0"),
    "document_no": ("", "D-1", "D-2"),
    "payer": ("", "", "", "C000777", "Nobody Ltd"),
}


@pytest.fixture(autouse=True)
def _files():
    load_reference()
    make_customer(code="C000777", name_zh="演示能源有限公司", name_en="DEMO ENERGY CO")
    make_customer(name_en="Twin Ltd"), make_customer(name_en="TWIN LTD")


def chunk_of(names: list[str], lines: list[list[str]]):
    return RowParser(ShipmentImporter(), names, {name: place for place, name in enumerate(names)}, {}).parse(enumerate(lines, start=2))


def reader_of(rows) -> LineReader:
    parties = find_parties({name for row in rows for name in (row.values["customer"], row.values.get("payer")) if name})
    return LineReader(rows, parties, run=ImportRun(shape="s", file_name="x.csv"), by=system_user())


def one_by_one(reader: LineReader) -> list[LedgerLine]:
    return [line for row in reader.rows if (line := reader._line_or_problem(row)) is not None]


def by_columns(reader: LineReader) -> list[LedgerLine]:
    columns = reader.columns()
    count = len(columns["identity_base"])
    whole = [columns.get(name) or [DEFAULTS.get(name)] * count for name in COPIED]
    return [LedgerLine(*values) for values in zip(*whole, strict=True)]


def told(reader: LineReader) -> list[tuple]:
    return [(problem.number, str(problem.message), problem.field) for problem in reader.problems]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "left_out", [(), ("teu", "teu_laden", "currency", "rate", "cost_handling", "payer"), ("form", "tonnes", "document_no", "lots")]
)
def test_both_ways_say_the_same_of_odd_input(seed, left_out):
    draw = random.Random(seed)
    names = [name for name in CELLS if name not in left_out]
    lines = [[draw.choice(CELLS[name][: 2 if draw.random() < 0.8 else None]) for name in names] for _ in range(800)]
    chunk = chunk_of(names, lines)
    slow, fast = reader_of(chunk.rows), reader_of(chunk_of(names, lines).rows)

    expected, found = one_by_one(slow), by_columns(fast)

    assert found == expected
    assert told(fast) == told(slow)
    assert len(expected) > 100


def test_the_odd_input_holds_plain_rows_and_others():
    draw = random.Random(1)
    lines = [[draw.choice(CELLS[name][:2]) for name in CELLS] for _ in range(300)]

    plain, _columns = PlainRows(reader_of(chunk_of(list(CELLS), lines).rows)).read()

    assert {True} <= set(plain)


def test_a_chunk_without_a_sound_row_gives_no_line():
    names = ["customer", "handled_on", "cargo_class", "direction", "quantity", "unit"]
    reader = reader_of(chunk_of(names, [["Nobody Ltd", "2026-03-05", "02", "in", "1", "t"]]).rows)

    assert (by_columns(reader), [number for number, *_rest in told(reader)]) == ([], [2])
