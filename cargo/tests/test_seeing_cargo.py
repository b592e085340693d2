"""Pages of handled cargo: what they show, to whom, and at what cost in queries."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from cargo.enums import CheckState
from cargo.filters.shipments import ShipmentFilter
from cargo.models import LedgerCheck, MonthlyRollup, Shipment
from cargo.services.checks import open_check, run_check
from cargo.services.facts import store_facts
from cargo.services.ledger import correct_shipment
from cargo.tests.factories import make_port, make_shipment
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.celery import app
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db

PERSON = 1  # the user; the session lies in the cache


@pytest.fixture
def staff(client):
    """A log-in of operations staff, reading English."""
    client.force_login(make_user(Role.OPERATIONS, language="en"))
    client.cookies["django_language"] = "en"
    return client


def rows_of(response) -> list[Shipment]:
    return list(response.context["listing"].rows)


def test_the_list_shows_newest_first_and_no_data_is_not_zero(staff):
    make_shipment(handled_on=dt.date(2026, 3, 1), revenue=None, cost=Decimal(0))
    newest = make_shipment(handled_on=dt.date(2026, 4, 1))

    answer = staff.get(reverse("cargo:shipment_list"))

    assert rows_of(answer)[0] == newest
    assert answer.content.decode().count("no data") == 1
    assert "¥0.00" in answer.content.decode()


def test_a_month_is_not_shown_as_its_first_day(staff):
    make_shipment(handled_on=dt.date(1986, 1, 1), precision="month")

    html = staff.get(reverse("cargo:shipment_list")).content.decode()

    assert ">1986-01</a>" in html
    assert "1986-01-01" not in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("customer={coal.customer_id}", "coal"),
        ("cargo_class=01", "coal"),
        ("direction=outbound", "coal"),
        ("form=liquid_bulk", "oil"),
        ("handled_on_after=2026-05-01", "coal"),
        ("handled_on_before=2026-03-01", "oil"),
        ("port={port.pk}", "coal"),
        ("unit=kbbl", "oil"),
        ("without=cost", "oil"),
        ("q=KH-9", "coal"),
        ("q=演示轮 07", "oil"),
    ],
)
def test_each_filter_narrows_the_list(staff, query, expected):
    port = make_port("CNSHP")
    rows = {
        "oil": make_shipment(handled_on=dt.date(2026, 3, 1), unit_id="kbbl", cost=None, vessel="演示轮 07"),
        "coal": make_shipment(
            handled_on=dt.date(2026, 5, 1),
            cargo_class_id="01",
            form="dry_bulk",
            direction="outbound",
            origin_id=port.pk,
            identity_base="doc:KH-9",
            document_no="KH-9",
        ),
    }

    answer = staff.get(f"{reverse('cargo:shipment_list')}?{query.format(coal=rows['coal'], port=port)}")

    assert rows_of(answer) == [rows[expected]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_row_and_with_three(staff, django_assert_num_queries, count):
    for _ in range(count):
        make_shipment(destination_id=make_port("CNSHG").pk)

    # rows, saved views, pins of the sidebar
    with django_assert_num_queries(PERSON + 2):
        staff.get(reverse("cargo:shipment_list"))


def test_whoever_may_not_see_the_ledger_sees_nothing_of_it(client):
    secret = make_shipment(document_no="SECRET-1", identity_base="doc:SECRET-1")
    client.force_login(make_user(Role.ADMIN))

    answers = [
        client.get(url)
        for url in (
            reverse("cargo:shipment_list"),
            reverse("cargo:shipment", args=[secret.pk]),
            reverse("cargo:overview"),
            reverse("cargo:overview_months"),
            reverse("cargo:customer_cargo", args=[secret.customer_id]),
            reverse("cargo:customer_cargo_flows", args=[secret.customer_id]),
            f"/api/v1/cargo/shipments/{secret.pk}/",
        )
    ]

    assert [answer.status_code for answer in answers] == [403] * 7
    assert not any("SECRET-1" in answer.content.decode() for answer in answers)


def test_the_page_of_a_row_tells_by_which_factor_the_tonnes_came(staff):
    row = make_shipment(quantity=12, unit_id="kbbl", lots=3, destination_id=make_port("USHOU").pk, destination_text="HOUSTON")

    html = staff.get(row.get_absolute_url()).content.decode()

    assert "× 136.4 t a unit" in html
    assert "1,636.8" in html
    assert "written as “HOUSTON”" in html


def test_a_correction_on_the_page_leaves_both_rows_to_be_seen(staff):
    row = make_shipment(quantity=100, revenue=Decimal(900))

    answer = staff.post(
        reverse("cargo:shipment_correct", args=[row.pk]), {"reason": "磅单复核", "quantity": "90", "revenue": "810", "cost": ""}
    )

    right = Shipment.objects.get(corrects=row, is_reversal=False)
    assert answer.url == right.get_absolute_url()
    assert (right.quantity, right.tonnes, right.revenue, right.cost) == (90, 90, 810, None)
    assert MonthlyRollup.objects.get().quantity == 90
    assert "Corrected" in staff.get(row.get_absolute_url()).content.decode()


def test_a_correction_without_a_reason_is_sent_back_with_what_was_typed(staff):
    row = make_shipment(quantity=100)

    answer = staff.post(reverse("cargo:shipment_correct", args=[row.pk]), {"quantity": "90"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    assert answer.context["form"]["quantity"].value() == "90"
    assert Shipment.objects.count() == 1


def test_marketing_staff_read_a_row_and_cannot_correct_it(client):
    row = make_shipment(quantity=100)
    client.force_login(make_user(Role.MARKETING))

    shown, refused = client.get(row.get_absolute_url()), client.post(reverse("cargo:shipment_correct", args=[row.pk]), {"reason": "x"})

    assert reverse("cargo:shipment_correct", args=[row.pk]) not in shown.content.decode()
    assert (refused.status_code, Shipment.objects.count()) == (403, 1)


def test_the_overview_adds_up_twelve_months_and_links_to_their_rows(staff):
    today = port_today()
    make_shipment(handled_on=today, quantity=100, cargo_class_id="01", cost=None)
    make_shipment(handled_on=today.replace(year=today.year - 1, day=1), quantity=40, cargo_class_id="01")

    answer = staff.get(reverse("cargo:overview"))

    figures = answer.context["overview"]
    assert (figures.now.tonnes, figures.before.tonnes, figures.now.known_cost) == (100, 40, None)
    assert [(line.cargo_class.pk, line.change) for line in figures.classes] == [("01", Decimal("1.5"))]
    assert f"handled_on_after={figures.period.start}" in answer.content.decode()


def test_the_overview_of_old_cargo_looks_at_its_last_year(staff):
    make_shipment(handled_on=dt.date(2017, 12, 1), precision="month", quantity=7)

    figures = staff.get(reverse("cargo:overview")).context["overview"]

    assert (figures.period.label, figures.now.tonnes) == ("2017-01 – 2017-12", 7)


def test_the_chart_and_its_table_hold_the_same_figures(staff):
    today = port_today()
    make_shipment(handled_on=today, quantity=100)
    make_shipment(handled_on=today, quantity=20, direction="outbound")

    chart = staff.get(reverse("cargo:overview_months")).json()

    assert [series["data"][-1] for series in chart["option"]["series"]] == [100, 20]
    assert chart["table"]["rows"][-1] == [f"{today:%Y-%m}", 100, 20, 0]
    assert (len(chart["table"]["rows"]), chart["n"]) == (24, 2)


def test_the_tab_of_a_customer_shows_only_its_own_cargo(staff):
    mine, other = make_customer(), make_customer()
    today = port_today()
    make_shipment(customer=mine, handled_on=today, quantity=100)
    make_shipment(customer=other, handled_on=today, quantity=5000)

    tab = staff.get(reverse("cargo:customer_cargo", args=[mine.pk]))
    chart = staff.get(reverse("cargo:customer_cargo_months", args=[mine.pk])).json()

    assert (tab.context["cargo"].now.tonnes, [row.quantity for row in tab.context["cargo"].recent]) == (100, [100])
    assert f"customer={mine.pk}" in tab.content.decode()
    assert sum(row[1] for row in chart["table"]["rows"]) == 100


def test_the_tab_names_the_cargo_flows_of_the_customer_and_leads_to_their_rows(staff):
    mine, here, busan, houston = make_customer(), make_port("CNSHG"), make_port("KRPUS"), make_port("USHOU")
    today = port_today()
    for quantity, ends in ((70, (busan, here)), (30, (busan, here)), (900, (here, houston)), (5, (here, None))):
        make_shipment(
            customer=mine, handled_on=today, quantity=quantity, origin_id=ends[0].pk, destination_id=ends[1] and ends[1].pk,
        )  # fmt: skip
    wrong = make_shipment(customer=mine, handled_on=today, quantity=7777, origin_id=busan.pk, destination_id=houston.pk)
    correct_shipment(shipment=wrong, reason="重复录入", by=make_user(Role.OPERATIONS))
    make_shipment(handled_on=today, quantity=4000, origin_id=busan.pk, destination_id=here.pk)

    answer = staff.get(reverse("cargo:customer_cargo_flows", args=[mine.pk]))

    flows = [(one.origin, one.destination, one.figures["tonnes"], one.figures["rows"]) for one in answer.context["flows"]]
    assert flows == [(here, houston, 900, 1), (busan, here, 100, 2), (here, None, 5, 1)]
    text = unescape(answer.content.decode())
    assert reverse("cargo:lane", args=[busan.pk, here.pk]) in text
    (behind,) = re.findall(r'href="([^"]+)">100</a>', text)
    assert sum(row.quantity for row in rows_of(staff.get(behind))) == 100


@pytest.mark.parametrize("count", [1, 3])
def test_the_flows_of_a_customer_cost_the_same_with_one_and_with_three(staff, django_assert_num_queries, count):
    customer = make_customer()
    for code in ("CNSHG", "KRPUS", "USHOU")[:count]:
        make_shipment(customer=customer, handled_on=port_today(), origin_id=make_port(code).pk, destination_id=make_port("CNDLC").pk)

    asked = {"HX-Request": "true", "HX-Target": "customer-flows"}
    with django_assert_num_queries(PERSON + 4):  # customer, last month, sums, ports
        staff.get(reverse("cargo:customer_cargo_flows", args=[customer.pk]), headers=asked)


def test_whoever_reads_without_script_gets_the_flows_of_a_customer_as_a_page(staff):
    customer = make_customer(name_en="Demo Shipper")
    url = reverse("cargo:customer_cargo_flows", args=[customer.pk])

    page = staff.get(url).content.decode()
    fragment = staff.get(url, headers={"HX-Request": "true", "HX-Target": "customer-flows"}).content.decode()

    assert ("<html" in page, page.count('id="customer-flows"'), f'href="{customer.get_absolute_url()}"' in page) == (True, 1, True)
    assert ("<html" in fragment, fragment.count('id="customer-flows"')) == (False, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_tab_costs_the_same_with_one_row_and_with_three(staff, django_assert_num_queries, count):
    customer = make_customer()
    for number in range(count):
        make_shipment(customer=customer, handled_on=port_today(), cargo_class_id=f"{number + 1:02d}")

    # customer, last month, both sums, classes and their names, newest rows, roles on others' rows, names decided to be the customer,
    # sightings, pins of the sidebar
    with django_assert_num_queries(PERSON + 11):
        staff.get(reverse("cargo:customer_cargo", args=[customer.pk]))


def test_a_check_asked_for_twice_is_made_once_and_shown(staff, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, args, **_options: sent.append((name, *args)))
    make_shipment(quantity=100)

    with django_capture_on_commit_callbacks(execute=True):
        staff.post(reverse("cargo:check_now"))
        staff.post(reverse("cargo:check_now"))
    check = LedgerCheck.objects.get()
    run_check(check=check, by=make_user())
    run_check(check=check, by=make_user())

    assert sent == [("cargo.check_ledger", check.pk)] * 2
    assert (check.state, check.agrees, check.difference_count) == (CheckState.DONE, True, 0)
    html = staff.get(reverse("cargo:reconciliation")).content.decode()
    assert "Ledger and monthly sums agree" in html


def test_a_check_that_finds_a_difference_names_the_customer_and_the_month(staff):
    customer = make_customer(name_en="Demo Energy Co")
    make_shipment(customer=customer, quantity=100, handled_on=dt.date(2026, 3, 5))
    MonthlyRollup.objects.update(tonnes=Decimal("99.999"))
    by = make_user()

    check = run_check(check=open_check(by=by), by=by)

    assert (check.agrees, check.difference_count) == (False, 1)
    html = staff.get(reverse("cargo:reconciliation")).content.decode()
    assert "1 month differs" in html
    assert "Demo Energy Co</a> · 2026-03" in html
    assert "100 t ≠ 99.999 t" in html


def test_facts_of_all_customers_move_on_with_the_day():
    customer, by = make_customer(), make_user()
    make_shipment(customer=customer, handled_on=dt.date(2025, 11, 24), quantity=10)
    make_shipment(customer=customer, handled_on=dt.date(2026, 1, 1), quantity=5, revenue=None)
    store_facts(today=dt.date(2026, 11, 23), by=by)
    customer.refresh_from_db()
    first = (customer.tonnes_12m, customer.revenue_12m, customer.last_handled_on)

    store_facts(today=dt.date(2026, 11, 24), by=by)

    customer.refresh_from_db()
    assert first == (15, 1000, dt.date(2026, 1, 1))
    assert (customer.tonnes_12m, customer.revenue_12m) == (5, None)


def test_units_and_ports_speak_the_readers_language(staff):
    row = make_shipment(quantity=3, unit_id="wt", tonnes=Decimal(30000))

    with translation.override("zh-hans"):
        chinese = row.unit.sign
    with translation.override("en"):
        english = row.unit.sign

    assert (chinese, english) == ("万吨", "10 kt")


def test_a_document_vessel_or_bill_of_lading_is_found_by_index_alone():
    found = ShipmentFilter({"q": "远洋之星"}, queryset=Shipment.objects.all()).qs.order_by()
    with connection.cursor() as cursor:  # the table of a test is too small for the planner to use an index by itself
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")

    plan = found.explain()

    assert "BitmapOr" in plan
    assert {"shipment_by_vessel", "shipment_by_bill_of_lading", "shipment_identity_is_given_once"} <= set(re.findall(r"shipment_\w+", plan))
