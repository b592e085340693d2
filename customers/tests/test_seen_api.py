"""Business status, views of departments and tags through the API: the pages' rows, filters, permissions and services."""

import datetime as dt

import pytest

from customers.models import BusinessAssessment, CustomerTag, DepartmentView, FollowUp, Tag
from customers.services.tags import tag_customer
from customers.tests.factories import make_assessment, make_channel, make_customer, make_follow_up, make_view
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/customers/"
ASSESSMENTS, VIEWS, TAGS = f"{ROOT}assessments/", f"{ROOT}department-views/", f"{ROOT}tags/"
JSON = "application/json"


def make_full_view():
    return make_view({"freight_rate": 5, "competence": 3}, {"freight_rate": 2}, channel=make_channel())


def make_tag():
    return Tag.objects.create(name=f"标签{Tag.objects.count()}")


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(
    ("url", "make", "queries"),
    [(ASSESSMENTS, lambda: make_assessment(channel=make_channel()), 2), (VIEWS, make_full_view, 3), (TAGS, make_tag, 2)],
)
def test_a_list_takes_the_same_queries_for_any_number(client, keeper, django_assert_max_num_queries, url, make, queries, many):
    for _ in range(many):
        make()

    with django_assert_max_num_queries(queries):
        assert len(client.get(url).json()["results"]) == many


def test_an_assessment_is_added_for_the_department_of_its_author_and_never_changed(client, keeper):
    keeper.department = make_department()
    keeper.save(update_fields=["department"])
    customer, day = make_customer(), port_today().isoformat()

    added = client.post(ASSESSMENTS, {"customer": customer.pk, "assessed_on": day, "scale": 4, "relation": 5}, content_type=JSON)
    changed = client.patch(f"{ASSESSMENTS}{added.json()['id']}/", {"scale": 1}, content_type=JSON)
    to_come = client.post(ASSESSMENTS, {"customer": customer.pk, "assessed_on": "2099-01-01"}, content_type=JSON)

    row = BusinessAssessment.objects.get()
    assert [answer.status_code for answer in (added, changed, to_come)] == [201, 405, 409]
    assert to_come.json()["field"] == "assessed_on"
    assert (row.scale, row.relation, row.department, row.recorded_by) == (4, 5, keeper.department, keeper)


def test_the_latest_assessment_is_found_and_confirmed_and_an_older_one_is_not(client, keeper):
    customer = make_customer()
    old, new = (make_assessment(customer=customer, assessed_on=dt.date(2026, 1, day)) for day in (1, 2))
    asked = make_follow_up(customer=customer, kind="verify", dedupe_key=f"verify:{customer.pk}:business:2026-01-02")

    latest = client.get(ASSESSMENTS, {"customer": customer.pk, "latest": "True"}).json()["results"]
    answers = [client.post(f"{ASSESSMENTS}{row.pk}/verify/", content_type=JSON).status_code for row in (old, new)]

    old.refresh_from_db()
    new.refresh_from_db()
    assert ([row["id"] for row in latest], answers) == ([new.pk], [409, 200])
    assert (old.verified_on, new.verified_on, FollowUp.objects.get(pk=asked.pk).state) == (None, port_today(), "done")


def test_a_department_records_its_own_view_and_no_other(client, keeper):
    own, other = make_department(), make_department()
    keeper.department = own
    keeper.save(update_fields=["department"])
    scores = [
        {"matter": "freight_rate", "side": "weight", "score": 5, "evidence": "来电两次"},
        {"matter": "freight_rate", "side": "delivered", "score": 2},
    ]
    sent = {"customer": make_customer().pk, "standing": 4, "scores": scores}

    recorded = client.post(VIEWS, sent | {"department": own.pk}, content_type=JSON)
    refused = client.post(VIEWS, sent | {"department": other.pk}, content_type=JSON)
    twice = client.post(VIEWS, sent | {"department": own.pk, "scores": [scores[0], scores[0]]}, content_type=JSON)

    view = DepartmentView.objects.get()
    assert (recorded.status_code, refused.status_code, twice.status_code) == (201, 409, 400)
    assert twice.json() == {"scores": ["每项关切或需求的每一方面只能打一次分。"]}
    assert (view.department, view.standing, list(view.scores.values_list("side", "score", "evidence"))) == (
        own,
        4,
        [("weight", 5, "来电两次"), ("delivered", 2, "")],
    )
    assert len(recorded.json()["scores"]) == 2


def test_the_needs_of_a_customer_lie_side_by_side(client, keeper, django_assert_max_num_queries):
    customer = make_customer()
    first = make_view({"freight_rate": 5}, {"freight_rate": 2}, customer=customer)
    second = make_view({"freight_rate": 2}, customer=customer)

    with django_assert_max_num_queries(4):
        answer = client.get(f"{ROOT}{customer.pk}/needs/").json()
    earlier = client.get(f"{ROOT}{customer.pk}/needs/", {"day": "2026-01-01"}).json()

    row = next(one for one in answer if one["matter"] == "freight_rate")
    assert (row["weight"], row["delivered"]["mean"], row["gap"]) == ({"n": 2, "mean": 3.5, "deviation": 1.5, "agreed": False}, 2.0, 1.5)
    assert [(one["department"], one["side"], one["score"]) for one in row["said"]] == [
        (first.department_id, "weight", 5),
        (second.department_id, "weight", 2),
        (first.department_id, "delivered", 2),
    ]
    assert len(answer) == 17
    assert [one["said"] for one in earlier] == [[]] * 17
    assert client.get(f"{ROOT}{customer.pk}/needs/", {"day": "2026.13.45"}).status_code == 400


def test_the_tags_of_a_file_are_read_and_set(client, keeper):
    customer = make_customer()
    tag_customer(customer=customer, names=["冷链", "重点"], by=keeper)
    url = f"{ROOT}{customer.pk}/tags/"

    before = client.get(url).json()
    after = client.put(url, {"names": ["冷链", "#散货"]}, content_type=JSON)
    too_long = client.put(url, {"names": ["长" * 31]}, content_type=JSON)

    assert {one["name"] for one in before} == {"冷链", "重点"}
    assert ({one["name"] for one in after.json()}, too_long.status_code) == ({"冷链", "散货"}, 409)
    assert set(CustomerTag.objects.values_list("tag__name", flat=True)) == {"冷链", "散货"}


def test_a_tag_is_renamed_everywhere_and_taken_off_everywhere(client, keeper):
    first, second = make_customer(), make_customer()
    for customer in (first, second):
        tag_customer(customer=customer, names=["冷链"], by=keeper)
    Tag.objects.create(name="散货")
    url = f"{TAGS}{Tag.objects.get(name='冷链').pk}/"

    renamed = client.patch(url, {"name": "冷藏"}, content_type=JSON)
    taken = client.patch(url, {"name": "散货"}, content_type=JSON)
    gone = client.delete(url)

    assert (renamed.json()["name"], renamed.json()["number"], taken.status_code, gone.status_code) == ("冷藏", 2, 409, 204)
    assert (list(Tag.objects.values_list("name", flat=True)), CustomerTag.objects.count()) == (["散货"], 0)


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.SERVICE, [200, 200, 200, 403], [403, 403]),
        (Role.AUDITOR, [200, 200, 200, 403], [403, 403]),
        (Role.ADMIN, [403] * 4, [403, 403]),
    ],
)
def test_roles_are_those_of_the_pages(client, role, reads, writes):
    view = make_view({"freight_rate": 5}, note="保密看法")
    make_assessment(customer=view.customer, scale_note="保密规模")
    client.force_login(make_user(role))

    read = [client.get(url) for url in (ASSESSMENTS, VIEWS, f"{ROOT}{view.customer_id}/tags/", TAGS)]
    written = [
        client.post(ASSESSMENTS, {"customer": view.customer_id, "assessed_on": "2026-11-01"}, content_type=JSON),
        client.put(f"{ROOT}{view.customer_id}/tags/", {"names": ["冷链"]}, content_type=JSON),
    ]

    assert ([answer.status_code for answer in read], [answer.status_code for answer in written]) == (reads, writes)
    assert ["保密" in answer.content.decode() for answer in read[:2]] == [reads[0] == 200] * 2
