"""The bell and the composer in a real browser: what a colleague does is told, and three fields are enough."""

import pytest
from playwright.sync_api import expect

from customers.models import Interaction
from customers.services.followups import open_follow_up
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.notices.models import Notice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_bell_counts_what_is_new_and_leads_to_it(screen):
    keeper, giver = make_user(Role.MARKETING), make_user(Role.MANAGER, name="李 经理")
    follow_up = open_follow_up(customer=make_customer(name_zh="远海航运"), title="送报价", owner=keeper, due_on=port_today(), by=giver)
    screen.sign_in(keeper)

    page = screen.open("/")
    expect(page.locator(".notice-count")).to_have_text("1")
    page.locator("#notice-bell").click()
    page.get_by_role("button", name="李 经理交给您一项跟进任务").click()

    expect(page).to_have_url(f"{screen.address}/customers/follow-ups/{follow_up.pk}/")
    expect(page.locator("#notice-bell")).to_be_visible()
    expect(page.locator(".notice-count")).to_have_count(0)
    assert Notice.objects.get().read_at is not None


def test_the_bell_looks_again_when_one_comes_back_to_the_page_after_a_while(screen):
    keeper = make_user(Role.MARKETING)
    screen.sign_in(keeper)
    page = screen.open("/")
    page.clock.install()
    page.reload()
    page.wait_for_load_state("networkidle")
    open_follow_up(customer=make_customer(), title="送报价", owner=keeper, due_on=port_today(), by=make_user(Role.MANAGER))

    page.clock.fast_forward("05:00")

    expect(page.locator(".notice-count")).to_have_text("1")


def test_a_call_is_recorded_in_three_fields_on_top_of_the_timeline(screen):
    customer = make_customer()
    screen.sign_in(make_user(Role.SERVICE))
    page = screen.open(customer.get_absolute_url(), width=360, height=800)

    page.locator(".composer-open").click()
    page.locator("#composer #id_subject").fill("催询对账单")
    page.locator("#composer #id_summary").fill("已答复，下周寄出")
    expect(page.locator("#composer #id_next_step")).not_to_be_visible()
    page.keyboard.press("Control+Enter")

    expect(page.locator("#timeline").get_by_text("催询对账单")).to_be_visible()
    assert screen.overflow() == 0
    assert Interaction.objects.get().summary == "已答复，下周寄出"


def test_a_file_chosen_in_the_composer_goes_with_the_record(screen, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    customer = make_customer()
    screen.sign_in(make_user(Role.SERVICE))
    page = screen.open(customer.get_absolute_url())

    page.locator(".composer-open").click()
    page.locator("#composer #id_subject").fill("年度会谈")
    page.locator("#composer summary").last.click()
    page.locator("#composer #id_files").set_input_files({"name": "纪要.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF"})
    page.locator("#composer .btn-primary").click()

    expect(page.locator("#timeline").get_by_text("文件：纪要.pdf")).to_be_visible()
