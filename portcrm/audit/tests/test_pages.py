import json

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.utils.html import escape

from portcrm.accounts.models import Department
from portcrm.accounts.roles import Role
from portcrm.accounts.services import create_department, edit_department, edit_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.audit.services import record

pytestmark = pytest.mark.django_db


def client_of(*roles) -> Client:
    client = Client()
    client.force_login(make_user(*roles))
    return client


def text(response) -> str:
    return response.content.decode()


def test_an_event_outlives_what_it_tells_of():
    department = Department.objects.create(code="gone", name_zh="已撤部门", name_en="Gone")
    event = record(by=make_user(name="某甲"), action="password.change", target=department, reason="test")
    department.delete()

    event.refresh_from_db()
    assert (event.actor_name, event.record, event.record_text, event.detail) == (
        "某甲",
        "accounts.department",
        "已撤部门",
        {"reason": "test"},
    )


def test_an_action_nobody_registered_is_refused():
    with pytest.raises(KeyError):
        record(by=make_user(), action="customer.invent")

    assert AuditEvent.objects.count() == 0


def test_an_event_can_be_neither_changed_nor_deleted():
    record(by=make_user(), action="password.change")

    for forge in (lambda: AuditEvent.objects.update(actor_name="other"), lambda: AuditEvent.objects.all().delete()):
        with pytest.raises(InternalError, match="append_only"), transaction.atomic():
            forge()


@pytest.mark.parametrize(
    ("action", "detail"),
    [
        ("exchange.export", {"list": "customers.customer", "format": 7, "query": "q=港"}),
        ("exchange.export", {"list": ["港"]}),
        ("exchange.export", {"list": "customers.customer", "query": {"港": 1}}),
        ("exchange.export", {"list": "customers.customer", "query": "sort=name", "names": {"sort": {"name": "港"}}}),
        ("exchange.export", {"list": "customers.customer", "query": "sort=name", "names": ["港"]}),
        ("exchange.import", {"importer": ["港"]}),
        ("exchange.mend", {"state": {"港": 1}}),
        ("bulk.run", {"list": {"港": 1}}),
        ("bulk.run", {"what": 5, "list": "customers.customer", "query": ["港"]}),
        ("paper.take", {"form": ["港"], "format": None, "extras": 5}),
        ("contact.erase", {"why": "港"}),
        ("contact.read_profile", {"history": ["港"]}),
        ("visit.contacts", {"contacts": "港"}),
        ("visit.contacts", ["港"]),
    ],
)
def test_an_event_that_cannot_be_told_shows_what_is_stored_and_the_log_stays_readable(caplog, action, detail):
    record(by=make_user(name="前一人"), action="password.change")
    event = AuditEvent.objects.create(actor_name="某甲", action=action, channel="page", detail=detail)
    event.refresh_from_db()

    answer = client_of(Role.AUDITOR).get("/audit/")

    stored = json.dumps(event.detail, ensure_ascii=False)
    assert answer.status_code == 200
    assert [escape(stored) in text(answer), "前一人" in text(answer)] == [True, True]
    assert [line.message for line in caplog.records if line.exc_info] == [f"audit.untold: {event.pk}"]


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.ADMIN, 200), (Role.MANAGER, 403), (Role.MARKETING, 403)])
def test_the_log_is_for_those_who_check(role, status):
    record(by=make_user(name="被记录者"), action="password.change")

    answer = client_of(role).get("/audit/")

    assert answer.status_code == status
    assert ("被记录者" in text(answer)) == (status == 200)


def test_the_log_finds_by_person_and_by_what():
    first, second = make_user(name="张三丰"), make_user(name="李四光")
    record(by=first, action="password.change")
    record(by=second, action="password.ask")
    client = client_of(Role.AUDITOR)

    assert "李四光" not in text(client.get("/audit/?q=三丰"))
    assert "张三丰" not in text(client.get("/audit/?action=password.ask"))


def test_the_history_of_a_record_is_read_by_who_sees_the_record():
    boss = make_user(Role.ADMIN, name="主管甲", name_en="Boss")
    department = create_department(code="d", name_zh="旧名", name_en="Old", by=boss)
    edit_department(department=department, names={"name_zh": "新名", "name_en": "New"}, seen={}, by=boss)

    page = text(client_of(Role.MARKETING).get(f"/audit/history/accounts.department/{department.pk}/"))

    assert [word in page for word in ("旧名", "新名", "主管甲")] == [True, True, True]


def test_who_does_not_see_the_record_does_not_see_its_history():
    person = make_user(Role.MARKETING, name="秘密旧名")
    edit_user(person=person, name="新名", by=make_user(Role.ADMIN))

    answer = client_of(Role.SERVICE).get(f"/audit/history/accounts.user/{person.pk}/")

    assert answer.status_code == 404
    assert "秘密旧名" not in text(answer)


@pytest.mark.parametrize("record_name", ["audit.auditevent", "auth.permission", "nonsense", "a.b.c", "sessions.session"])
def test_what_is_not_tracked_has_no_history(record_name):
    assert client_of(Role.ADMIN).get(f"/audit/history/{record_name}/1/").status_code == 404


@pytest.mark.parametrize("before", ["", "yesterday", "2026-02-31T00:00:00Z", "2026-01-01T00:00:00"])
def test_an_instant_written_by_hand_is_ignored(before):
    department = create_department(code="d", name_zh="名称", name_en="Name", by=make_user(Role.ADMIN))

    assert client_of(Role.ADMIN).get(f"/audit/history/accounts.department/{department.pk}/", {"before": before}).status_code == 200
