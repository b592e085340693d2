"""The frame in a real browser: keyboard, small screens, themes, and a console that stays quiet."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from tests.e2e.screen import Screen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/", "/gallery/people/", "/gallery/people/?q=示范&is_active=true", "/gallery/form/", "/gallery/refused/", "/search/?q=示范")


@pytest.fixture
def person(gallery):
    for number in range(1, 31):
        make_user(name=f"示范国际货运代理有限公司 {number:03}", name_en=f"Example International Freight Forwarding {number:03}")
    return make_user(Role.MANAGER, name="演示用户 01", name_en="Demo User 01")


@pytest.fixture
def desk(screen, person):
    screen.sign_in(person)
    return screen


def test_the_palette_finds_a_record_by_keyboard_alone(desk):
    page = desk.open("/")

    page.keyboard.press("Control+k")
    page.keyboard.type("公司 007")
    expect(page.locator("#palette [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator(".record-title h1")).to_contain_text("示范国际货运代理有限公司 007")


def test_the_palette_walks_through_commands_with_the_arrows_and_leaves_with_escape(desk):
    page = desk.open("/")

    page.keyboard.press("Control+k")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("新建联系人")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("今日")
    assert page.locator("#palette-q").get_attribute("aria-activedescendant") == "hit-command-2"
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()


def test_the_sidebar_collapses_and_stays_so_after_a_reload(desk):
    page = desk.open("/gallery/people/")
    toggle = page.locator("[data-sidebar-toggle]")

    toggle.click()
    page.reload()

    expect(page.locator("body")).to_have_attribute("data-sidebar", "collapsed")
    assert page.locator(".sidebar").bounding_box()["width"] == 60
    assert toggle.get_attribute("aria-expanded") == "false"


def test_the_theme_is_chosen_in_the_menu_and_follows_the_device_when_asked(desk):
    page = desk.open("/")

    page.locator(".menu-person summary").click()
    page.locator("button[name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")

    page.locator(".menu-person summary").click()
    page.locator("button[name=theme][value=auto]").click()
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_typing_filters_the_rows_and_the_address_says_so(desk):
    page = desk.open("/gallery/people/")

    page.locator("#list-q").press_sequentially("公司 01")
    expect(page.locator("#rows tbody tr")).to_have_count(10)
    expect(page).to_have_url(re.compile(r"\?q=%E5%85%AC%E5%8F%B8%2001$"))
    page.locator("#rows thead a").first.click()
    expect(page.locator("#rows tbody tr").first).to_contain_text("019")
    page.locator(".chip a").first.click()

    expect(page.locator("#rows tbody tr")).to_have_count(25)
    expect(page.locator("#list-q")).to_have_value("")


def test_paging_with_htmx_goes_on_and_back_and_the_back_button_returns(desk):
    page = desk.open("/gallery/people/")
    first = page.locator("#rows tbody tr").first

    page.locator("a[rel=next]").click()
    expect(page.locator("#rows tbody tr")).to_have_count(6)
    page.locator("a[rel=prev]").click()
    expect(first).to_contain_text("演示用户 01")
    page.go_back()
    expect(page.locator("#rows tbody tr")).to_have_count(6)


def test_a_tab_is_fetched_when_opened_and_stands_in_the_address(desk, person):
    page = desk.open(f"/gallery/people/{person.pk}/")
    expect(page.locator("#tab-words")).to_have_count(0)

    page.locator("#tab-cargo").click()
    expect(page.locator("#tab-words")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?tab=cargo$"))
    page.reload()

    expect(page.locator("#tab-words")).to_be_visible()
    expect(page.locator("#tab-cargo")).to_have_attribute("aria-selected", "true")


def test_the_timeline_goes_further_back_and_shows_one_kind_alone(desk, person):
    page = desk.open(f"/gallery/people/{person.pk}/")
    entries = page.locator(".timeline-entry")

    expect(entries).to_have_count(20)
    page.locator("#timeline-more a").click()
    expect(entries).to_have_count(40)
    page.locator(".timeline-kinds a").nth(2).click()

    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("客户级别")


def test_a_record_is_pinned_without_leaving_the_page(desk, person):
    page = desk.open(f"/gallery/people/{person.pk}/")

    page.locator("#pin button").click()

    expect(page.locator("[aria-labelledby=nav-pinned] a")).to_have_text("演示用户 01")
    expect(page.locator("#pin button")).to_have_attribute("aria-pressed", "true")


def test_a_chart_has_its_figures_as_a_table_beside_it(desk, person):
    page = desk.open(f"/gallery/people/{person.pk}/?tab=cargo")
    chart = page.locator("#tab-chart")

    expect(chart.locator("canvas")).to_be_visible()
    expect(chart.locator(".chart-note")).to_have_text("万吨 · 样本数 2,344")
    chart.locator("summary").click()
    chart.locator("[data-chart-table]").click()

    expect(chart.locator("tbody tr")).to_have_count(12)
    expect(chart.locator("tbody tr").first).to_have_text("2026-01120100")
    expect(chart.locator("canvas")).to_be_hidden()


def test_ctrl_enter_saves_and_a_toast_says_so(desk):
    page = desk.open("/gallery/form/")

    page.locator("#id_name").fill("示范航运")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".toast-note")).to_contain_text("已保存:示范航运")


def test_leaving_a_changed_form_asks_first(desk):
    page = desk.open("/gallery/form/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.locator("#id_name").fill("示范航运")
    page.locator(".brand").click()

    assert asked == ["beforeunload"]
    expect(page).to_have_url(re.compile("/gallery/form/$"))


def test_choosing_one_of_many_asks_the_server_while_one_types(desk, person):
    page = desk.open("/gallery/form/")

    page.locator("#id_colleague-ts-control").press_sequentially("公司 003")
    page.locator(".ts-dropdown .option").click()

    assert page.locator("#id_colleague").input_value().isdigit()
    expect(page.locator(".ts-control .item")).to_have_text("示范国际货运代理有限公司 003")


SHADES = """selector => [...document.querySelectorAll(selector)].map((element) => {
    const style = getComputedStyle(element);
    return [style.color, style.backgroundColor];
})"""
BLACK, WHITE, CLEAR = "rgb(0, 0, 0)", "rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_paper_stands_the_record_in_black_on_white_and_nothing_to_click(screen, person, theme):
    screen.sign_in(person, theme=theme)
    page = screen.open(f"/gallery/people/{person.pk}/")
    expect(page.locator(".sidebar")).to_be_visible()

    page.emulate_media(media="print")

    for hidden in (".sidebar", ".topbar", ".tab-strip", "#pin"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".record-title h1")).to_be_visible()
    assert page.evaluate(SHADES, "body") == [[BLACK, WHITE]]
    assert page.evaluate(SHADES, ".record-title h1") == [[BLACK, CLEAR]]
    assert {tuple(shades) for shades in page.evaluate(SHADES, ".card")} == {(BLACK, WHITE)}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_list_on_paper_is_its_rows_in_black_on_white(screen, person, theme):
    screen.sign_in(person, theme=theme)
    page = screen.open("/gallery/people/")

    page.emulate_media(media="print")

    for hidden in (".sidebar", ".list-tools", ".pager"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("#rows tbody tr").first).to_be_visible()
    cells = {tuple(shades) for shades in page.evaluate(SHADES, "#rows tbody td")}
    assert {ink for ink, _ground in cells} == {BLACK}
    assert {ground for _ink, ground in cells} <= {WHITE, CLEAR}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_is_wider_than_a_small_phone(screen, person, path, language):
    screen.sign_in(person, language=language, theme="dark")

    screen.open(path, width=360, height=740)

    assert screen.overflow() == 0


def test_on_a_phone_the_navigation_opens_over_the_page_and_closes_again(desk):
    page = desk.open("/gallery/people/", width=360, height=740)
    entry = page.locator(".nav-entry").first
    expect(entry).to_be_hidden()

    page.locator("[data-sidebar-open]").click()
    expect(entry).to_be_visible()
    page.keyboard.press("Escape")

    expect(entry).to_be_hidden()
    expect(page.locator("[data-sidebar-open]")).to_be_focused()


def test_without_scripts_the_navigation_search_and_lists_still_work(browser, live_server, person):
    context = browser.new_context(java_script_enabled=False)
    screen = Screen(context.new_page(), live_server.url, scripts=False)
    screen.sign_in(person)

    page = screen.open("/gallery/people/", width=360, height=740)
    page.locator("[data-sidebar-open]").click()
    expect(page.locator(".nav-entry").first).to_be_visible()
    page.goto(f"{live_server.url}/gallery/people/?q=公司 007")

    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.locator(".chip")).to_have_text(re.compile("007"))
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PAGES, "record", "palette"])
def test_the_accessibility_checker_finds_nothing(screen, person, path, theme):
    screen.sign_in(person, theme=theme)
    page = screen.open({"record": f"/gallery/people/{person.pk}/?", "palette": "/"}.get(path, path))
    if path == "palette":
        page.keyboard.press("Control+k")
        expect(page.locator("#palette [role=option]").first).to_be_visible()

    results = Axe().run(page)

    assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in results.response["violations"]] == []
