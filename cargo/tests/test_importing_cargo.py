"""A file of handled cargo becomes ledger rows; what cannot is handed back row by row; the sums are proved."""

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from cargo.imports.shipment_fields import day_or_month
from cargo.models import ImportProof, MonthlyRollup, Shipment
from cargo.queries.ledger import ledger_totals, totals_by_customer
from cargo.queries.reconcile import reconcile
from cargo.samples.trials import TRIALS
from cargo.services.staging import is_staged
from cargo.tests.factories import load_reference, make_shipment
from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.enums import RunState
from portcrm.exchange.importing import CellProblem
from portcrm.exchange.ingesting import ingest

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HEAD = "customer,date,class,direction,qty,unit"


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()
    make_customer(code="C000777", name_zh="演示能源有限公司", name_en="DEMO ENERGY CO")


def make_file(folder: Path, *lines: str, name: str = "cargo.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes("\n".join(lines).encode(encoding) + b"\n")
    return path


def problems(run) -> list[tuple[int, list[str]]]:
    with translation.override("en"):
        return [(problem.row_number, problem.messages) for problem in run.problems.order_by("row_number")]


def test_a_file_becomes_ledger_rows_of_the_customers_it_names(tmp_path):
    path = make_file(
        tmp_path,
        f"{HEAD},pol,pod,document",
        "C000777,2026-03-05,02,import,12,kbbl,Ras Tanura,CNSHA,D-1",
        "演示能源有限公司,2026/3/6,煤炭及制品,出口,1.5,万吨,秦皇岛,Hilltop Jetty,D-2",
        "demo energy co,20260307,17,out,10,40HC,,,D-3",
    )

    run = ingest("shipments", path, by=make_user())

    assert problems(run) == [(4, ["Containers need their weight: fill in the tonnes."])]
    oil, coal = Shipment.objects.select_related("origin", "destination").order_by("handled_on")
    assert (oil.tonnes, oil.tonnes_factor, oil.form_id, oil.destination.unlocode) == (
        Decimal("1636.8"),
        Decimal("136.4"),
        "liquid_bulk",
        "CNSHG",
    )
    assert (coal.tonnes, coal.quantity, coal.direction, coal.origin.unlocode) == (15000, Decimal("1.5"), "outbound", "CNSHP")
    assert (coal.destination, coal.destination_text) == (None, "Hilltop Jetty")
    assert (oil.revenue, oil.cost) == (None, None)


def test_faults_are_told_row_by_row_and_the_sound_rows_go_in(tmp_path):
    path = make_file(
        tmp_path,
        HEAD,
        "C000777,2026-03-05,02,in,10,t",
        "C000777,2026-02-30,02,in,10,t",
        "C000777,2026-03-05,18,in,10,t",
        "C000777,2026-03-05,02,in,-10,t",
        "C000777,2026-03-05,02,in,10,barrow",
        "Nobody Ltd,2026-03-05,02,in,10,t",
        "C000777,2026-03-05,02,sideways,10,t",
        "C000777,2026-03-05,02,in,ten,t",
    )

    run = ingest("shipments", path, by=make_user())

    assert (run.created, run.rejected) == (1, 7)
    assert problems(run) == [
        (3, ["date: “2026-02-30” is neither a day nor a month; write it as 2026-11-23 or 2026-11."]),
        (4, ["class: There is no such cargo class; write its code, such as 01, or its name."]),
        (5, ["qty: A quantity is never negative; what was wrong is corrected in the ledger."]),
        (6, ["unit: There is no such unit."]),
        (7, ["customer: There is no customer file with this code or name."]),
        (8, ["direction: “sideways” is not on the list of this field."]),
        (9, ["qty: “ten” is not a number."]),
    ]
    assert ledger_totals(dt.date(2026, 1, 1), dt.date(2026, 12, 31)).tonnes == 10


def test_unknown_customers_get_a_file_where_one_asks_for_it(tmp_path):
    path = make_file(
        tmp_path, HEAD, "东海贸易公司,2026-03-05,04,in,10,t", "New Line Ltd,2026-03-06,04,in,10,t", "NEW  LINE LTD,2026-03-06,04,in,5,t"
    )

    run = ingest("shipments", path, by=make_user(), constants={"unknown_customers": "open"})

    assert run.created == 3
    opened = Customer.objects.exclude(code="C000777").order_by("pk")
    assert [(one.name_zh, one.name_en, one.source_reference, one.status) for one in opened] == [
        ("东海贸易公司", "", "cargo.csv", "existing"),
        ("", "New Line Ltd", "cargo.csv", "existing"),
    ]


def test_a_name_that_two_files_share_is_not_guessed(tmp_path):
    make_customer(name_en="Twin Ltd")
    make_customer(name_en="TWIN LTD")

    run = ingest("shipments", make_file(tmp_path, HEAD, "Twin Ltd,2026-03-05,04,in,10,t"), by=make_user())

    assert problems(run) == [(2, ["customer: Several customer files have this name; write the customer code."])]


def test_the_same_file_again_changes_nothing_and_copies_of_a_line_are_lots(tmp_path):
    line = "C000777,2026-03-05,02,in,10,t"
    path = make_file(tmp_path, HEAD, line, line, "C000777,2026-03-06,02,in,4,t", line)
    by = make_user()

    first = ingest("shipments", path, by=by)
    again = ingest("shipments", path, by=by)

    assert (first.created, first.skipped, again.created, again.skipped, again.rejected) == (4, 0, 0, 4, 0)
    assert MonthlyRollup.objects.get().tonnes == 34
    assert [proof.agrees for proof in ImportProof.objects.all()] == [True, True]


def test_a_longer_file_adds_only_its_new_lines(tmp_path):
    line = "C000777,2026-03-05,02,in,10,t"
    by = make_user()
    ingest("shipments", make_file(tmp_path, HEAD, line), by=by)

    longer = ingest("shipments", make_file(tmp_path, HEAD, line, "C000777,2026-03-09,02,in,1,t", line, name="later.csv"), by=by)

    assert (longer.created, longer.skipped) == (2, 1)


def test_copies_of_a_line_in_different_chunks_are_lots_too(tmp_path, monkeypatch):
    monkeypatch.setattr("cargo.imports.shipments.ShipmentImporter.chunk_rows", 2)
    line = "C000777,2026-03-05,02,in,10,t"
    path = make_file(tmp_path, HEAD, *[line] * 5)
    by = make_user()

    runs = [ingest("shipments", path, by=by) for _ in range(2)]

    assert [(run.created, run.skipped) for run in runs] == [(5, 0), (0, 5)]
    assert not is_staged(f"run:{runs[0].pk}")


def test_a_firm_is_found_in_every_chunk_also_where_its_file_was_opened_or_closed_meanwhile(tmp_path, monkeypatch):
    monkeypatch.setattr("cargo.imports.shipments.ShipmentImporter.chunk_rows", 2)
    gone = make_customer(code="C000888", name_en="Gone Ltd")
    lines = [
        f"{name},2026-03-{day:02},04,in,1,t" for day in range(1, 4) for name in ("C000777", "Gone Ltd", "New Line Ltd", "new line ltd")
    ]

    def close_file(run):
        if run.done == 2:
            Shipment.objects.filter(customer=gone).delete()
            MonthlyRollup.objects.filter(customer=gone).delete()
            Customer.objects.filter(pk=gone.pk).delete()

    run = ingest("shipments", make_file(tmp_path, HEAD, *lines), by=make_user(), constants={"unknown_customers": "open"}, say=close_file)

    assert (run.created, run.rejected) == (12, 0)
    rows = Shipment.objects.order_by("handled_on", "pk").values_list("customer__name_en", flat=True)
    assert [name.upper() for name in rows] == ["DEMO ENERGY CO", "NEW LINE LTD", "NEW LINE LTD"] + [
        "DEMO ENERGY CO", "GONE LTD", "NEW LINE LTD", "NEW LINE LTD"
    ] * 2  # fmt: skip
    assert Customer.objects.get(name_en="Gone Ltd").pk != gone.pk


def test_a_document_with_other_figures_is_handed_back_and_not_overwritten(tmp_path):
    by = make_user()
    ingest("shipments", make_file(tmp_path, f"{HEAD},document", "C000777,2026-03-05,02,in,10,t,D-1"), by=by)

    run = ingest("shipments", make_file(tmp_path, f"{HEAD},document", "C000777,2026-03-05,02,in,12,t,D-1"), by=by)

    assert (run.created, run.skipped, run.rejected) == (0, 0, 1)
    assert problems(run) == [
        (2, ["qty: This document is in the ledger with other figures. Nothing was overwritten; correct the row there."])
    ]
    assert Shipment.objects.get().quantity == 10


def test_amounts_in_another_currency_keep_it_with_its_rate(tmp_path):
    path = make_file(
        tmp_path,
        f"{HEAD},revenue,cost,currency,rate",
        "C000777,2026-03-05,02,in,10,t,100.50,,USD,7.1",
        "C000777,2026-03-06,02,in,10,t,100,,USD,",
        "C000777,2026-03-07,02,in,10,t,0,5,CNY,",
    )

    run = ingest("shipments", path, by=make_user())

    assert problems(run) == [(3, ["rate: Amounts in another currency need its rate."])]
    dollars, own = Shipment.objects.order_by("handled_on")
    assert (dollars.revenue, dollars.revenue_in_currency, dollars.rate, dollars.cost) == (
        Decimal("713.55"),
        Decimal("100.50"),
        Decimal("7.1"),
        None,
    )
    assert (own.revenue, own.cost, own.currency) == (Decimal(0), Decimal(5), "")


def test_a_dry_run_says_the_same_and_stores_nothing(tmp_path):
    path = make_file(tmp_path, HEAD, "C000777,2026-03-05,02,in,10,t", "X,2026-03-05,02,in,10,t", "C000777,bad,02,in,10,t")

    run = ingest("shipments", path, by=make_user(), constants={"unknown_customers": "open"}, dry_run=True)

    assert (run.created, run.rejected, Shipment.objects.count(), Customer.objects.count()) == (2, 1, 0, 1)


def test_a_chinese_file_in_gb18030_with_the_ports_own_words(tmp_path):
    path = make_file(
        tmp_path,
        "货主,作业日期,货类,进出口,数量,单位,收入,成本,船名,作业单号",
        '演示能源有限公司,2026年3月5日,煤炭,进口,"12,500",吨,"87,500.00",,演示轮 08,ZY-0001',
        encoding="gb18030",
    )

    run = ingest("shipments", path, by=make_user())

    assert (run.created, run.rejected) == (1, 0)
    row = Shipment.objects.get()
    assert (row.quantity, row.revenue, row.cost, row.vessel, row.identity) == (12500, 87500, None, "演示轮 08", "doc:ZY-0001#1")


def test_the_customer_knows_its_last_twelve_months_afterwards(tmp_path, monkeypatch):
    monkeypatch.setattr("cargo.imports.shipments.port_today", lambda: dt.date(2026, 11, 23))
    lines = ["C000777,2025-11-23,02,in,1,t", "C000777,2025-11-24,02,in,10,t", "C000777,2026-11-23,02,in,100,t"]

    ingest("shipments", make_file(tmp_path, HEAD, *lines), by=make_user())

    customer = Customer.objects.get()
    assert (customer.last_handled_on, customer.tonnes_12m, customer.revenue_12m) == (dt.date(2026, 11, 23), 110, None)


def test_an_import_that_lost_its_staged_lines_stops_and_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("cargo.imports.shipments.ShipmentImporter.chunk_rows", 1)
    monkeypatch.setattr("cargo.services.importing.is_staged", lambda batch: False)
    path = make_file(tmp_path, HEAD, "C000777,2026-03-05,02,in,10,t", "C000777,2026-03-06,02,in,10,t")

    run = ingest("shipments", path, by=make_user())

    with translation.override("en"):
        assert (run.state, run.created) == (RunState.FAILED, 1)
        assert run.problem.startswith("The database was restarted in the middle of the import. Start it again")


@pytest.fixture(scope="module")
def importers_file(samples) -> Path:
    return samples / "clv" / "us_ports_oil_importers_monthly.csv"


OIL = {
    "cargo_class": "02",
    "form": "liquid_bulk",
    "direction": "inbound",
    "trade_kind": "foreign",
    "unit": "kbbl",
    "unknown_customers": "open",
}


@pytest.mark.samples
def test_thirty_two_years_of_oil_imports_reconcile_to_the_last_digit(importers_file, settings):
    with importers_file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    expected = (len(rows), sum(int(row["qty_kbbl"]) for row in rows), sum(int(row["shipments"]) for row in rows))
    make_shipment(quantity=9, unit_id="kbbl", handled_on=dt.date(2020, 1, 1))
    out = io.StringIO()
    arguments = [
        f"--map={field}={column}" for field, column in {"customer": "company", "handled_on": "period", "quantity": "qty_kbbl"}.items()
    ]

    with translation.override("en"):
        call_command(
            "ingest", "shipments", str(importers_file), *arguments, *[f"--set={key}={word}" for key, word in OIL.items()], stdout=out
        )

    whole = ledger_totals(dt.date(1986, 1, 1), dt.date(2017, 12, 31))
    assert (
        (whole.rows, whole.quantity, whole.lots) == (expected[0], {"kbbl": expected[1]}, expected[2]) == (59028, {"kbbl": 72121713}, 236610)
    )
    assert (whole.customers, whole.known_revenue, whole.known_cost) == (len({row["company"] for row in rows}), None, None)
    assert whole.tonnes == 72121713 * Decimal("136.4")
    assert reconcile().agrees
    assert out.getvalue().splitlines()[-2:] == [
        "✓ Reconciled with the file: 72,121,713 thousand barrels in 236,610 lots (59,028 rows): "
        "the ledger agrees to the last digit; 9,837,401,653.2 t",
        "Done.",
    ]
    year = totals_by_customer(dt.date(2017, 1, 1), dt.date(2017, 12, 31))
    names = dict(Customer.objects.values_list("pk", "name_en"))
    assert [(names[one.customer_id], one.quantity["kbbl"]) for one in sorted(year, key=lambda one: -one.quantity["kbbl"])[:3]] == [
        ("VALERO MARKETING & SUPPLY CO", 201838),
        ("PHILLIPS 66 CO", 176662),
        ("EXXONMOBIL OIL CORP", 165657),
    ]
    unplaced = Shipment.objects.filter(destination=None, import_run_id__isnull=False).order_by("destination_text")
    assert list(unplaced.values_list("destination_text", flat=True).distinct()) == ["PORTLAND", "PORTSMOUTH", "WILMINGTON"]


def test_more_decimals_than_the_ledger_keeps_are_given_back_and_never_rounded(tmp_path):
    path = make_file(
        tmp_path,
        f"{HEAD},tonnes,teu,revenue,cost",
        "C000777,2026-03-05,02,in,1234.567,t,,,10.25,0.30000000000000004",
        "C000777,2026-03-06,02,in,1234.5678,t,,,,",
        "C000777,2026-03-07,17,out,1,40HC,1.2345,,,",
        "C000777,2026-03-08,17,out,1,40HC,1,2.0001,,",
        "C000777,2026-03-09,02,in,1,t,,,10.255,",
        "C000777,2026-03-10,02,in,1,t,,,,0.001",
    )

    run = ingest("shipments", path, by=make_user())

    assert [number for number, _messages in problems(run)] == [3, 4, 5, 6, 7]
    assert problems(run)[0][1] == ["qty: “1234.5678” has more decimals than the 3 that are kept; round it yourself."]
    assert Shipment.objects.values_list("quantity", "revenue", "cost").get() == (Decimal("1234.567"), Decimal("10.25"), Decimal("0.30"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Jan-00", ((2000, 1, 1), "month")),
        ("dec-86", ((1986, 12, 1), "month")),
        ("31-Jan-08", ((2008, 1, 31), "day")),
        ("2/29/12 0:00", ((2012, 2, 29), "day")),
        ("10/31/14", ((2014, 10, 31), "day")),
        ("0106", ((2001, 6, 1), "month")),
    ],
)
def test_years_of_two_figures_are_read_where_there_is_one_way_to_read_them(cell, expected):
    day, precision = day_or_month(cell)

    assert ((day.year, day.month, day.day), precision) == expected


@pytest.mark.parametrize("cell", ["5/6/14", "31-Feb-08", "0113", "2/29/13", "Foo-00", "2001", "1203", "1/31/14 10:30"])
def test_what_can_be_read_in_two_ways_or_none_is_handed_back(cell):
    with pytest.raises(CellProblem):
        day_or_month(cell)


@pytest.mark.samples
@pytest.mark.parametrize("trial", ["importers", "lots"])
def test_each_real_file_in_a_ledger_of_its_own_equals_it_to_the_last_digit(samples, trial):
    chosen = TRIALS[trial]
    with (samples / chosen.file).open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    written = [Decimal(row[chosen.columns["quantity"]].replace(",", "")) for row in rows]
    names = {row[chosen.columns["customer"]] for row in rows}

    run = chosen.take_in(samples, unknown_customers="open", by=system_user())

    assert (len(rows), sum(written)) == {"importers": (59028, 72121713), "lots": (4165, 2736685)}[trial]
    whole = ledger_totals(dt.date(1986, 1, 1), dt.date(2017, 12, 31))
    assert (run.created, run.rejected, whole.rows, whole.quantity) == (len(rows), 0, len(rows), {"kbbl": sum(written)})
    assert whole.customers == len({" ".join(name.upper().split()) for name in names})
    assert ([proof.agrees for proof in ImportProof.objects.all()], reconcile().agrees) == ([True], True)


@pytest.mark.samples
def test_exact_copies_among_the_lots_are_lots_of_their_own(samples):
    run = TRIALS["lots"].take_in(samples, unknown_customers="open", by=system_user())
    again = TRIALS["lots"].take_in(samples, unknown_customers="open", by=system_user())

    copies = Shipment.objects.filter(import_run_id=run.pk).exclude(identity__endswith="#1").count()
    assert (copies, again.created, again.skipped) == (54, 0, 4165)
