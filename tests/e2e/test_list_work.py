"""Working in the customer list in a real browser: ticks, keys, preview, a cell, the board, the chart."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from customers.models import Customer, CustomerTag
from customers.tests.factories import make_contact, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.bulk.models import BulkRun
from tests.e2e.screen import DESK, PHONE, faults
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = reverse("customers:customer_list")


@pytest.fixture
def manager():
    load_reference_data()
    manager = make_user(Role.MANAGER, name="演示经理")
    for number, status in enumerate(("prospect", "existing", "existing", "lost"), 1):
        customer = make_customer(
            name_zh=f"客户{number}", status=status, phone=f"0411-000{number}", tonnes_12m=number, account_manager=manager
        )
        make_contact(customer=customer, name=f"演示联系人 {number:02}", is_primary=True)
    return manager


def picture(screen, name: str) -> None:
    if folder := os.environ.get("PORTCRM_SCREENSHOTS"):
        screen.page.screenshot(path=Path(folder) / f"{name}.png")


def test_rows_are_ticked_by_key_tagged_and_seen_with_their_tag(screen, manager):
    screen.sign_in(manager)
    page = screen.open(LIST)
    expect(page.locator("#bulk")).to_be_hidden()

    for key in ("j", "x", "j", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-bulk-count]")).to_have_text("2 条已勾选")
    picture(screen, "list-ticked")
    assert faults(page) == []
    page.get_by_role("button", name="加标签").click()
    page.get_by_label("新标签").fill("冷链")
    page.get_by_role("button", name="更改 2 条记录").click()
    page.wait_for_url(f"**{LIST}**")

    assert sorted(CustomerTag.objects.values_list("customer__name_zh", flat=True)) == ["客户1", "客户3"]
    assert BulkRun.objects.get().state == "done"


def test_all_results_are_told_apart_from_the_page(screen, manager):
    screen.sign_in(manager)
    page = screen.open(f"{LIST}?status=existing")

    page.locator("input[name=row]").first.check()
    page.locator("[data-bulk-all]").check()
    page.get_by_role("button", name="调整分类").click()
    expect(page.get_by_text("清单中的全部 2 条结果")).to_be_visible()
    page.locator("select[name=tier]").select_option("major")
    page.get_by_role("button", name="更改 2 条记录").click()
    page.wait_for_url(f"**{LIST}?status=existing")

    assert sorted(Customer.objects.filter(tier="major").values_list("name_zh", flat=True)) == ["客户2", "客户3"]


def test_space_shows_the_row_beside_the_list_and_follows_the_keys(screen, manager):
    screen.sign_in(manager)
    page = screen.open(LIST)

    page.keyboard.press("j")
    page.keyboard.press(" ")
    expect(page.locator("#preview")).to_contain_text("演示联系人 01")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#preview")).to_contain_text("0411-0002")
    picture(screen, "list-preview")
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{Customer.objects.get(name_zh='客户2').get_absolute_url()}?in=**")
    page.keyboard.press("k")
    page.wait_for_url(f"**{Customer.objects.get(name_zh='客户1').get_absolute_url()}?in=**")


def test_a_cell_is_saved_by_enter_left_by_escape_and_told_of_another_editor(screen, manager):
    customer = Customer.objects.get(name_zh="客户1")
    screen.sign_in(manager)
    page = screen.open(f"{LIST}?columns=name,phone")
    box = page.locator("td[data-edit=phone] input[name=phone]")

    page.keyboard.press("j")
    page.keyboard.press("e")
    box.fill("不要的")
    page.keyboard.press("Escape")
    expect(page.locator("td[data-edit=phone]").first).to_have_text("0411-0001")
    page.keyboard.press("e")
    expect(box).to_be_focused()
    assert faults(page) == []
    box.fill("0411-9999")
    Customer.objects.filter(pk=customer.pk).update(phone="别人存的")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("别人存的")
    expect(box).to_have_value("0411-9999")
    box.press("Enter")
    expect(page.locator("td[data-edit=phone]").first).to_have_text("0411-9999")

    assert Customer.objects.get(pk=customer.pk).phone == "0411-9999"


def test_a_card_is_moved_by_hand_and_by_its_menu(screen, manager):
    screen.sign_in(manager)
    page = screen.open(f"{LIST}?look=board")
    expect(page.locator("#lane-existing article")).to_have_count(2)
    picture(screen, "list-board")
    assert faults(page) == []

    with page.expect_response(lambda answer: answer.request.method == "GET" and "lost" in answer.url):  # every lane is drawn anew
        page.locator("#lane-prospect article").drag_to(page.locator("#lane-existing > header"))
    expect(page.locator("#lane-existing article")).to_have_count(3)
    card = page.locator("#lane-lost article")
    card.locator("select").select_option("existing")
    card.get_by_role("button").click()
    expect(page.locator("#lane-existing article")).to_have_count(4)

    assert set(Customer.objects.values_list("status", flat=True)) == {"existing"}


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("asked", ["", "filters=open&overdue=True", "look=board", "look=chart"])
def test_every_look_of_the_list_fits_and_has_no_accessibility_fault(screen, manager, width, asked):
    screen.sign_in(manager, theme="dark" if width == PHONE else "light")

    page = screen.open(f"{LIST}?{asked}", width=width)

    picture(screen, f"look-{asked.partition('=')[2].partition('&')[0] or 'table'}-{width}")
    assert (screen.overflow(), faults(page)) == (0, [])


def test_the_keys_are_shown_and_leave_typing_alone(screen, manager):
    screen.sign_in(manager)
    page = screen.open(LIST)

    page.keyboard.press("?")
    expect(page.locator("#list-keys")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#list-keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#list-q")).to_be_focused()
    page.keyboard.type("jx客户2")
    expect(page.locator("#list-q")).to_have_value("jx客户2")

    assert page.locator("input[name=row]:checked").count() == 0


def test_a_key_pressed_right_after_the_keys_are_closed_is_not_lost(screen, manager):
    screen.sign_in(manager)
    page = screen.open(LIST)
    page.keyboard.press("?")
    expect(page.locator("#list-keys")).to_be_visible()

    page.evaluate(  # the page has not been drawn in between: the key still goes to the button of the dialog
        """() => {
            const dialog = document.getElementById("list-keys");
            dialog.close();
            dialog.querySelector("button").dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true}));
        }"""
    )

    expect(page.locator("#list-q")).to_be_focused()
