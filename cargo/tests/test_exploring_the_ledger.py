"""The explorer, and the pages of cargo flows and vessels: every figure equals the sum of the rows it leads to."""

import csv
import datetime as dt
from collections import Counter
from decimal import Decimal
from io import StringIO
from itertools import product
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cargo.filters.shipments import ShipmentFilter
from cargo.models import DocumentMessage, Shipment
from cargo.queries.explorer import ACROSS, Dimension, Measure, Question
from cargo.queries.pivot import pivot
from cargo.services.ledger import correct_shipment
from cargo.tests.factories import make_document, make_port, make_shipment, stowage
from cargo.views.charts import ledger_rows_url
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

JANUARY, JUNE = dt.date(2026, 1, 1), dt.date(2026, 6, 1)


@pytest.fixture
def book() -> list[Shipment]:
    """Rows that differ in everything the explorer knows, one of them taken back and one without a port."""
    first, second = make_customer(name_zh="演示客户 01"), make_customer(name_zh="演示客户 02")
    houston, dalian = make_port("USHOU").pk, make_port("CNDLC").pk
    rows = [
        make_shipment(customer=first, handled_on=dt.date(2026, 1, 5), quantity=100, origin_id=houston, destination_id=dalian),
        make_shipment(customer=first, handled_on=dt.date(2026, 1, 31), quantity=30, cargo_class_id="11", form="dry_bulk", revenue=None),
        make_shipment(customer=second, handled_on=dt.date(2026, 4, 1), quantity=7, direction="outbound", trade_kind="domestic", cost=None),
        make_shipment(customer=second, handled_on=dt.date(2026, 6, 30), quantity=50, origin_id=dalian, destination_id=houston),
        make_shipment(customer=second, handled_on=dt.date(2026, 7, 1), quantity=999),  # after the period
    ]
    correct_shipment(shipment=rows[0], reason="磅单复核", quantity=Decimal(90), tonnes=Decimal(90), by=make_user())
    make_shipment(customer=first, handled_on=dt.date(2025, 12, 31), quantity=888)  # before it
    return rows


@pytest.fixture
def staff(client):
    client.force_login(make_user(Role.OPERATIONS, language="en"))
    client.cookies["django_language"] = "en"
    return client


def ask(down, across, measure=Measure.TONNES, **filters) -> Question:
    return Question(Dimension(down), Dimension(across), measure, JANUARY, JUNE, filters)


def rows_behind(conditions, user) -> list[Shipment]:
    """What the list of the ledger shows at the address behind a figure."""
    request = RequestFactory().get(ledger_rows_url(conditions))
    request.user = user
    chosen = ShipmentFilter(request.GET, queryset=Shipment.objects.visible_to(user), request=request)
    assert chosen.is_valid(), chosen.errors
    return list(chosen.qs)


@pytest.mark.parametrize(("down", "across"), [pair for pair in product(Dimension, ACROSS) if pair[0] != pair[1]])
def test_every_figure_is_the_sum_of_the_rows_it_leads_to(book, down, across):
    reader = make_user(Role.OPERATIONS)

    table = pivot(ask(down, across), reader)

    cells = [cell for line in table.lines for cell in [*line.cells, line.total] if cell.rows_behind is not None and cell.value is not None]
    told = [cell.value for cell in [*cells, *table.totals, table.total] if cell.value is not None]
    behind = [cell.rows_behind for cell in [*cells, *table.totals, table.total] if cell.value is not None]
    assert told == [sum(row.tonnes for row in rows_behind(conditions, reader)) for conditions in behind]
    assert (table.total.value, table.rows) == (Decimal(177), 4)  # 90 + 30 + 7 + 50


@pytest.mark.parametrize(
    ("filters", "tonnes"),
    [
        ({"cargo_class": "11"}, 30),
        ({"form": "dry_bulk"}, 30),
        ({"direction": "outbound"}, 7),
        ({"trade_kind": "domestic"}, 7),
        ({"origin": "USHOU"}, 90),
        ({"destination": "USHOU"}, 50),
        ({"customer": "演示客户 01"}, 120),
        ({"customer": "演示客户 01", "origin": "USHOU"}, 90),
        ({"customer": "演示客户 02", "direction": "inbound"}, 50),
    ],
)
@pytest.mark.parametrize("down", ["class", "customer", "lane"])
def test_conditions_narrow_every_table_alike(book, filters, tonnes, down):
    keys = {"USHOU": make_port("USHOU").pk, "演示客户 01": book[0].customer_id, "演示客户 02": book[2].customer_id}
    chosen = {name: keys.get(value, value) for name, value in filters.items()}

    table = pivot(ask(down, "month", **chosen), make_user(Role.OPERATIONS))

    assert table.total.value == tonnes


def test_money_counts_where_there_is_some_and_says_how_many_rows_have_none(book):
    revenue = pivot(ask("class", "year", Measure.REVENUE), make_user(Role.OPERATIONS))

    assert (revenue.total.value, revenue.without, revenue.rows) == (Decimal(3000), 1, 4)
    assert revenue.lines[-1].total.value is None  # grain: its one row has none


def test_months_have_no_gap_and_an_empty_one_is_no_zero(book):
    table = pivot(ask("direction", "month"), make_user(Role.OPERATIONS))

    assert [column.label for column in table.columns] == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
    assert [cell.value for cell in table.totals] == [120, None, None, 7, None, 50]


def test_of_very_many_lines_the_heaviest_stand_and_the_others_are_one(monkeypatch):
    monkeypatch.setattr("cargo.queries.explorer.LINES", 2)
    for month, tonnes in enumerate((5, 40, 1, 30), 1):
        make_shipment(customer=make_customer(), handled_on=dt.date(2026, month, 9), quantity=tonnes)

    table = pivot(ask("customer", "month"), make_user(Role.OPERATIONS))

    assert [line.total.value for line in table.lines] == [40, 30, 6]
    assert (table.lines[-1].head.rows_behind, table.total.value) == (None, 76)
    assert "2" in table.lines[-1].head.label


def test_whoever_may_not_see_the_ledger_gets_no_figure(book, client):
    nobody = make_user(Role.ADMIN)
    client.force_login(nobody)

    answers = [client.get(reverse(name)).status_code for name in ("cargo:explorer", "cargo:explorer_chart", "cargo:vessel")]

    assert (pivot(ask("class", "month"), nobody).lines, answers) == ([], [403, 403, 403])


def test_the_page_costs_the_same_whatever_the_ledger_holds(book, staff):
    counts = []
    for more in (0, 3):
        for _ in range(more):
            make_shipment(customer=make_customer(), handled_on=JUNE)
        with CaptureQueriesContext(connection) as queries:
            page = staff.get(reverse("cargo:explorer"), {"down": "customer", "across": "month", "start": "2026-01", "end": "2026-06"})
        counts.append((page.status_code, len(queries)))

    # the person, the last month, the newest row, the lists of the heaviest, the sums, customers' names, shortcuts, classes, forms,
    # kinds of trade
    assert counts == [(200, 10), (200, 10)]


def test_what_cannot_be_asked_is_told_beside_its_field(staff):
    page = staff.get(reverse("cargo:explorer"), {"start": "2020-01", "end": "2026-01", "across": "month"})
    same = staff.get(reverse("cargo:explorer"), {"down": "year", "across": "year"})
    wrong = staff.get(reverse("cargo:explorer"), {"start": "2026-13"})
    endless = [
        staff.get(reverse("cargo:explorer"), {"start": start, "end": end, "across": "quarter"}).status_code
        for start, end in (("0001-01", "9999-11"), ("9999-12", "9999-12"), ("0202-01", "2026-01"), ("1950-01", "2026-01"))
    ]

    assert [answer.status_code for answer in (page, same, wrong)] + endless == [422] * 7
    assert "That is more than 36 months. Choose quarters or years." in page.content.decode()
    assert "Choose something else than for the lines." in same.content.decode()
    assert staff.get(reverse("cargo:explorer_chart"), {"start": "2026-13"}).status_code == 404


def test_the_file_holds_the_table_of_the_screen_and_is_told_in_the_log(book, staff):
    asked = {"down": "customer", "across": "quarter", "start": "2026-01", "end": "2026-06", "direction": "inbound"}

    answer = staff.get(reverse("cargo:explorer"), asked | {"file": "csv"})

    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[1:] for row in rows] == [["2026-Q1", "2026-Q2", "Tonnes"], ["120.000", "", "120.000"], ["", "50.000", "50.000"]]
    event = AuditEvent.objects.get(action="exchange.export")
    assert (event.detail["list"], event.detail["rows"], "direction=inbound" in event.detail["query"]) == ("cargo.explorer", 2, True)


def test_the_picture_shows_the_table_and_states_its_finding(book, staff):
    chart = staff.get(reverse("cargo:explorer_chart"), {"down": "class", "across": "month", "start": "2026-01", "end": "2026-06"}).json()

    assert chart["title"] == "Oil and gas: 83.1% of all"  # 147 of 177
    assert (chart["n"], [name["name"] for name in chart["option"]["series"]]) == (4, ["Oil and gas", "Grain"])


def test_a_cargo_flow_tells_its_months_classes_and_customers(book, staff):
    houston, dalian = make_port("USHOU"), make_port("CNDLC")

    page = staff.get(reverse("cargo:lane", args=[houston.pk, dalian.pk]))
    customers = staff.get(reverse("cargo:lane_customers", args=[houston.pk, dalian.pk])).content.decode()
    months = staff.get(reverse("cargo:lane_months", args=[houston.pk, dalian.pk])).json()

    assert (page.context["lane"].now.tonnes, [line.cargo_class.pk for line in page.context["lane"].classes]) == (90, ["02"])
    assert ("Whose cargo" in customers, book[0].customer.label in customers, book[2].customer.label in customers) == (True, True, False)
    assert [row for row in months["table"]["rows"] if row[1]] == [["2026-01", 90.0, 0.0, 1000.0, 1]]
    assert staff.get(reverse("cargo:lane", args=[houston.pk, 987654])).status_code == 404


def test_a_cargo_flow_leads_to_the_newest_documents_from_one_port_to_the_other(staff, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    shanghai, busan = make_port("CNSHG"), make_port("KRPUS")
    for number in range(1, 13):
        make_document(content=stowage("CSQU3054383", number=f"P{number}"), name=f"plan-{number}.edi")
    make_document(content=stowage("CSQU3054383", number="BACK").replace(b"LOC+9+CNSHG", b"LOC+9+JPOSA"), name="other.edi")
    address, back = (reverse("cargo:lane", args=pair) for pair in ((shanghai.pk, busan.pk), (busan.pk, shanghai.pk)))

    shown, empty = staff.get(address), staff.get(back)

    assert [one.document.file_name for one in shown.context["documents"]] == [f"plan-{number}.edi" for number in range(12, 2, -1)]
    assert f'{shown.context["documents"][0].document.get_absolute_url()}#message-1">plan-12.edi' in shown.content.decode()
    assert (empty.context["documents"], "lane-documents" in empty.content.decode()) == ([], False)


@pytest.mark.parametrize("count", [1, 3])
def test_a_cargo_flow_costs_the_same_however_many_documents(staff, settings, tmp_path, django_assert_num_queries, count):
    settings.MEDIA_ROOT = tmp_path / "media"
    shanghai, busan = make_port("CNSHG"), make_port("KRPUS")
    for number in range(count):
        make_document(content=stowage("CSQU3054383", number=f"P{number}"), name=f"plan-{number}.edi")

    # the user, both ports, the last month, the sums to it, those before, classes and their sums, documents, pins of the sidebar
    with django_assert_num_queries(10):
        staff.get(reverse("cargo:lane", args=[shanghai.pk, busan.pk]))


def test_an_index_leads_to_the_documents_of_a_cargo_flow(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_document(content=stowage("CSQU3054383"))
    with connection.cursor() as cursor:
        for way in ("seqscan", "sort", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")

    plan = DocumentMessage.objects.filter(loading="CNSHG", discharge="KRPUS").order_by("-pk")[:10].explain()

    assert ("message_by_ports" in plan, "Sort" in plan) == (True, False)


def test_a_vessel_tells_its_voyages_and_the_documents_that_name_it(staff):
    for voyage, day, tonnes in (("026W", 3, 10), ("026W", 5, 20), ("027E", 9, 4)):
        make_shipment(vessel="HARBOUR STAR", voyage=voyage, handled_on=dt.date(2026, 5, day), quantity=tonnes)
    make_shipment(vessel="HARBOUR STAR II", quantity=500)
    gone = make_shipment(vessel="HARBOUR STAR", voyage="028W", quantity=70)
    correct_shipment(shipment=gone, reason="重复录入", by=make_user())

    vessel = staff.get(reverse("cargo:vessel"), {"name": " HARBOUR STAR "}).context["vessel"]
    unknown = staff.get(reverse("cargo:vessel"), {"name": "NOBODY\x00"})
    rows = staff.get(reverse("cargo:shipment_list"), {"q": "HARBOUR STAR", "voyage": "026W"}).context["listing"].rows

    assert [(one["voyage"], one["tonnes"], one["rows"], one["customers"]) for one in vessel.voyages] == [
        ("027E", 4, 1, 1),
        ("026W", 30, 2, 2),
    ]
    assert [row.tonnes for row in rows] == [20, 10]
    assert "No vessel of this name" in unknown.content.decode()


def test_links_of_the_table_lead_to_the_flow_and_to_the_rows(book, staff):
    html = staff.get(reverse("cargo:explorer"), {"down": "lane", "across": "year", "start": "2026-01", "end": "2026-06"}).content.decode()

    hrefs = Counter(part.split('"')[0] for part in html.split('href="')[1:])
    houston, dalian = make_port("USHOU").pk, make_port("CNDLC").pk
    rows = [parse_qs(urlsplit(href.replace("&amp;", "&")).query) for href in hrefs if "/shipments/?" in href and "origin" in href]
    assert hrefs[reverse("cargo:lane", args=[houston, dalian])] == 1
    assert {(one["origin"][0], one["destination"][0]) for one in rows} == {(str(houston), str(dalian)), (str(dalian), str(houston))}
