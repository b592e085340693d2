"""Many customers changed at once through the API: counted, asked for with that number, followed, what was refused read."""

import uuid

import pytest

from customers.models import Customer
from customers.tests.factories import make_customer, make_region
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.bulk.models import BulkRun
from portcrm.bulk.running import run_bulk
from portcrm.bulk.services import runs
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db
RUNS = "/api/v1/bulk/runs/"
JSON = "application/json"
TAG = {"record": "customers.customer", "action": "tag", "values": {"new": ["冷链"]}}


def tagged(name: str) -> list[int]:
    return sorted(Customer.objects.filter(tag_links__tag__name=name).values_list("pk", flat=True))


def test_what_a_filter_finds_is_counted_and_changed(client, keeper):
    lost = [make_customer(status="lost").pk for _ in range(2)]
    make_customer()

    counted = client.post(f"{RUNS}count/", {"record": "customers.customer", "action": "tag", "query": "status=lost"}, content_type=JSON)
    asked = client.post(RUNS, TAG | {"query": "status=lost", "counted": counted.json()["count"]}, content_type=JSON)

    told = asked.json()
    assert (counted.json(), asked.status_code) == ({"count": 2}, 201)
    assert (told["state"], told["total"], told["changed"], told["refused"], told["percent"]) == ("done", 2, 2, 0, 100)
    assert tagged("冷链") == lost
    assert Notice.objects.count() == 0  # the answer says it


def test_another_number_than_was_counted_changes_nothing(client, keeper):
    make_customer()

    other = client.post(RUNS, TAG | {"query": "", "counted": 2}, content_type=JSON)
    uncounted = client.post(RUNS, TAG | {"query": ""}, content_type=JSON)

    assert (other.status_code, uncounted.status_code) == (409, 400)
    assert other.json()["detail"] == "现在有 1 条记录，确认页上显示的是 2 条。请核对后按新的数量确认。"
    assert (BulkRun.objects.count(), tagged("冷链")) == (0, [])


UNREAD = [
    *("status=nonsense", "?status=lost", "satus=lost", "status_min=1", "tonnes=5", "in=status%3Dlost"),
    *("types=carrier&types=bogus", "status=bogus&status=existing", "tonnes_min=1&tonnes_max=many"),
]


@pytest.mark.parametrize("query", UNREAD)
def test_a_filter_that_cannot_be_read_means_no_rows_and_not_all(client, keeper, query):
    make_customer()

    counted = client.post(f"{RUNS}count/", {"record": "customers.customer", "action": "tag", "query": query}, content_type=JSON)
    asked = client.post(RUNS, TAG | {"query": query, "counted": 1}, content_type=JSON)

    told = {"detail": "清单中有一个筛选条件无法识别，请重新设置。", "field": ""}
    assert [(answer.status_code, answer.json()) for answer in (counted, asked)] == [(409, told)] * 2
    assert (BulkRun.objects.count(), tagged("冷链")) == (0, [])


@pytest.mark.parametrize("chosen", [{}, {"query": "", "rows": [1]}, {"rows": []}, {"rows": [-1]}, {"rows": ["x"]}])
def test_either_keys_or_a_filter_say_which_rows_are_meant(client, keeper, chosen):
    make_customer()

    answer = client.post(RUNS, TAG | chosen | {"counted": 1}, content_type=JSON)

    assert (answer.status_code, BulkRun.objects.count()) == (400, 0)


def test_values_are_those_of_the_form_of_the_page(client, keeper):
    customer, region = make_customer(), make_region()
    sent = {"record": "customers.customer", "action": "edit", "rows": [customer.pk]}

    wrong = client.post(RUNS, sent | {"values": {"region": ["987654"]}}, content_type=JSON)
    right = client.post(RUNS, sent | {"values": {"region": [str(region.pk)]}}, content_type=JSON)

    customer.refresh_from_db()
    assert (wrong.status_code, list(wrong.json()["values"]), right.status_code, customer.region) == (400, ["region"], 201, region)


def test_the_same_request_sent_twice_asks_once(client, keeper):
    customer = make_customer()
    sent = TAG | {"rows": [customer.pk], "form_key": str(uuid.uuid4())}

    answers = [client.post(RUNS, sent, content_type=JSON).json()["id"] for _ in range(2)]

    assert answers == [BulkRun.objects.get().pk] * 2


def test_a_key_used_before_gives_nobody_an_older_change_for_another_request(client, keeper):
    first, second, third = (make_customer().pk for _ in range(3))
    key = {"form_key": str(uuid.uuid4())}

    one = client.post(RUNS, TAG | key | {"rows": [first]}, content_type=JSON).json()
    two = client.post(RUNS, TAG | key | {"rows": [second]}, content_type=JSON).json()
    client.force_login(make_user(Role.MANAGER))
    same = client.post(RUNS, TAG | key | {"rows": [first], "values": {"new": ["散货"]}}, content_type=JSON).json()
    again = client.post(RUNS, TAG | key | {"rows": [third]}, content_type=JSON).json()

    assert len({run["id"] for run in (one, two, same, again)}) == 4
    assert (tagged("冷链"), tagged("散货")) == ([first, second, third], [first])


def test_another_user_with_the_same_request_asks_for_a_change_of_their_own(client, keeper):
    sent = TAG | {"rows": [make_customer().pk], "form_key": str(uuid.uuid4())}
    mine = client.post(RUNS, sent, content_type=JSON).json()
    other = make_user(Role.MANAGER)
    client.force_login(other)

    theirs = client.post(RUNS, sent, content_type=JSON).json()

    assert (mine["created_by"], theirs["created_by"]) == (keeper.pk, other.pk)


def test_many_rows_are_left_to_a_worker_and_followed(client, keeper, monkeypatch):
    monkeypatch.setattr(runs, "CHUNK_ROWS", 2)
    monkeypatch.setattr("portcrm.bulk.running.AT_ONCE", 0)
    for _ in range(3):
        make_customer()
    asked = client.post(RUNS, TAG | {"query": "", "counted": 3}, content_type=JSON).json()
    url = f"{RUNS}{asked['id']}/"

    run_bulk(asked["id"], seconds=-1)
    half_way = client.get(url).json()
    run_bulk(asked["id"])
    ended = client.get(url).json()

    assert [(one["state"], one["done"], one["percent"]) for one in (asked, half_way, ended)] == [
        ("waiting", 0, 0),
        ("waiting", 2, 66),
        ("done", 3, 100),
    ]


def test_what_was_refused_is_read_row_by_row(client, keeper):
    stays = [make_customer(is_key_account=True, account_manager=keeper, name_zh=f"重点客户{n}") for n in range(3)]
    sent = {"record": "customers.customer", "action": "return", "values": {"reason": ["长期无联系"]}, "rows": [one.pk for one in stays]}

    asked = client.post(RUNS, sent, content_type=JSON).json()
    first = client.get(f"{RUNS}{asked['id']}/refusals/", {"page_size": 2}).json()
    second = client.get(first["next"]).json()

    rows = first["results"] + second["results"]
    assert (asked["changed"], asked["refused"], len(first["results"])) == (0, 3, 2)
    assert [row["target"] for row in rows] == [one.pk for one in stays]
    assert all("重点客户" in row["label"] and row["reason"] for row in rows)


def test_a_waiting_run_is_cancelled_by_who_asked_for_it(client, keeper, monkeypatch):
    monkeypatch.setattr("portcrm.bulk.running.AT_ONCE", 0)
    customer = make_customer()
    asked = client.post(RUNS, TAG | {"rows": [customer.pk]}, content_type=JSON).json()
    url = f"{RUNS}{asked['id']}/"
    client.force_login(make_user(Role.MANAGER))
    seen, others = client.get(url), client.post(f"{url}cancel/")
    client.force_login(keeper)

    own, twice = (client.post(f"{url}cancel/") for _ in range(2))

    assert [answer.status_code for answer in (seen, others, own, twice)] == [200, 404, 200, 409]
    assert (own.json()["state"], tagged("冷链")) == ("cancelled", [])


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(client, keeper, django_assert_max_num_queries, many):
    for _ in range(many):
        client.post(RUNS, TAG | {"rows": [make_customer().pk]}, content_type=JSON)

    with django_assert_max_num_queries(2):
        assert len(client.get(RUNS).json()["results"]) == many


def test_asking_takes_the_permission_of_the_action(client):
    customer = make_customer(status="existing")
    sent = {"record": "customers.customer", "action": "classify", "values": {"status": ["lost"]}, "rows": [customer.pk]}
    statuses, offered = {}, {}
    for role in (Role.AUDITOR, Role.MARKETING, Role.MANAGER):
        client.force_login(make_user(role))
        offered[role] = [one["action"] for one in client.get(f"{RUNS}offered/").json()]
        statuses[role] = client.post(RUNS, sent, content_type=JSON).status_code

    assert statuses == {Role.AUDITOR: 403, Role.MARKETING: 403, Role.MANAGER: 201}
    assert {role: "classify" in actions for role, actions in offered.items()} == {
        Role.AUDITOR: False,
        Role.MARKETING: False,
        Role.MANAGER: True,
    }


def test_an_action_that_does_not_exist_is_not_found(client, keeper):
    answer = client.post(RUNS, TAG | {"action": "delete", "rows": [make_customer().pk]}, content_type=JSON)

    assert (answer.status_code, BulkRun.objects.count()) == (404, 0)
