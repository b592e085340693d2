"""The main job, end to end: find, edit, ask, answer, rank, look, print. Real browser, worker, broker, database and mail server."""

import re
import time
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from cargo.tests.factories import make_shipment
from customers.enums import CustomerStatus
from customers.tests.factories import make_contact, make_customer
from feedback.tests.factories import make_programme
from marketing.models import RankingRun
from marketing.tests.factories import make_value_model
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.outbox.tests.smtp_server import Mailbox, smtp_server
from tests.e2e.walking import PASSWORD, celery_worker, log_in, months_before

pytestmark = [pytest.mark.browser, pytest.mark.jobs, pytest.mark.django_db(transaction=True)]


def wait_for(found: Callable, *, seconds: float = 60):
    """What `found` returns as soon as it is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := found():
            return result
        time.sleep(0.2)
    raise AssertionError(f"nothing within {seconds} s")


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def worker(mailbox, screen, tmp_path):
    """A real Celery worker that sends to a real mail server."""
    log = tmp_path / "worker.log"
    with smtp_server(mailbox) as port, celery_worker(email_url=f"smtp://127.0.0.1:{port}", site_url=screen.address, log=log):
        yield


@pytest.fixture
def company():
    """A company with business in the last two years and one reachable contact; a smaller one beside it."""
    company = make_customer(
        name_zh="海澜东岸国际物流有限公司", name_en="Hailan East Bank Logistics", status=CustomerStatus.EXISTING, is_key_account=True
    )
    smaller = make_customer(name_zh="示范内河航运有限公司", name_en="Example Inland Shipping", status=CustomerStatus.EXISTING)
    make_contact(customer=company, name="演示联系人 01", email="contact01@customer.invalid", language="zh-hans")
    for number in range(1, 20):
        make_shipment(customer=company, quantity=900, revenue=18000, cost=9000, handled_on=months_before(port_today(), number))
    make_shipment(customer=smaller, quantity=100, revenue=2000, cost=1500, handled_on=months_before(port_today(), 2))
    return company


def test_the_main_job_from_two_characters_of_a_name_to_the_key_account_dashboard(screen, browser, worker, mailbox, company):
    programme = make_programme()
    make_value_model()
    person = make_user(Role.MARKETING, Role.SERVICE, Role.MANAGER, name="演示经理 01", password=PASSWORD)
    page = screen.page
    page.set_viewport_size({"width": 1440, "height": 900})

    log_in(page, screen.address, person.email)
    _find_by_two_characters(page, screen.address)
    _edit_the_short_name(page)
    _start_a_wave(page, screen.address, programme)
    link = _link_in_the_mail(mailbox, screen.address)
    _answer_on_a_phone(browser, link)
    _see_the_opinion_on_the_customer_page(page, screen.address, company)
    _run_the_ranking(page, screen.address)
    _see_the_dashboard(page, screen.address, company)
    _take_the_file_card_along(page, screen.address, company)

    company.refresh_from_db()
    assert (company.short_name, company.value_rank, company.last_opinion_score) == ("海澜东岸", 1, 5)
    assert [recipient for recipient, _message in mailbox.received] == ["contact01@customer.invalid"]


def _find_by_two_characters(page: Page, address: str) -> None:
    page.goto(f"{address}/customers/?q=东岸")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody tr a", has_text="海澜东岸国际物流有限公司").first.click()
    expect(page.locator("h1")).to_contain_text("海澜东岸国际物流有限公司")


def _edit_the_short_name(page: Page) -> None:
    page.locator("#section-identity .card-header a").click()
    page.fill("#section-identity input[name=short_name]", "海澜东岸")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#section-identity")).to_contain_text("海澜东岸")
    expect(page.locator("#section-identity input[name=short_name]")).to_have_count(0)


def _start_a_wave(page: Page, address: str, programme) -> None:
    page.goto(f"{address}/feedback/programmes/{programme.pk}/start/")
    at_once = page.locator("input[name=any_hour]")
    if at_once.count():  # outside the sending hours: by default the mail would wait for the next working morning
        at_once.check()
    page.get_by_role("button", name="向1位联系人征询").click()
    expect(page.locator("h1")).to_contain_text(programme.name_zh)


def _link_in_the_mail(mailbox: Mailbox, address: str) -> str:
    ((recipient, message),) = wait_for(lambda: mailbox.received)
    assert recipient == "contact01@customer.invalid"
    text = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    return re.search(rf"{re.escape(address)}/o/\S+", text.get_payload(decode=True).decode()).group()


def _answer_on_a_phone(browser, link: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
    phone = context.new_page()
    phone.goto(link)
    for _page in range(4):
        for question in phone.locator("fieldset.question:has(input[value='5']), fieldset.half").all():
            question.locator("input[type=radio][value='5']").check(force=True)
        if phone.locator("textarea").count():
            phone.locator("textarea").first.fill("装卸很快，单证也准。")
        before = phone.url
        phone.locator("button.main").click()  # saves first, then leads on
        phone.wait_for_url(lambda url, before=before: url != before)
        if "/thanks/" in phone.url:
            break
    expect(phone).to_have_url(re.compile("/thanks/$"))
    context.close()


def _see_the_opinion_on_the_customer_page(page: Page, address: str, company) -> None:
    page.goto(f"{address}{company.get_absolute_url()}?tab=opinions")
    expect(page.get_by_text("装卸很快，单证也准。").first).to_be_visible()


def _run_the_ranking(page: Page, address: str) -> None:
    page.goto(f"{address}/marketing/runs/new/")
    page.locator("main form button.btn-primary").click()
    wait_for(lambda: RankingRun.objects.filter(state="done").exists())


def _see_the_dashboard(page: Page, address: str, company) -> None:
    page.goto(f"{address}/marketing/key-accounts/")
    expect(page.locator("main")).to_contain_text("海澜东岸")
    page.goto(f"{address}/marketing/ranking/")
    expect(page.locator("tbody tr").first).to_contain_text("海澜东岸")


def _take_the_file_card_along(page: Page, address: str, company) -> None:
    page.goto(f"{address}{reverse('paper:paper_order', args=['file-card', company.pk])}")
    page.get_by_role("button", name="生成 PDF").click()
    with page.expect_download(timeout=60_000) as taken:
        page.locator(".job a.btn").click(timeout=60_000)  # stands there once the worker has made the file
    card = PdfReader(taken.value.path())
    assert "海澜东岸国际物流有限公司" in card.pages[0].extract_text()
    assert [round(side) for side in card.pages[0].mediabox.upper_right] == [595, 842], "points of an upright A4"
