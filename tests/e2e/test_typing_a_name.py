"""A new customer's name is typed in a real browser: files that are here already are told before the field is left."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


IN_SIGHT = """() => {
  const field = document.activeElement, hint = document.querySelector(".told-while-typing");
  return !field.closest("#form") || hint.contains(field) || field.getBoundingClientRect().bottom <= hint.getBoundingClientRect().top + 1;
}"""


def wait_until_in_sight(page):
    """The page has scrolled so far that the field stepped into is not behind the hint."""
    for _moment in range(40):
        if page.evaluate(IN_SIGHT):
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.evaluate("document.activeElement.id"))


def test_a_likely_duplicate_is_told_while_the_name_is_typed(screen):
    known = make_customer(name_zh="评审测试煤炭有限公司", name_en="")
    like = make_customer(name_zh="上海棹川国际航运有限公司", name_en="")
    screen.sign_in(make_user(Role.OPERATIONS))
    page = screen.open(reverse("customers:customer_create"))
    name = page.locator("#id_name_zh")
    before = name.bounding_box()

    name.press_sequentially("评审测试煤", delay=30)

    expect(page.locator("#duplicates")).to_contain_text(known.name_zh)
    expect(page.locator("#duplicates .notice")).to_be_in_viewport()
    expect(name).to_be_focused()
    assert name.bounding_box() == before  # what one types into stays where it is

    page.set_viewport_size({"width": 360, "height": 700})
    for _field in range(1, page.locator("#form :is(input:not([type=hidden]), select)").count()):
        page.keyboard.press("Tab")
        wait_until_in_sight(page)

    name.fill("")
    name.press_sequentially("棹川国际航运", delay=120)

    expect(page.locator("#similar")).to_contain_text(like.name_zh)
    expect(page.locator("#duplicates")).not_to_contain_text(known.name_zh)
    expect(name).to_be_focused()


def test_a_key_pressed_while_an_answer_is_on_its_way_is_asked_about_too(screen):
    known = make_customer(name_zh="评审测试煤炭有限公司", name_en="")
    screen.sign_in(make_user(Role.OPERATIONS))
    page = screen.open(reverse("customers:customer_create"))
    name = page.locator("#id_name_zh")

    name.press_sequentially("评审试", delay=300)
    name.press("Backspace")
    name.press_sequentially("测试", delay=10)

    expect(page.locator("#duplicates")).to_contain_text(known.name_zh)


def test_saving_from_the_name_field_asks_about_a_nearly_equal_name(screen):
    known = make_customer(name_zh="评审测试煤炭有限公司", name_en="")
    screen.sign_in(make_user(Role.OPERATIONS))
    page = screen.open(reverse("customers:customer_create"))
    name = page.locator("#id_name_zh")

    name.fill("评审测试煤炭集团（有限）公司")
    name.press("Control+Enter")

    expect(page.get_by_role("alert")).to_contain_text(known.name_zh)
    assert Customer.objects.count() == 1

    page.locator("#id_name_zh").press("Control+Enter")

    page.wait_for_url(lambda address: "/new/" not in address)
    assert Customer.objects.count() == 2
