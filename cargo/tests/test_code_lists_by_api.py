"""Programs read the port's code lists: every code that a row may hold is told with its names."""

import pytest

from cargo.services.reference import edit_entry
from cargo.tests.factories import load_reference, make_own_class
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
LISTS = ("classes", "forms", "trade-kinds", "movements", "units", "ports")


@pytest.fixture(autouse=True)
def _loaded():
    load_reference()


@pytest.fixture
def reader(client):
    reader = make_user(Role.MARKETING)
    client.force_login(reader)
    return client


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_as_many_queries_for_a_page_as_for_one_row(reader, django_assert_num_queries, name):
    for size in (1, 3):
        with django_assert_num_queries(2):
            answer = reader.get(f"/api/v1/cargo/{name}/", {"page_size": size})
        assert len(answer.json()["results"]) == min(size, 2 if name == "trade-kinds" else size)


def test_a_class_the_port_added_is_told_with_its_forms_and_one_out_of_use_says_so(reader):
    added = make_own_class("18")
    edit_entry(entry=added, changes={"is_active": False}, seen={"is_active": True}, by=make_user(Role.ADMIN))

    answer = reader.get("/api/v1/cargo/classes/18/").json()
    codes = [one["code"] for one in reader.get("/api/v1/cargo/classes/").json()["results"]]

    assert answer == {
        "code": "18", "short_zh": "商品车", "short_en": "Vehicles", "forms": ["ro_ro"],
        "name_zh": "商品汽车", "name_en": "Finished vehicles", "is_active": False,
    }  # fmt: skip
    assert codes == [f"{number:02d}" for number in range(1, 19)]


def test_forms_kinds_of_trade_units_and_ports_are_found_by_their_codes(reader):
    paths = ("forms/container", "trade-kinds/foreign", "units/t", "ports/CNSHG")
    answers = {path: reader.get(f"/api/v1/cargo/{path}/").json() for path in paths}

    assert (answers["forms/container"]["takes_teu"], answers["forms/container"]["name_en"]) == (True, "Container")
    assert answers["trade-kinds/foreign"]["name_zh"] == "外贸"
    assert answers["units/t"]["tonnes_per_unit"] == "1.000000"
    assert answers["ports/CNSHG"]["country"] == "CN"


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_read_only_and_for_those_who_may_read_cargo(reader, client, name):
    url = f"/api/v1/cargo/{name}/"

    assert reader.post(url, {"code": "19"}, content_type="application/json").status_code in (403, 405)
    client.force_login(make_user())
    assert client.get(url).status_code == 403
