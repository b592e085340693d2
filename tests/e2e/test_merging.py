"""Two files beside each other in a real browser: choosing, swapping, merging, the old address, undoing and deciding.

PORTCRM_SCREENSHOTS=folder also writes their pictures.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from customers.models import Customer, Merge
from customers.services.customers import edit_customer
from customers.services.duplicates import scan_for_duplicates
from customers.tests.factories import make_contact, make_customer, make_interaction
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VIEWS = (("zh-hans", "light", 1440), ("zh-hans", "dark", 360), ("en", "dark", 1440), ("en", "light", 360))


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, name="演示用户 01", name_en="Demo User 01")


@pytest.fixture
def pair(keeper):
    kept = make_customer(
        code="C000101", name_zh="海丰演示（青岛）船务有限公司", phone="0532-80000001", tier="major", address_zh="青岛市演示路 1 号",
        business_scope="国际船舶代理", hinterland="山东半岛", account_manager=keeper,
    )  # fmt: skip
    other = make_customer(
        code="C000102", name_zh="青岛海丰演示船务公司", name_en="Haifeng Demo Shipping (Qingdao)", phone="0532-80000002",
        email="office@haifeng.invalid", hinterland="山东半岛",
    )  # fmt: skip
    make_contact(customer=kept, email="desk@haifeng.invalid")
    make_contact(customer=other, email="desk@haifeng.invalid", name="演示联系人 03", name_en="Demo Contact 03")
    make_contact(customer=other, email="more@haifeng.invalid")
    make_interaction(customer=other)
    scan_for_duplicates(at=now(), by=keeper)
    return kept, other


def comparison(kept: Customer, other: Customer) -> str:
    return reverse("customers:merge", kwargs={"kept": kept.pk, "other": other.pk})


def test_from_the_worklist_to_the_merge_and_back_again(screen, keeper, pair):
    kept, other = pair
    screen.sign_in(keeper)
    page = screen.open(reverse("customers:duplicate_list"))

    page.get_by_role("link", name="比较并合并").click()
    expect(page.locator("input[name='customer.email'][value=other]")).to_be_checked()
    page.locator("label", has_text="0532-80000002").click()
    page.get_by_role("button", name="合并这两份档案").click()

    expect(page.locator(".merge-record")).to_contain_text("0532-80000001 → 0532-80000002")
    expect(page.locator(".merge-record")).to_contain_text("演示联系人 03")
    kept.refresh_from_db()
    assert (kept.phone, kept.email, kept.former_names) == ("0532-80000002", "office@haifeng.invalid", ["青岛海丰演示船务公司"])

    screen.open(other.get_absolute_url())
    assert page.url.endswith(kept.get_absolute_url())
    expect(page.locator("#toasts")).to_contain_text("已并入本档案")
    expect(page.locator("#timeline-box")).to_contain_text("与C000102 青岛海丰演示船务公司合并")

    edit_customer(customer=kept, changes={"phone": "0532-80000003"}, seen={}, by=keeper)
    screen.open(Merge.objects.get().get_absolute_url())
    page.get_by_role("button", name="撤销合并").click()
    expect(page.locator("#left")).to_contain_text("还有 1 项需要决定")
    page.locator("label", has_text="恢复合并前的内容").click()
    page.get_by_role("button", name="确定").click()

    expect(page.locator("#left")).to_contain_text("已全部决定")
    kept.refresh_from_db()
    assert (kept.phone, kept.email, Customer.objects.count()) == ("0532-80000001", "", 2)


def test_swapping_turns_the_two_files_round(screen, keeper, pair):
    kept, other = pair
    screen.sign_in(keeper)
    page = screen.open(comparison(kept, other))

    page.get_by_role("link", name="左右对调").click()

    expect(page.locator(".merge-files > div").first).to_contain_text("青岛海丰演示船务公司")
    assert page.url.endswith(comparison(other, kept))


def test_a_likely_duplicate_shows_while_a_name_is_typed_and_alike_ones_follow(screen, keeper, pair):
    make_customer(name_zh="上海棹川国际航运有限公司")
    screen.sign_in(keeper)
    page = screen.open(reverse("customers:customer_create"))

    page.fill("#id_name_zh", "青岛海丰演示船务股份有限公司")
    page.press("#id_name_zh", "Tab")
    expect(page.locator("#duplicates")).to_contain_text("C000101")
    page.fill("#id_name_zh", "棹川国际航运")
    page.press("#id_name_zh", "Tab")

    expect(page.locator("#similar")).to_contain_text("上海棹川国际航运有限公司")
    expect(page.locator("#duplicates")).not_to_contain_text("C000101")


def test_the_pages_of_a_merge_have_no_accessibility_fault_and_fit_every_window(screen, keeper, pair):
    kept, other = pair
    merged, gone = make_customer(name_zh="北港演示矿业有限公司"), make_customer(name_zh="北港演示矿业公司", phone="1")
    screen.sign_in(keeper)
    page = screen.open(comparison(merged, gone))
    page.locator("form#form button").click()
    page.wait_for_url("**/merges/**")
    done = Merge.objects.get()
    make_interaction(customer=merged)
    edit_customer(customer=merged, changes={"phone": "2"}, seen={}, by=keeper)
    pages = {"duplicates": reverse("customers:duplicate_list"), "merge": comparison(kept, other), "merged": done.get_absolute_url()}
    found = check(screen, keeper, pages)
    screen.open(done.get_absolute_url())
    page.locator(".page-actions form button, .page-head form button").first.click()
    page.wait_for_selector("#left")
    found += check(screen, keeper, {"left": done.get_absolute_url()})

    assert found == []


def check(screen, user, pages: dict[str, str]) -> list[str]:
    wrong = []
    for language, theme, width in VIEWS:
        screen.sign_in(user, language=language, theme=theme)
        for name, path in pages.items():
            page = screen.open(path, width=width)
            if folder := os.environ.get("PORTCRM_SCREENSHOTS"):
                page.screenshot(path=Path(folder) / f"merging-{name}-{language}-{theme}-{width}.png", full_page=True)
            faults = Axe().run(page).response["violations"]
            wrong += [f"{name} {language} {theme} {width}: {fault['id']} {fault['nodes'][0]['html'][:120]}" for fault in faults]
            if screen.overflow() > 0:
                wrong.append(f"{name} {language} {width}: {screen.overflow()} px too wide")
    return wrong
