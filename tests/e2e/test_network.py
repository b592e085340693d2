"""The customer network in a real browser: as many nodes as it can hold, the same lines beside it, everything by keyboard."""

import pytest
from django.urls import reverse

from customers.models import Customer, Relation
from customers.tests.factories import make_customer, make_relation
from customers.tests.webs import make_web
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GRAPH = "document.querySelector('#network-graph').chart"
DRAWN = f"() => document.querySelector('#network-graph')?.chart && {GRAPH}.getOption().series[0].layout === 'none'"


def address(customer: Customer, query: str = "") -> str:
    return reverse("customers:network_tab", args=[customer.pk]) + query


def place_of(page, number: int) -> list[float]:
    """Where a node is drawn, in the window."""
    inside = page.evaluate(
        f"""number => {{
            const node = {GRAPH}.getModel().getSeriesByIndex(0).getData().getItemGraphicEl(number);
            node.updateTransform();
            return node.transformCoordToGlobal(0, 0);
        }}""",
        number,
    )
    box = page.locator("#network-graph .chart-canvas").bounding_box()
    return [box["x"] + inside[0], box["y"] + inside[1]]


def test_five_hundred_nodes_are_drawn_dragged_and_told_in_the_table(screen):
    centre = make_web(600)
    screen.sign_in(make_user(Role.MANAGER), language="en")

    page = screen.open(address(centre, "?depth=3"))
    page.wait_for_function(DRAWN)

    drawn = page.evaluate(f"[{GRAPH}.getOption().series[0].data.length, {GRAPH}.getOption().series[0].edges.length]")
    assert drawn == [500, page.locator("#network-lines tbody tr").count()]
    assert page.locator("#network .notice li").all_inner_texts() == ["100 firms at 3 steps"]
    ends = page.evaluate(
        f"""() => {{
            const series = {GRAPH}.getOption().series[0], names = new Map(series.data.map((node) => [node.id, node.name]));
            return series.edges.map((edge) => [names.get(edge.source), names.get(edge.target)].join(" → "));
        }}"""
    )
    rows = page.locator("#network-lines tbody").evaluate(
        "body => [...body.rows].map((row) => [row.cells[0].innerText.trim(), row.cells[2].innerText.trim()].join(' → '))"
    )
    assert ends == rows
    page.locator("#network-graph .chart-canvas").scroll_into_view_if_needed()
    x, y = place_of(page, 0)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 10, steps=4)
    page.mouse.move(x + 60, y + 20, steps=4)
    page.mouse.up()
    moved = place_of(page, 0)
    assert [round(moved[0] - x), round(moved[1] - y)] == [60, 20]
    page.mouse.click(*moved)
    assert page.locator("[data-picked-name]").inner_text() == "Centre Logistics"


def test_a_click_on_a_firm_goes_on_from_it_with_the_same_question(screen):
    row = make_relation(from_customer=make_customer(name_en="Here"), to_customer=make_customer(name_en="There"), kind="ships_with")
    make_relation(from_customer=row.to_customer, to_customer=make_customer(name_en="Beyond"), kind="ships_with")
    screen.sign_in(make_user(Role.MANAGER), language="en")
    page = screen.open(address(row.from_customer, "?depth=1&kind=ships_with"))
    page.wait_for_function(DRAWN)
    page.locator("#network-graph .chart-canvas").scroll_into_view_if_needed()

    page.mouse.click(*place_of(page, 1))
    assert page.locator("[data-picked-name]").inner_text() == "There"
    page.locator("[data-picked-around]").click()
    page.wait_for_function(DRAWN)

    assert page.url.partition("?")[0].endswith(address(row.to_customer))
    assert "depth=1&kind=ships_with" in page.url
    assert page.locator("#network-lines tbody tr").count() == 2


def test_what_to_see_is_chosen_on_the_customers_page_and_stands_in_the_address(screen):
    row = make_relation(kind="competes_with")
    make_relation(from_customer=row.from_customer, kind="ships_with")
    screen.sign_in(make_user(Role.MANAGER), language="en")
    page = screen.open(f"{row.from_customer.get_absolute_url()}?tab=network")
    page.wait_for_function(DRAWN)

    page.locator(".network-kinds > summary").press("Enter")
    with page.expect_response("**/network/?*"):
        page.get_by_label("competes with").press("Space")
    page.wait_for_function(f"{DRAWN} && {GRAPH}.getOption().series[0].data.length === 2")

    assert page.locator("#network-lines tbody tr").count() == 1
    assert f"{address(row.from_customer)}?depth=1" in page.url
    assert "kind=competes_with" not in page.url
    again = screen.open(page.url.removeprefix(screen.address))
    assert again.locator("#network-lines tbody tr").count() == 1


def test_a_relation_is_recorded_in_place_and_the_picture_follows(screen):
    load_reference_data()
    owner = make_customer(name_zh="演示货主", name_en="Demo Owner")
    make_customer(name_zh="演示货代", name_en="Demo Forwarder")
    screen.sign_in(make_user(Role.MARKETING), language="en")
    page = screen.open(f"{owner.get_absolute_url()}?tab=network")

    page.get_by_role("link", name="Record a relation").click()
    page.get_by_label("This customer …").select_option("forwarded_by")
    chooser = page.locator("#id_other-ts-control")
    chooser.press_sequentially("Forwarder")
    page.locator(".ts-dropdown .option").first.click()
    page.get_by_role("button", name="Save").click()
    page.wait_for_function(DRAWN)

    found = Relation.objects.get()
    assert (found.kind, found.from_customer.name_en, found.to_customer) == ("forwards_for", "Demo Forwarder", owner)
    assert "has its cargo forwarded by Demo Forwarder" in page.locator("#relations").inner_text()
    assert page.locator("#network-lines tbody tr").count() == 1
    page.get_by_label("Change the relation with Demo Forwarder").click()
    page.get_by_role("button", name="End it").click()
    page.get_by_text("No relation is in force.").wait_for()
    found.refresh_from_db()
    assert found.until is not None


WORDS = f"""() => {{
    const chart = {GRAPH}, data = chart.getModel().getSeriesByIndex(0).getData(), words = [];
    data.each(function (number) {{
        const text = data.getItemGraphicEl(number).childAt(0).getTextContent();
        text.updateTransform();
        const rect = text.getBoundingRect().clone();
        rect.applyTransform(text.transform || [1, 0, 0, 1, 0, 0]);
        words.push({{ left: rect.x, right: rect.x + rect.width, colour: text.style.fill, said: text.style.text }});
    }});
    return {{ words, width: chart.getWidth(), ink: getComputedStyle(document.documentElement).getPropertyValue("--ink").trim() }};
}}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_names_stand_within_a_phones_picture_in_the_colour_of_its_text(screen, theme):
    centre = make_customer(name_en="Centre of a Rather Long Name Logistics")
    for number in range(6):
        firm = make_customer(name_en=f"Beside the Centre, Firm of the Number {number}")
        make_relation(from_customer=centre, to_customer=firm, kind="ships_with")
    screen.sign_in(make_user(Role.MANAGER), language="en", theme=theme)

    page = screen.open(address(centre), width=360, height=780)
    page.wait_for_function(DRAWN)

    drawn = page.evaluate(WORDS)
    assert len(drawn["words"]) == 7
    outside = [one["said"] for one in drawn["words"] if one["left"] < 0 or one["right"] > drawn["width"]]
    assert outside == []
    assert {one["colour"] for one in drawn["words"]} == {drawn["ink"]}
