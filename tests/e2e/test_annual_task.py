"""The annual task in a browser: a sheet pasted into the grid, cells walked by key, saved and seen on the board, also on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from cargo.models import Target
from cargo.queries.targets import CellKey
from cargo.tests.factories import load_reference, make_months
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780}
PASTE = """([cell, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.getElementById(cell).dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def stored() -> dict:
    return {CellKey(one.cargo_class_id, one.month).text: one.quantity for one in Target.objects.all()}


def test_a_sheet_is_pasted_walked_through_by_key_saved_and_seen_on_the_board(screen):
    load_reference()
    make_months({f"{year}-{month:02d}": 100 for year in (2025, 2026) for month in range(1, 11)}, cargo_class_id="01")
    screen.sign_in(make_user(Role.MANAGER), language="zh-hans")
    page = screen.open(f"{reverse('cargo:target_grid')}?year=2026")

    page.evaluate(PASTE, ["c-01-0", "1,200\t100\t90\n600"])
    page.locator("#c-01-2").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("80")
    page.keyboard.press("Enter")
    page.keyboard.type("70")
    page.keyboard.press("Control+Enter")
    page.get_by_text("已下达 6 个任务数。").wait_for()
    saved = stored()
    page.goto(page.url.replace("/edit/", "/"))
    page.locator("#target-bullets canvas").wait_for()
    faults = Axe().run(page).response["violations"]
    widths = []
    for name in ("target_board", "target_grid", "newest_meeting"):
        screen.open(reverse(f"cargo:{name}"), **PHONE)
        faults += Axe().run(page).response["violations"]
        widths.append(screen.overflow())

    assert saved == {"c-01-0": 1200, "c-01-1": 100, "c-01-2": 90, "c-02-0": 600, "c-01-3": 80, "c-02-3": 70}
    assert [f"{fault['id']} {fault['nodes'][0]['html'][:120]}" for fault in faults] == []
    assert widths == [0, 0, 0]


def test_on_a_phone_the_figures_come_first_and_the_filters_open_from_a_button(screen):
    load_reference()
    make_months({f"{year}-{month:02d}": 100 for year in (2025, 2026) for month in range(1, 11)}, cargo_class_id="01")
    screen.sign_in(make_user(Role.MANAGER), language="en")
    page = screen.open(f"{reverse('cargo:target_board')}?year=2026&unit=t", **PHONE)

    figures = page.locator(".figures").bounding_box()
    page.locator("summary").filter(has_text="Filter").click()
    page.get_by_label("January and February").select_option("apart")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**spring=apart**")

    assert figures["y"] + figures["height"] < PHONE["height"]
    assert page.locator(".chip strong").all_inner_texts() == ["2026", "Tonnes", "One by one"]
    assert (screen.overflow(), Axe().run(page).response["violations"], screen.complaints) == (0, [], [])
