"""Working on cargo leads in a real browser: a card dragged to another stage, pages that fit on a desk and on a phone."""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from cargo.enums import LeadStage
from cargo.models import Lead
from cargo.services.expected import confirm_wins
from cargo.services.leads import move_lead
from cargo.services.outlooks import estimate_leads
from cargo.tests.factories import make_lead, make_port
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = 1440, 360


@pytest.fixture
def marketer():
    load_reference_data()
    return make_user(Role.MARKETING, name="演示市场")


@pytest.fixture
def leads(marketer) -> dict[str, Lead]:
    """One of each kind: open and still, won and short, lost, recorded twice."""
    long_ago = port_today() - dt.timedelta(days=70)
    facts = {"owner": marketer, "by": marketer, "today": long_ago}
    won = move_lead(lead=make_lead(customer=make_customer(), **facts), to=LeadStage.WON, today=long_ago, by=marketer)
    move_lead(lead=make_lead(**facts), to=LeadStage.LOST, reason="no_berth", today=long_ago, by=marketer)
    still = make_lead(party_name="演示货主 91", project_no="演示批文 7", project_stage="approved", equipment="定子 1 件", **facts)
    make_lead(party_name="演示货主 91", **facts)
    estimate_leads(today=port_today(), by=marketer)
    confirm_wins(today=port_today(), by=marketer)
    return {"won": won, "still": still}


def faults(page) -> list[str]:
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in Axe().run(page).response["violations"]]


def test_a_card_is_dragged_to_another_stage_and_asks_why_it_was_lost(screen, marketer):
    lead = make_lead(party_name="演示货主 81", by=marketer)
    screen.sign_in(marketer)
    page = screen.open(reverse("cargo:lead_board"))

    page.locator("[data-lane=new] article").drag_to(page.locator("[data-lane=quoting] > header"))
    expect(page.locator("[data-lane=quoting] article")).to_have_count(1)
    stage = Lead.objects.get(pk=lead.pk).stage
    page.locator("[data-lane=quoting] article").drag_to(page.locator("[data-lane=lost] > header"))
    expect(page).to_have_url(f"{screen.address}{reverse('cargo:lead_move', args=[lead.pk])}?stage=lost")

    assert (stage, Lead.objects.get(pk=lead.pk).stage) == ("quoting", "quoting")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_pages_of_leads_fit_and_have_no_accessibility_fault(screen, marketer, leads, width):
    screen.sign_in(marketer, theme="dark" if width == PHONE else "light")
    pages = [
        *(reverse(f"cargo:{name}") for name in ("lead_board", "lead_list", "lead_twins", "lost_leads", "lead_create")),
        *(lead.get_absolute_url() for lead in leads.values()),
        reverse("cargo:lead_agreed", args=[leads["won"].pk]),
        reverse("cargo:lead_file", args=[leads["still"].pk]),
        *(reverse(f"cargo:{name}", args=[leads["won"].pk]) for name in ("lead_contract", "lead_contract_link")),
    ]

    found = {}
    for address in pages:
        page = screen.open(address, width=width)
        for closed in page.locator("#main details.card:not([open]) > summary").all():
            closed.click()
        if (seen := (screen.overflow(), faults(page))) != (0, []):
            found[address] = seen

    assert found == {}


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_similar_lead_is_told_while_the_form_is_filled_in_and_no_field_moves(screen, marketer, width):
    known = make_lead(party_name="示范煤炭有限公司", by=marketer, origin=make_port("AUNTL"))
    screen.sign_in(marketer)
    page = screen.open(reverse("cargo:lead_create"), width=width)
    hint = page.locator("#similar-leads")
    box = page.locator("#id_customer + .ts-wrapper")
    expect(box).to_be_visible()
    assert box.evaluate("it => [it, it.querySelector('.ts-control')].some((one) => getComputedStyle(one).borderTopWidth === '1px')")

    page.locator("#id_cargo_class").select_option("01")
    company = page.locator("#id_party_name")
    company.fill("")
    before = company.bounding_box()
    company.press_sequentially("示范煤炭公司", delay=30)

    expect(hint).to_contain_text(known.number)
    expect(hint.locator(".notice")).to_be_in_viewport()
    expect(company).to_be_focused()
    assert company.bounding_box() == before
    assert (screen.overflow(), faults(page)) == (0, [])

    page.locator("#id_direction").select_option("outbound")
    expect(hint).not_to_contain_text(known.number)
    page.locator("#id_direction").select_option("inbound")
    expect(hint).to_contain_text(known.number)

    origin = page.locator("#id_origin-ts-control")
    origin.press_sequentially("BRSSZ", delay=30)
    page.locator("#id_origin-ts-dropdown .option").first.click()
    expect(hint).not_to_contain_text(known.number)
