"""Pages of cargo that no other browser test opens fit on a desk and on a phone; the explorer's table is fetched as a file."""

import csv
from pathlib import Path

import pytest
from django.urls import reverse

from cargo.models import Sighting
from cargo.services.checks import open_check, run_check
from cargo.services.ignoring import make_rule
from cargo.tests.factories import (
    booking,
    make_candidate,
    make_document,
    make_flow,
    make_lead,
    make_months,
    make_port,
    make_shipment,
    make_targets,
)
from customers.models import Channel
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from tests.e2e.screen import DESK, PHONE, faults
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG_NAME = "演示国际钢铁贸易与综合物流供应链管理有限公司"


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference_data()


@pytest.fixture
def manager():
    return make_user(Role.MANAGER, name="演示经理")


@pytest.fixture
def pages(manager) -> list[str]:
    """Each with something in it: a customer with cargo, leads and sightings, a list of flows, a candidate, rules, a check, a task."""
    customer = make_customer(name_zh=LONG_NAME, channel=Channel.objects.get(key="booking_note"))
    today = port_today()
    make_months({f"{today.year}-{month:02d}": 12_345 for month in range(1, today.month + 1)}, customer=customer, cargo_class_id="04")
    ends = {"origin_id": make_port("CNSHG").pk, "destination_id": make_port("KRPUS").pk}
    row = make_shipment(customer=customer, handled_on=today, vessel="演示轮 03", voyage="2601W", cargo_class_id="04", **ends)
    make_lead(customer=customer, channel=Channel.objects.get(key="shipper_plan"), by=manager, today=today)
    make_document(content=booking(f"CN+{LONG_NAME}:1 HARBOUR ROAD"), name="booking-of-the-twenty-seventh-of-november.edi")
    flow = make_flow(company=LONG_NAME)
    make_candidate(name="EXAMPLE INTERNATIONAL STEEL TRADING AND LOGISTICS LTD")
    make_rule(kind="word", text="保险", reason="不是货主", by=manager)
    make_targets({("04", month): 9_000 for month in range(1, 13)}, year=today.year, by=manager)
    run_check(check=open_check(by=manager), by=manager)
    assert Sighting.objects.filter(customer=customer).count() == 2
    return [
        *(reverse(f"cargo:{name}") for name in ("channel_report", "flow_list", "media_note_create", "ignore_rules")),
        *(reverse(f"cargo:{name}") for name in ("candidate_list", "sighting_list", "reconciliation")),
        *(f"{customer.get_absolute_url()}?tab={tab}" for tab in ("cargo", "leads")),
        reverse("cargo:customer_cargo_flows", args=[customer.pk]),
        f"{reverse('cargo:lead_create')}?sighting={Sighting.objects.filter(customer=customer).first().pk}",
        *(record.get_absolute_url() for record in (flow, row)),
        reverse("cargo:target_class", args=["04"]),
    ]


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_every_page_of_cargo_fits_and_has_no_accessibility_fault(screen, manager, pages, width, theme):
    screen.sign_in(manager, theme=theme)

    found = {}
    for address in pages:
        page = screen.open(address, width=width)
        for closed in page.locator("#main details.card:not([open]) > summary").all():
            closed.click()
        if (seen := (screen.overflow(), faults(page))) != (0, []):
            found[address] = seen

    assert found == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_link_that_begins_a_lead_stands_on_one_line_on_a_desk(screen, manager, language):
    """Beside all there is to say of a company: long names, several roles, goods and classes."""
    make_customer(name_zh=LONG_NAME)
    party = f"CN+{LONG_NAME}:1 HARBOUR ROAD'NAD+CZ+{LONG_NAME}:1 HARBOUR ROAD"
    make_document(content=booking(party, goods="HOT ROLLED STEEL COILS AND PLATES", kg=1_234_567), name="booking-of-november.edi")
    screen.sign_in(manager, language=language)

    page = screen.open(reverse("cargo:sighting_list"), width=DESK)

    links = page.locator("#rows a[href*='?sighting=']")
    assert [link.evaluate("link => link.getClientRects().length") for link in links.all()] == [1]
    assert page.locator("#rows table").evaluate("table => table.scrollWidth - table.parentElement.clientWidth") == 0


def test_the_table_of_the_explorer_is_fetched_as_a_file(screen, manager, tmp_path):
    customer = make_customer()
    for month, class_code, tonnes in (("2026-01", "02", 1200), ("2026-02", "02", 800), ("2026-02", "11", 40)):
        make_months({month: tonnes}, customer=customer, cargo_class_id=class_code)
    screen.sign_in(manager, language="en")
    page = screen.open(f"{reverse('cargo:explorer')}?down=class&across=month&start=2026-01&end=2026-02")

    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV", exact=True).click()
    path = Path(tmp_path / taken.value.suggested_filename)
    taken.value.save_as(path)

    assert path.name == f"ledger-{port_today():%Y-%m-%d}.csv"
    header, *lines = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    assert (header[0], header[-1], len(header)) == ("Cargo class", "Tonnes", 4)
    assert [[float(cell or 0) for cell in line[1:]] for line in lines] == [[1200, 800, 2000], [0, 40, 40]]
