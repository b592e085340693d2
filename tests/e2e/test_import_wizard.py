"""An import in a real browser: columns, dry run, a row half mended, a decision, the import, the row mended to the end, and all of it
taken back."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.models import ImportRevert, ImportRun
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.running import run_import
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = """公司名称,信用代码,电话,成立日期
示范国际货运代理有限公司,,0532-1,
远洋示范物流有限公司,,0532-2,
海澜示范船务有限公司,91350100M000100Y44,0532-3,2026.13.45
东岸示范贸易有限公司,,0532-4,2012-05-01
"""


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def desk(screen):
    load_reference_data()
    make_customer(name_zh="示范国际货运代理有限公司", phone="旧电话")
    make_customer(name_zh="远洋示范物流股份有限公司", phone="旧电话")
    screen.sign_in(make_user(Role.MARKETING, name="演示用户 01"))
    return screen


def work_off() -> None:
    """What the worker does, here between two pages."""
    for run in ImportRun.objects.filter(state="waiting"):
        run_import(run.pk)
    for revert in ImportRevert.objects.filter(state="waiting"):
        run_revert(revert.pk)


def worked_off(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    work_off()
    page.reload()
    page.wait_for_load_state("networkidle")


def check(screen, name: str) -> None:
    """Accessible, and not wider than the window, on a desk and on a phone."""
    found = Axe().run(screen.page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []
    for width in (1440, 360):
        screen.page.set_viewport_size({"width": width, "height": 900})
        assert screen.overflow() <= 0, f"{name} at {width} px"
    screen.page.set_viewport_size({"width": 1440, "height": 900})


def test_a_file_comes_in_is_mended_on_the_screen_and_is_taken_back(desk, tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text(FILE, encoding="utf-8")
    page = desk.open("/exchange/new/customers/")

    page.set_input_files("input[type=file]", path)
    page.click(".form-actions .btn-primary")
    page.click("text=开始试导入")
    worked_off(page)
    expect(page.locator(".notice[data-tone=warning]")).to_contain_text("有 1 行与已有记录或另一行相近")
    check(desk, "dry-run")
    expect(page.locator(".mend .field-errors")).to_contain_text("统一社会信用代码")  # all faults of a row are told at once
    expect(page.locator(".mend .field-errors")).to_contain_text("不是日期")
    page.fill(".mend input[aria-invalid]:visible >> nth=1", "2013-04-05")
    page.click(".mend >> text=保存并重新检查")
    expect(page.locator(".mend .field-errors")).to_contain_text("统一社会信用代码")
    expect(page.locator(".mend .field-errors")).not_to_contain_text("不是日期")
    page.click("text=逐行查看并决定")
    check(desk, "rows")
    page.select_option("#row-3 select", label="更新 " + str(Customer.objects.get(name_zh="远洋示范物流股份有限公司")))
    page.click("#row-3 button")
    expect(page.locator("#row-3 option:checked")).to_contain_text("远洋示范物流股份有限公司")
    page.click("text=正式导入")
    worked_off(page)

    expect(page.locator(".mend")).to_have_count(1)
    check(desk, "mending")
    expect(page.locator(".mend .field-errors")).to_contain_text("统一社会信用代码")
    page.fill(".mend input[aria-invalid]:visible >> nth=0", "91350100M000100Y43")
    page.click(".mend >> text=导入此行")
    expect(page.locator(".mend")).to_have_count(0)
    assert sorted(Customer.objects.values_list("name_zh", "phone")) == [
        ("东岸示范贸易有限公司", "0532-4"),
        ("海澜示范船务有限公司", "0532-3"),
        ("示范国际货运代理有限公司", "0532-1"),
        ("远洋示范物流股份有限公司", "0532-2"),
    ]

    Customer.objects.filter(name_zh="示范国际货运代理有限公司").update(phone="新电话")
    page.click("text=撤销导入")
    check(desk, "take-back")
    page.click("text=确认撤销")
    worked_off(page)
    expect(page.locator("#left tbody tr")).to_have_count(1)
    check(desk, "left")
    page.click("#left >> text=仍要撤销")
    expect(page.locator("#left")).to_have_count(0)
    assert sorted(Customer.objects.values_list("name_zh", "phone")) == [
        ("示范国际货运代理有限公司", "旧电话"),
        ("远洋示范物流股份有限公司", "旧电话"),
    ]
