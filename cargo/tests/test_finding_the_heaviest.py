"""The explorer's lines of customers are found by lists of the heaviest; whatever has come since, none is missed."""

import datetime as dt
import threading
from collections import defaultdict
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from cargo.models import HeaviestCustomer, Shipment
from cargo.queries.explorer import Dimension, Measure, Question, ask
from cargo.queries.heaviest import heaviest
from cargo.queries.pivot import pivot
from cargo.services.heaviest import list_heaviest
from cargo.services.ledger import correct_shipment
from cargo.services.rollups import rebuild_rollups
from cargo.tasks import list_customers, nightly
from cargo.tests.factories import make_shipment
from customers.services.merging import merge_customers
from customers.tests.factories import make_customer
from portcrm import celery
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest

pytestmark = [pytest.mark.django_db, pytest.mark.database]

JANUARY, APRIL = dt.date(2026, 1, 1), dt.date(2026, 4, 1)


@pytest.fixture(autouse=True)
def short_tables(monkeypatch):
    monkeypatch.setattr("cargo.queries.explorer.LINES", 2)
    monkeypatch.setattr("cargo.services.heaviest.LISTED", 3)


@pytest.fixture
def customers() -> list:
    """Nine, each with a good deal less oil than the one before, in and out, in every month, that of January without revenue; and with more
    grain, once."""
    found = [make_customer() for _ in range(9)]
    for place, customer in enumerate(found):
        grain = {"quantity": 2 ** (8 - place), "revenue": Decimal(2 ** (8 - place)), "cargo_class_id": "11", "form": "dry_bulk"}
        make_shipment(customer=found[8 - place], handled_on=JANUARY, **grain)
        for month in range(1, 5):
            figures = {"quantity": 2 ** (9 - place) + month, "revenue": None if month == 1 else Decimal(10 * 2 ** (9 - place))}
            direction = "inbound" if month % 2 else "outbound"
            make_shipment(customer=customer, handled_on=dt.date(2026, month, 7), direction=direction, **figures)
    return found


def question(across="month", measure=Measure.TONNES, **filters) -> Question:
    return Question(Dimension.CUSTOMER, Dimension(across), measure, JANUARY, APRIL, filters)


def column_of(across: str, row: Shipment) -> str:
    return {"month": f"{row.handled_on:%Y-%m}", "year": f"{row.handled_on:%Y}", "direction": row.direction}[across]


def added_up(across: str, measure: str, lines: int = 2, **filters) -> tuple[list, dict]:
    """The keys of the heaviest, and the cells of the table: row by row of the ledger."""
    totals, cells = defaultdict(Decimal), defaultdict(Decimal)
    book = Shipment.objects.filter(handled_on__range=(JANUARY, "2026-04-30"), **filters)
    rows = [row for row in book if getattr(row, measure) is not None]
    for row in rows:
        totals[str(row.customer_id)] += getattr(row, measure)
    named = sorted(totals, key=lambda key: -totals[key])[:lines]
    for row in rows:
        key = str(row.customer_id) if str(row.customer_id) in named else None
        cells[key, column_of(across, row)] += getattr(row, measure)
    return named, dict(cells)


@pytest.mark.parametrize(
    "filters", [{}, {"direction": "inbound"}, {"cargo_class": "02"}, {"cargo_class": "11"}, {"cargo_class": "02", "direction": "outbound"}]
)
@pytest.mark.parametrize("measure", [Measure.TONNES, Measure.REVENUE])
@pytest.mark.parametrize("across", ["month", "year", "direction"])
def test_the_lists_lead_to_what_the_rows_of_the_ledger_add_up_to(customers, across, measure, filters):
    list_heaviest(by=system_user())

    found = heaviest(question(across, measure, **filters))

    named, cells = added_up(across, str(measure), **filters)
    assert (found.down, found.others) == ([*named, None], 7)
    assert {place: value for place, value in found.cells.items() if value is not None} == cells
    assert (found.rows, found.without) == (
        Shipment.objects.filter(**filters).count(),
        Shipment.objects.filter(revenue=None, **filters).count() if measure == Measure.REVENUE else 0,
    )


def test_a_row_that_came_after_the_lists_counts_at_once(customers):
    list_heaviest(by=system_user())
    newcomer = make_customer()
    make_shipment(customer=newcomer, handled_on=dt.date(2026, 3, 9), quantity=99_000)
    make_shipment(customer=customers[8], handled_on=dt.date(2026, 2, 9), quantity=55_000)

    found = heaviest(question())

    assert found.down == [str(newcomer.pk), str(customers[8].pk), None]
    assert found.cells[str(newcomer.pk), "2026-03"] == 99_000


def test_a_row_taken_back_after_the_lists_takes_its_customer_down(customers):
    list_heaviest(by=system_user())
    for row in Shipment.objects.filter(customer=customers[0]):
        correct_shipment(shipment=row, reason="重复录入", by=make_user())

    found = heaviest(question())

    assert (found.down, found.others) == ([str(customers[1].pk), str(customers[2].pk), None], 6)


def test_cargo_that_a_merge_brings_is_not_missed(customers):
    list_heaviest(by=system_user())
    small = make_customer()
    manager = make_user(Role.MANAGER)

    merge_customers(kept=small, other=customers[0], take=(), by=manager)

    assert heaviest(question()).down == [str(small.pk), str(customers[1].pk), None]


def test_where_the_lists_do_not_decide_everybody_is_added_up():
    for _ in range(9):
        make_shipment(customer=make_customer(), handled_on=dt.date(2026, 2, 9), quantity=5)
    list_heaviest(by=system_user())
    cache.clear()

    table = pivot(question(), make_user(Role.OPERATIONS))

    assert (heaviest(question()), [line.total.value for line in table.lines]) == (None, [5, 5, 35])


def test_without_lists_and_after_very_many_new_rows_everybody_is_added_up(customers, monkeypatch):
    without = heaviest(question())
    list_heaviest(by=system_user())
    monkeypatch.setattr("cargo.queries.heaviest.NEWER", 0)
    make_shipment(customer=customers[3], handled_on=APRIL, quantity=1)

    assert (without, heaviest(question())) == (None, None)


def test_very_many_others_are_not_counted_to_the_last(customers, monkeypatch):
    list_heaviest(by=system_user())
    monkeypatch.setattr("cargo.queries.heaviest.COUNTED", 3)
    cache.clear()

    table = pivot(question(), make_user(Role.OPERATIONS, language="en"))

    assert ("3+" in table.lines[-1].head.label, table.total.value) == (True, sum(row.tonnes for row in Shipment.objects.all()))


def test_the_night_lists_only_the_months_that_new_rows_have_touched(customers):
    nightly()
    HeaviestCustomer.objects.filter(month=JANUARY).update(lots=77)
    make_shipment(customer=customers[0], handled_on=APRIL, quantity=1)

    months = list_heaviest(by=system_user())

    newest = Shipment.objects.latest("pk").pk
    assert (months, list_heaviest(by=system_user())) == (1, 0)
    assert set(HeaviestCustomer.objects.filter(customer=None).values_list("counted_to", flat=True)) == {newest}
    assert set(HeaviestCustomer.objects.filter(month=JANUARY).values_list("lots", flat=True)) == {77}


def test_a_listing_that_breaks_off_promises_no_more_than_before(customers, monkeypatch):
    list_heaviest(by=system_user())
    before = set(HeaviestCustomer.objects.values_list("counted_to", flat=True))
    new = make_customer()
    for month in (4, 5):
        make_shipment(customer=new, handled_on=dt.date(2026, month, 9), quantity=99_000)

    monkeypatch.setattr("cargo.services.heaviest._say_counted", lambda **_told: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list_heaviest(by=system_user())

    assert set(HeaviestCustomer.objects.values_list("counted_to", flat=True)) == before
    assert heaviest(question()).down[0] == str(new.pk)


def test_an_import_asks_a_worker_for_the_lists(customers, tmp_path, settings, monkeypatch, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path / "media"
    asked = []
    monkeypatch.setattr(celery, "nudge", lambda task, *ids: asked.append((task, *ids)))
    path = tmp_path / "cargo.csv"
    path.write_text(f"customer,date,class,direction,qty,unit,document\n{customers[8].code},2026-04-09,02,import,99000,t,D-1\n")

    with django_capture_on_commit_callbacks(execute=True):
        ingest("shipments", path, by=make_user())
    list_customers()

    assert asked.count(("cargo.list_heaviest",)) == 1
    april = HeaviestCustomer.objects.filter(month=APRIL, cargo_class=None).latest("tonnes")
    assert (april.customer_id, april.tonnes) == (customers[8].pk, 99_000 + 2 + 4)


def test_rebuilding_the_sums_lists_anew(customers):
    list_heaviest(by=system_user())
    HeaviestCustomer.objects.update(tonnes=0)

    rebuild_rollups(by=system_user())

    assert heaviest(question()).cells == ask(question()).cells


@pytest.mark.django_db(transaction=True)
def test_listing_leaves_it_for_later_while_somebody_writes_and_then_has_their_rows(customers):
    written, tried = threading.Event(), threading.Event()
    newcomer = make_customer()

    def write_and_hold():
        with transaction.atomic():
            make_shipment(customer=newcomer, handled_on=APRIL, quantity=99_000)
            written.set()
            tried.wait(20)
        connection.close()

    other = threading.Thread(target=write_and_hold)
    other.start()
    written.wait(20)
    meanwhile = list_heaviest(by=system_user())
    tried.set()
    other.join()

    assert (meanwhile, HeaviestCustomer.objects.exists()) == (0, False)
    assert list_heaviest(by=system_user()) > 0
    assert heaviest(question()).down[0] == str(newcomer.pk)
