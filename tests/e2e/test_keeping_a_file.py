"""A customer file in the real browser: edited in place by two people, seen as it stood, its terms and credit."""

import datetime as dt
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from customers.models import Customer, TransactionStatus
from customers.services.contracts import add_commitment
from customers.services.customers import create_customer, edit_customer
from customers.services.receivables import renew_balances
from customers.tests.factories import make_contract, make_credit, make_price, make_rating, make_receivable
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.tests.earlier import told_earlier
from portcrm.clock import port_today
from tests.e2e.test_ten_screens import VIEWS, faults
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("PAGE_SHOTS", "")  # a folder for pictures of all of them


@pytest.fixture
def keeper():
    load_reference_data()
    return make_user(Role.MANAGER, Role.MARKETING, name="甲经办", name_en="Keeper A")


@pytest.fixture
def customer(keeper):
    return create_customer(
        name_zh="溯舟远洋物流有限公司", name_en="Suzhou Ocean Logistics", short_name="溯舟", phone="0411-1000", types=["forwarder"],
        account_manager=keeper, by=keeper,
    )  # fmt: skip


def test_two_people_editing_one_section_see_both_texts_field_by_field(screen, keeper, customer):
    screen.sign_in(keeper)
    page = screen.open(customer.get_absolute_url())
    section = page.locator("#section-identity")
    section.locator(".card-header a").click()
    section.locator("input[name=short_name]").fill("甲的简称")
    section.locator("input[name=hinterland]").fill("长三角")
    colleague = make_user(Role.MARKETING)
    edit_customer(customer=customer, changes={"short_name": "乙的简称", "name_en": "Suzhou Ocean"}, seen={}, by=colleague)

    page.keyboard.press("Control+Enter")

    conflict = section.locator(".conflict-list li")
    expect(conflict).to_have_count(1)
    expect(conflict).to_contain_text("简称")
    expect(conflict).to_contain_text("乙的简称")
    expect(conflict).to_contain_text("甲的简称")
    expect(section.locator("input[name=hinterland]")).to_have_value("长三角")
    customer.refresh_from_db()
    assert (customer.short_name, customer.hinterland) == ("乙的简称", "")

    conflict.locator("input[name=theirs]").check()
    page.keyboard.press("Control+Enter")

    expect(section.locator("input[name=short_name]")).to_have_count(0)
    expect(section).to_contain_text("长三角")
    customer.refresh_from_db()
    assert (customer.short_name, customer.hinterland, customer.name_en) == ("乙的简称", "长三角", "Suzhou Ocean")


def test_ones_own_text_is_kept_where_one_says_so(screen, keeper, customer):
    screen.sign_in(keeper)
    page = screen.open(customer.get_absolute_url())
    section = page.locator("#section-reach")
    section.locator(".card-header a").click()
    section.locator("input[name=phone]").fill("0411-2222")
    edit_customer(customer=customer, changes={"phone": "0411-3333"}, seen={}, by=make_user(Role.MARKETING))

    page.keyboard.press("Control+Enter")
    expect(section.locator(".conflict-list")).to_be_visible()
    page.keyboard.press("Control+Enter")

    expect(section.locator("input[name=phone]")).to_have_count(0)
    expect(section).to_contain_text("0411-2222")
    customer.refresh_from_db()
    assert customer.phone == "0411-2222"


def test_traits_transactions_and_business_status_are_kept_on_the_tab_of_the_file(screen, keeper, customer):
    screen.sign_in(keeper)
    address = f"{customer.get_absolute_url()}?tab=file"
    page = screen.open(address)
    typed = {"section-traits": ("service_area", "长三角腹地"), "section-transactions": ("payment_terms", "月结三十天")}

    for card, (name, text) in typed.items():
        part = page.locator(f"#{card}")
        part.locator(".card-header a").click()
        part.locator(f"[name={name}]").fill(text)
        page.keyboard.press("Control+Enter")
        expect(part.locator(f"[name={name}]")).to_have_count(0)
        expect(part).to_contain_text(text)
    status = page.locator("#dated-assessment")
    for note in ("两个堆场", "三个堆场"):
        status.locator(".card-header a").click()
        status.locator("[name=scale_note]").fill(note)
        page.keyboard.press("Control+Enter")
        expect(status.locator("[name=scale_note]")).to_have_count(0)
        expect(status).to_contain_text(note)

    expect(status.locator(".dated-entry")).to_have_count(2)
    assert page.url == screen.address + address
    customer = Customer.objects.get(pk=customer.pk)
    assert (customer.traits.service_area, customer.transactions.payment_terms) == ("长三角腹地", "月结三十天")
    assert list(customer.assessments.order_by("pk").values_list("scale_note", "recorded_by")) == [
        ("两个堆场", keeper.pk),
        ("三个堆场", keeper.pk),
    ]


def test_the_file_of_an_earlier_day_is_stepped_through_from_change_to_change(screen, keeper, customer):
    today = port_today()
    told_earlier(Customer, by=dt.timedelta(days=10))
    edit_customer(customer=customer, changes={"phone": "0411-2000"}, seen={}, by=keeper)
    told_earlier(Customer, by=dt.timedelta(days=10))
    edit_customer(customer=customer, changes={"phone": "0411-3000"}, seen={}, by=keeper)
    screen.sign_in(keeper)
    first, second = today - dt.timedelta(days=20), today - dt.timedelta(days=10)

    page = screen.open(f"{customer.get_absolute_url()}as-of/?day={first.isoformat()}")
    reach = page.locator("section.card", has=page.locator("#title-reach"))
    expect(reach).to_contain_text("0411-1000")
    expect(reach.locator(".fact-now")).to_contain_text("0411-3000")
    page.locator("a[rel=next]").click()

    expect(page).to_have_url(f"{screen.address}{customer.get_absolute_url()}as-of/?day={second.isoformat()}")
    expect(reach).to_contain_text("0411-2000")
    page.locator("a[rel=next]").click()
    expect(page).to_have_url(f"{screen.address}{customer.get_absolute_url()}as-of/?day={today.isoformat()}")
    expect(reach).to_contain_text("0411-3000")
    expect(page.locator("a[rel=next]")).to_have_count(0)
    page.locator("a[rel=prev]").click()
    page.locator("a[rel=prev]").click()
    expect(reach).to_contain_text("0411-1000")


@pytest.fixture
def terms(keeper, customer):
    """Contracts, prices, grades and receivables of every kind the pages show."""
    today = port_today()
    contract = make_contract(
        customer=customer, number="HT-2026-01", valid_from=today - dt.timedelta(days=340), valid_until=today + dt.timedelta(days=20)
    )
    make_contract(
        customer=customer, number="KJ-2025-07", title="港口服务框架协议", kind="framework", valid_from=today - dt.timedelta(days=500),
        valid_until=today + dt.timedelta(days=300), renews=True, renewal_months=12, notice_days=60,
    )  # fmt: skip
    add_commitment(contract=contract, cargo_class="03", tonnes=500_000, by=keeper)
    make_price(customer=customer, contract=contract, detail="内贸", rate="21.5", valid_from=today - dt.timedelta(days=100))
    make_price(
        customer=customer, service="storage", unit="tonne_day", rate="0.35", valid_from=today + dt.timedelta(days=30), free_storage_days=7
    )
    make_rating(customer=customer, rated_on=today - dt.timedelta(days=400), next_review_on=today - dt.timedelta(days=20))
    make_credit(customer=customer, credit_limit=500_000)
    for number, (days, amount) in enumerate(((-20, 300_000), (10, 120_000), (45, 90_000), (75, 60_000), (130, 30_000)), 1):
        make_receivable(customer=customer, invoice_no=f"FP{number:03d}", due_on=today - dt.timedelta(days=days), amount=amount, as_of=today)
    renew_balances(customers=[customer.pk], as_of=today, source="应收账款.xlsx", by=keeper)
    return contract


def test_terms_and_credit_have_no_accessibility_fault_in_either_language_theme_or_size(screen, keeper, customer, terms):
    addresses = {
        "tab": f"{customer.get_absolute_url()}?tab=terms", "contract": terms.get_absolute_url(), "contracts": "/customers/contracts/",
        "owed": "/customers/receivables/", "grades": "/customers/credit-grades/", "new": f"/customers/{customer.pk}/contracts/new/",
        "price": f"/customers/{customer.pk}/prices/new/", "home": "/",
    }  # fmt: skip
    found = {}

    for language, theme, width in VIEWS:
        screen.sign_in(keeper, language=language, theme=theme)
        for name, address in addresses.items():
            page = screen.open(address, width=width)
            problems = faults(screen) + ([f"{screen.overflow()} px too wide"] if screen.overflow() > 0 else [])
            if problems:
                found[f"{name} {language} {theme} {width}"] = problems
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{language[:2]}-{theme}.png", full_page=True)

    assert not found, "\n".join(f"{where}: {problem}" for where, problems in found.items() for problem in problems)
    assert TransactionStatus.objects.get().overdue_amount == 300_000
