"""Interactions, follow-ups and visits through the API: the pages' rows, filters, permissions and services."""

import datetime as dt
import uuid

import pytest
from django.apps import apps

from customers.models import FollowUp, Interaction, PlannedVisit
from customers.services.followups import plan_follow_up
from customers.tests.factories import make_contact, make_customer, make_follow_up, make_interaction, make_visit
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import now, port_today

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/customers/"
INTERACTIONS, FOLLOW_UPS, VISITS = f"{ROOT}interactions/", f"{ROOT}follow-ups/", f"{ROOT}visits/"
JSON = "application/json"


def make_full_interaction():
    row = make_interaction()
    row.contacts.set([make_contact(customer=row.customer), make_contact(customer=row.customer)])
    row.colleagues.set([make_user(Role.OPERATIONS)])
    return row


def make_full_visit():
    row = make_visit()
    row.contacts.set([make_contact(customer=row.customer), make_contact(customer=row.customer)])
    return row


def last_context(model: str, pk: int) -> tuple[str, str]:
    """Action and channel of the last change of a row."""
    event = apps.get_model("customers", f"{model}Event").objects.filter(pgh_obj_id=pk).order_by("-pgh_id").first()
    return event.pgh_context.metadata["action"], event.pgh_context.metadata["channel"]


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(
    ("url", "make", "queries"),
    [(INTERACTIONS, make_full_interaction, 4), (FOLLOW_UPS, make_follow_up, 2), (VISITS, make_full_visit, 3)],
)
def test_a_list_takes_the_same_queries_for_any_number(client, keeper, django_assert_max_num_queries, url, make, queries, many):
    for _ in range(many):
        make()

    with django_assert_max_num_queries(queries):
        assert len(client.get(url).json()["results"]) == many


@pytest.mark.parametrize(("url", "make"), [(INTERACTIONS, make_interaction), (FOLLOW_UPS, make_follow_up), (VISITS, make_visit)])
def test_pages_lead_on_by_key_and_one_customer_is_asked_for(client, keeper, url, make):
    wanted = [make().pk for _ in range(3)]
    first = client.get(url, {"page_size": 2}).json()
    second = client.get(first["next"]).json()
    customer = type(make()).objects.get(pk=wanted[1]).customer_id
    of_one = client.get(url, {"customer": customer}).json()["results"]

    assert [[row["id"] for row in page["results"]] for page in (first, second)] == [wanted[:0:-1], wanted[:1]]
    assert [row["id"] for row in of_one] == [wanted[1]]
    assert client.get(url, {"customer": 10**30}).status_code == 400


def test_the_lists_answer_the_filters_of_the_pages(client, keeper):
    mine, other = make_interaction(recorded_by=keeper, subject="冬储煤计划"), make_interaction(kind="visit", subject="年会邀请")
    due, late = make_follow_up(due_on=port_today()), make_follow_up(due_on=dt.date(2020, 1, 1))
    visit = make_visit(purpose="堆场踏勘")

    found = [
        [row["id"] for row in client.get(url, query).json()["results"]]
        for url, query in (
            (INTERACTIONS, {"mine": "True"}),
            (INTERACTIONS, {"q": "年会"}),
            (FOLLOW_UPS, {"overdue": "True"}),
            (FOLLOW_UPS, {"due_after": port_today().isoformat()}),
            (VISITS, {"q": "踏勘", "state": "planned"}),
        )
    ]

    assert found == [[mine.pk], [other.pk], [late.pk], [due.pk], [visit.pk]]


def test_an_interaction_is_recorded_once_and_opens_its_next_step(client, keeper):
    contact = make_contact()
    day = (port_today() + dt.timedelta(days=7)).isoformat()
    sent = {
        "customer": contact.customer_id, "kind": "call", "subject": "了解下月货量", "happened_at": "2026-11-20T10:00:00+08:00",
        "contacts": [contact.pk], "colleagues": [keeper.pk], "next_step": "寄送报价", "next_step_on": day, "form_key": str(uuid.uuid4()),
    }  # fmt: skip

    answers = [client.post(INTERACTIONS, sent, content_type=JSON) for _ in range(2)]

    row = Interaction.objects.get()
    assert [(answer.status_code, answer.json()["id"]) for answer in answers] == [(201, row.pk)] * 2
    assert (list(row.contacts.all()), list(row.colleagues.all()), row.recorded_by) == ([contact], [keeper], keeper)
    assert row.happened_at == dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)
    assert list(FollowUp.objects.values_list("title", "owner", "interaction")) == [("寄送报价", keeper.pk, row.pk)]
    assert answers[0].json()["version"] == client.get(f"{INTERACTIONS}{row.pk}/").json()["version"]
    assert last_context("Interaction", row.pk) == ("interaction.log", "api")


def test_what_is_wrong_with_an_interaction_is_told_and_nothing_is_stored(client, keeper):
    customer, stranger = make_customer(), make_contact()
    sent = {"customer": customer.pk, "kind": "call", "subject": "来电"}

    to_come = client.post(INTERACTIONS, sent | {"happened_at": (now() + dt.timedelta(days=1)).isoformat()}, content_type=JSON)
    elsewhere = client.post(INTERACTIONS, sent | {"contacts": [stranger.pk]}, content_type=JSON)
    unknown = client.post(INTERACTIONS, sent | {"contacts": [10**9]}, content_type=JSON)

    assert [(answer.status_code, answer.json().get("field")) for answer in (to_come, elsewhere)] == [
        (409, "happened_at"),
        (409, "contacts"),
    ]
    assert elsewhere.json()["detail"] == "所选参加人属于其他客户。"
    assert (unknown.status_code, unknown.json()) == (400, {"contacts": ["没有这条记录，或您无权查看：1000000000。"]})
    assert Interaction.objects.count() == 0


def test_its_author_corrects_an_interaction_and_nobody_else(client, keeper):
    contact = make_contact()
    mine, other = make_interaction(customer=contact.customer, recorded_by=keeper), make_interaction()

    corrected = client.patch(f"{INTERACTIONS}{mine.pk}/", {"summary": "改口径", "contacts": [contact.pk]}, content_type=JSON)
    refused = client.patch(f"{INTERACTIONS}{other.pk}/", {"summary": "改口径"}, content_type=JSON)

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (corrected.status_code, mine.summary, list(mine.contacts.all())) == (200, "改口径", [contact])
    assert (refused.status_code, other.summary) == (409, "")
    assert AuditEvent.objects.filter(action="interaction.participants").count() == 1


def test_an_interaction_another_has_touched_since_is_not_changed(client, keeper):
    contact = make_contact()
    row = make_interaction(customer=contact.customer, recorded_by=keeper)
    version = client.get(f"{INTERACTIONS}{row.pk}/").json()["version"]
    first = client.patch(f"{INTERACTIONS}{row.pk}/", {"contacts": [contact.pk], "version": version}, content_type=JSON)

    late = client.patch(f"{INTERACTIONS}{row.pk}/", {"subject": "另一说", "version": version}, content_type=JSON)
    again = client.patch(f"{INTERACTIONS}{row.pk}/", {"subject": "另一说", "version": first.json()["version"]}, content_type=JSON)

    row.refresh_from_db()
    assert (first.status_code, late.status_code, late.json()["field"], again.status_code) == (200, 409, "version", 200)
    assert row.subject == "另一说"


def test_a_follow_up_is_opened_moved_and_closed(client, keeper):
    colleague, customer = make_user(Role.OPERATIONS), make_customer()
    sent = {"customer": customer.pk, "title": "回访", "owner": keeper.pk, "due_on": "2026-12-01", "form_key": str(uuid.uuid4())}
    opened = [client.post(FOLLOW_UPS, sent, content_type=JSON) for _ in range(2)][0]
    url = f"{FOLLOW_UPS}{opened.json()['id']}/"

    refused = client.patch(url, {"owner": colleague.pk, "title": "不改"}, content_type=JSON)
    moved = client.patch(url, {"owner": colleague.pk, "title": "回访"}, content_type=JSON)
    closed = client.post(f"{url}close/", {"result": "已回访"}, content_type=JSON)
    twice = client.post(f"{url}close/", {"dropped": True}, content_type=JSON)

    row = FollowUp.objects.get()
    assert [answer.status_code for answer in (opened, refused, moved, closed, twice)] == [201, 400, 200, 200, 409]
    assert (refused.json(), moved.json()["owner"]) == ({"title": ["此项不能更改。"]}, colleague.pk)
    assert (row.title, row.owner, row.due_on, row.state, row.result) == ("回访", colleague, dt.date(2026, 12, 1), "done", "已回访")
    assert last_context("FollowUp", row.pk) == ("followup.close", "api")


def test_a_follow_up_that_was_moved_since_is_not_moved_back(client, keeper):
    row = make_follow_up()
    version = client.get(f"{FOLLOW_UPS}{row.pk}/").json()["version"]
    plan_follow_up(follow_up=row, due_on=dt.date(2026, 12, 24), by=keeper)

    answer = client.patch(f"{FOLLOW_UPS}{row.pk}/", {"due_on": "2026-12-01", "version": version}, content_type=JSON)

    row.refresh_from_db()
    assert (answer.status_code, answer.json()["field"], row.due_on) == (409, "version", dt.date(2026, 12, 24))


def test_a_reminder_of_a_birthday_is_for_its_owner_and_those_who_read_profiles(client):
    row = make_follow_up(title="生日在周五", dedupe_key="remember:1:2026")
    told = {}
    for role in (Role.MARKETING, Role.OPERATIONS):
        client.force_login(make_user(role))
        told[role] = "生日在周五" in client.get(FOLLOW_UPS).content.decode(), client.get(f"{FOLLOW_UPS}{row.pk}/").status_code

    assert told == {Role.MARKETING: (True, 200), Role.OPERATIONS: (False, 404)}


def test_a_visit_is_planned_moved_and_reported_once(client, keeper):
    contact, tomorrow = make_contact(), port_today() + dt.timedelta(days=1)
    sent = {"customer": contact.customer_id, "visitor": keeper.pk, "planned_for": tomorrow.isoformat(), "purpose": "年度走访"}
    planned = client.post(VISITS, sent | {"contacts": [contact.pk], "starts_at": "09:30"}, content_type=JSON)
    url = f"{VISITS}{planned.json()['id']}/"

    moved = client.patch(url, {"planned_for": port_today().isoformat()}, content_type=JSON)
    reports = [client.post(f"{url}report/", {"subject": "谈明年货量", "outcome": "agreed"}, content_type=JSON) for _ in range(2)]

    row = PlannedVisit.objects.get()
    assert [answer.status_code for answer in (planned, moved, *reports)] == [201, 200, 201, 409]
    assert (row.planned_for, row.starts_at, list(row.contacts.all())) == (port_today(), dt.time(9, 30), [contact])
    assert (row.state, row.interaction.kind, row.interaction.subject) == ("done", "visit", "谈明年货量")
    assert reports[0].json()["id"] == row.interaction_id


def test_a_visit_is_called_off_with_a_reason(client, keeper):
    row = make_visit(planned_for=port_today())

    silent = client.post(f"{VISITS}{row.pk}/call-off/", {}, content_type=JSON)
    missed = client.post(f"{VISITS}{row.pk}/call-off/", {"missed": True, "reason": "对方临时出差"}, content_type=JSON)

    row.refresh_from_db()
    assert (silent.status_code, missed.status_code, row.state, row.reason) == (400, 200, "missed", "对方临时出差")


def test_a_visit_of_one_minute_is_refused_in_words(client, keeper):
    sent = {"customer": make_customer().pk, "visitor": keeper.pk, "planned_for": port_today().isoformat(), "purpose": "走访"}

    answer = client.post(VISITS, sent | {"minutes": 1}, content_type=JSON)

    assert (answer.status_code, answer.json()) == (409, {"detail": "拜访时长为 5 分钟到一天。", "field": "minutes"})
    assert PlannedVisit.objects.count() == 0


def test_visits_to_many_are_spread_over_a_period(client, keeper):
    customers = [make_customer().pk for _ in range(3)]
    monday = port_today() + dt.timedelta(days=7 - port_today().weekday())
    days = {"first": monday.isoformat(), "last": (monday + dt.timedelta(days=4)).isoformat()}

    answer = client.post(
        f"{VISITS}plan-period/", {"customers": customers, "visitor": keeper.pk, "purpose": "年末走访"} | days, content_type=JSON
    )

    assert (answer.status_code, sorted(row["customer"] for row in answer.json())) == (201, customers)
    assert PlannedVisit.objects.planned().made_by(keeper).count() == 3


@pytest.mark.parametrize(("role", "statuses"), [(Role.SERVICE, (200, 201)), (Role.AUDITOR, (200, 403)), (Role.ADMIN, (403, 403))])
def test_roles_are_those_of_the_pages(client, role, statuses):
    customer = make_interaction(subject="保密来电").customer
    user = make_user(role)
    client.force_login(user)
    day = port_today().isoformat()
    sent = {
        INTERACTIONS: {"kind": "call", "subject": "来电"},
        FOLLOW_UPS: {"title": "回访", "owner": user.pk, "due_on": day},
        VISITS: {"visitor": user.pk, "planned_for": day, "purpose": "走访"},
    }

    answers = {
        url: (client.get(url), client.post(url, {"customer": customer.pk} | fields, content_type=JSON)) for url, fields in sent.items()
    }

    assert {url: (read.status_code, write.status_code) for url, (read, write) in answers.items()} == dict.fromkeys(sent, statuses)
    assert ("保密来电" in answers[INTERACTIONS][0].content.decode()) == (statuses[0] == 200)


def test_a_visit_to_come_is_reported_only_with_its_day_moved(client, keeper):
    visit = make_visit(visitor=keeper, planned_for=port_today() + dt.timedelta(days=1))
    url = f"{VISITS}{visit.pk}/report/"

    refused = client.post(url, {"subject": "谈舱位"}, content_type=JSON)
    kept = PlannedVisit.objects.get()
    reported = client.post(url, {"subject": "谈舱位", "move_to_today": True}, content_type=JSON)

    visit.refresh_from_db()
    assert (refused.status_code, kept.state, visit.planned_for) == (409, "planned", port_today())
    assert (reported.status_code, "move_to_today" in reported.json(), visit.state) == (201, False, "done")
