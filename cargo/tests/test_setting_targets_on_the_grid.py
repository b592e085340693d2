"""The grid of the annual task: typing, pasting with and without a script, two who type at once."""

import html
import json
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from cargo.models import Target
from cargo.queries.targets import CellKey
from cargo.tests.factories import load_reference, make_targets
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
GRID = reverse("cargo:target_grid")


@pytest.fixture
def manager(client):
    load_reference()
    user = make_user(Role.MANAGER, language="en")
    client.force_login(user)
    return user


def shown(response) -> dict[str, str]:
    """Name and value of every cell and of what was seen, as a browser would send them back."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", response.content.decode()):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (name[1].startswith("c-") or name[1] == "seen"):
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


def stored() -> dict[str, Decimal]:
    return {CellKey(one.cargo_class_id, one.month).text: one.quantity for one in Target.objects.all()}


def test_the_grid_shows_every_class_and_month_and_saves_only_what_was_changed(client, manager):
    make_targets({("01", None): 120000, ("02", 3): 7})
    first = Target.objects.get(cargo_class="02")
    address = f"{GRID}?year=2026"

    cells = shown(client.get(address))
    answer = client.post(address, cells | {"c-01-0": "130,000", "c-all-12": "5"})

    assert len(cells) == 18 * 13 + 1
    assert (cells["c-01-0"], cells["c-02-3"], cells["c-03-1"]) == ("120000", "7", "")
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert stored() == {"c-01-0": 130000, "c-02-3": 7, "c-all-12": 5}
    assert Target.objects.get(cargo_class="02").set_at == first.set_at


def test_figures_in_ten_thousands_are_kept_in_tonnes_and_said_in_the_heading(client, manager):
    make_targets({("01", None): 125000})
    address = f"{GRID}?year=2026&times=10000"

    response = client.get(address)
    client.post(address, shown(response) | {"c-01-1": "1.5", "c-01-2": "800吨", "c-01-3": "２万吨"})

    assert "Figures in 10,000 tonnes" in response.content.decode()
    assert shown(response)["c-01-0"] == "12.5"
    assert stored() == {"c-01-0": 125000, "c-01-1": 15000, "c-01-2": 800, "c-01-3": 20000}


@pytest.mark.parametrize("typed", ["1,5", "zwölf", "-3", "1.2345", "12 boxes", "1" * 20])
def test_a_figure_that_cannot_be_read_is_named_and_nothing_is_saved(client, manager, typed):
    address = f"{GRID}?year=2026"

    answer = client.post(address, shown(client.get(address)) | {"c-01-1": typed, "c-02-1": "5"})

    assert answer.status_code == 422
    assert [cell for cell, _why in answer.context["form"].refused_cells] == ["Coal · January"]
    assert shown(answer)["c-01-1"] == typed
    assert stored() == {}


def test_two_who_type_at_once_are_shown_both_figures_and_choose(client, manager):
    make_targets({("01", None): 100, ("02", None): 50})
    address = f"{GRID}?year=2026"
    cells = shown(client.get(address))
    make_targets({("01", None): 150})  # a colleague

    told = client.post(address, cells | {"c-01-0": "130", "c-02-0": "60"})
    told_text = told.content.decode()
    unsaved = stored()
    client.post(address, shown(told) | {"theirs": "c-01-0"})

    assert told.status_code == 409
    assert [told.context["form"].shown_conflicts[0][name] for name in ("label", "theirs", "yours")] == ["Coal · Whole year", "150", "130"]
    assert 'value="c-01-0"' in told_text
    assert unsaved == {"c-01-0": 150, "c-02-0": 50}
    assert stored() == {"c-01-0": 150, "c-02-0": 60}


def test_after_a_conflict_saving_again_takes_ones_own_figure(client, manager):
    make_targets({("01", None): 100})
    address = f"{GRID}?year=2026"
    cells = shown(client.get(address))
    make_targets({("01", None): 150})

    told = client.post(address, cells | {"c-01-0": "130"})
    client.post(address, shown(told))

    assert stored() == {"c-01-0": 130}


def test_a_pasted_sheet_stands_in_the_grid_marked_and_unsaved_with_what_was_not_understood(client, manager):
    sheet = "货类\t1月\t2月\t全年\n01\t1,000\t\t12000\n原油\t5\tsix\t7\n燃煤炭\t1\t2\t3\n合计\t\t\t90000"
    address = f"{GRID}?year=2026"

    answer = client.post(address, shown(client.get(address)) | {"c-03-1": "typed before", "pasted": sheet, "read": "yes"})
    cells = shown(answer)

    pasted = answer.context["pasted"]
    assert {key.text: int(quantity) for key, quantity in pasted.cells.items() if key.cargo_class != "02"} == {
        "c-01-1": 1000, "c-01-0": 12000, "c-all-0": 90000,
    }  # fmt: skip
    assert [(one.line, one.column, one.text) for one in pasted.refused if one.line == 4] == [(4, 1, "燃煤炭")]
    assert (cells["c-01-1"], cells["c-01-0"], cells["c-all-0"], cells["c-03-1"]) == ("1000", "12000", "90000", "typed before")
    assert stored() == {}
    assert 'data-pasted="yes"' in answer.content.decode()


def test_a_sheet_pasted_and_not_read_is_shown_before_anything_is_saved(client, manager):
    address = f"{GRID}?year=2026"

    answer = client.post(address, shown(client.get(address)) | {"pasted": "01\t5", "c-02-0": "7"})
    too_long = client.post(address, shown(answer) | {"pasted": "1" * 20_001})

    assert (shown(answer)["c-01-0"], shown(answer)["c-02-0"], too_long.status_code) == ("5", "7", 422)
    assert stored() == {}


def test_what_was_pasted_is_saved_with_the_next_saving(client, manager):
    address = f"{GRID}?year=2026&times=10000"
    twelve = "\t".join(["1"] * 12)

    read = client.post(address, shown(client.get(address)) | {"pasted": f"01\t{twelve}\n02\t24", "read": "yes"})
    client.post(address, shown(read))

    assert stored() == {f"c-01-{month}": 10000 for month in range(1, 13)} | {"c-02-0": 240000}


def test_months_against_their_year_are_named_beside_the_row(client, manager):
    make_targets({("01", month): 10 for month in range(1, 13)} | {("01", None): 100, (None, None): 90})

    text = client.get(f"{GRID}?year=2026").content.decode()

    assert "months against the year: 20" in text
    assert "classes against this row: 10" in text


def test_a_customers_task_is_set_on_a_grid_of_its_own(client, manager):
    customer = make_customer()
    address = f"{GRID}?year=2026&customer={customer.pk}&unit=teu&direction=outbound"

    client.post(address, shown(client.get(address)) | {"c-17-0": "400"})

    task = Target.objects.get()
    assert (task.customer, task.unit, task.direction, task.quantity) == (customer, "teu", "outbound", 400)


def test_what_the_browser_says_it_has_seen_may_be_nonsense(client, manager):
    make_targets({("01", None): 100})
    address = f"{GRID}?year=2026"

    for nonsense in ("", "[]", "{", json.dumps({"c-01-0": "x"}), json.dumps({"c-99-0": 1})):
        client.post(address, shown(client.get(address)) | {"seen": nonsense, "c-02-0": "7"})

    assert stored()["c-02-0"] == 7


@pytest.mark.parametrize("role", [Role.MARKETING, Role.AUDITOR])
def test_only_who_may_set_the_task_reaches_the_grid(client, role):
    load_reference()
    client.force_login(make_user(role))

    assert client.get(GRID).status_code == 403
    assert client.post(GRID, {"c-01-0": "5"}).status_code == 403
    assert stored() == {}


def pasted_cells(client, sheet: str, unit: str = "t") -> tuple[dict[str, int], list]:
    address = f"{GRID}?year=2026&unit={unit}"
    pasted = client.post(address, shown(client.get(address)) | {"pasted": sheet, "read": "yes"}).context["pasted"]
    return {key.text: int(quantity) for key, quantity in pasted.cells.items()}, [(one.line, one.column) for one in pasted.refused]


def test_small_figures_in_the_first_line_are_figures_and_no_months(client, manager):
    year = pasted_cells(client, "粮食\t8\n09\t5\n煤炭\t300")
    months = pasted_cells(client, "粮食\t8\t9\t10\t11\t12\t10\t9\t8\t7\t6\t8\t9")
    headed = pasted_cells(client, "货类\t" + "\t".join(map(str, range(1, 13))) + "\n01" + "\t7" * 12)

    assert year == ({"c-11-0": 8, "c-09-0": 5, "c-01-0": 300}, [])
    assert list(months[0].values()) == [8, 9, 10, 11, 12, 10, 9, 8, 7, 6, 8, 9]
    assert headed == ({f"c-01-{month}": 7 for month in range(1, 13)}, [])


def test_a_cell_that_names_another_unit_is_refused(client, manager):
    address = f"{GRID}?year=2026"

    tonnes, boxes = pasted_cells(client, "01\t3万TEU\n02\t3万吨"), pasted_cells(client, "01\t5000吨\n17\t3万标箱", unit="teu")
    typed = client.post(address, shown(client.get(address)) | {"c-01-0": "3 TEU"})

    assert (tonnes, boxes) == (({"c-02-0": 30_000}, [(1, 2)]), ({"c-17-0": 30_000}, [(1, 2)]))
    assert (typed.status_code, stored()) == (422, {})
