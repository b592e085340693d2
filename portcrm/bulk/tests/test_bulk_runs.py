"""Many rows changed at once: frozen when asked, each by its rules, in chunks that are done once."""

import uuid

import pytest

from portcrm.accounts.models import Department
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.audit.models import AuditEvent
from portcrm.bulk import running
from portcrm.bulk.actions import registry
from portcrm.bulk.enums import BulkState
from portcrm.bulk.models import BulkChunk, BulkRun
from portcrm.bulk.running import claim, run_bulk
from portcrm.bulk.services import runs
from portcrm.bulk.services.runs import cancel_run, nudge_waiting, start_run
from portcrm.bulk.tasks import run as run_task
from portcrm.bulk.tests.factories import ACTION, LIST, RECORD, make_bulk_run
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def departments(monkeypatch):
    """Chunks of three rows."""
    monkeypatch.setitem(registry.lists, RECORD, LIST)
    monkeypatch.setitem(registry.actions, (RECORD, "prefix"), ACTION)
    monkeypatch.setattr(runs, "CHUNK_ROWS", 3)


@pytest.fixture
def person():
    return make_user(Role.MARKETING)


def make_departments(*names: str) -> list[Department]:
    return [make_department(name_zh=name) for name in names]


def names() -> list[str]:
    return list(Department.objects.order_by("pk").values_list("name_zh", flat=True))


def test_every_row_is_changed_once_and_told_in_one_event(person):
    make_departments(*"甲乙丙丁戊己庚")

    run = make_bulk_run(person, Department.objects.all())
    for _ in range(2):
        run_bulk(run.pk)

    run.refresh_from_db()
    assert names() == ["新甲", "新乙", "新丙", "新丁", "新戊", "新己", "新庚"]
    assert (run.state, run.total, run.done, run.refused, run.percent) == (BulkState.DONE, 7, 7, 0, 100)
    assert [len(chunk.rows) for chunk in run.chunks.all()] == [3, 3, 1]
    event = AuditEvent.objects.get(action="bulk.run")
    assert (event.actor_id, event.detail["total"], event.detail["refused"], event.detail["what"]) == (person.pk, 7, 0, "prefix")


def test_what_is_changed_is_what_was_counted_when_it_was_asked(person):
    make_departments("甲", "乙")
    run = make_bulk_run(person, Department.objects.all())
    make_departments("后来的")

    run_bulk(run.pk)

    assert names() == ["新甲", "新乙", "后来的"]


def test_rows_that_came_after_the_count_are_asked_about_again(person):
    make_departments("甲", "乙")

    with pytest.raises(RuleBroken, match="现在有 2 条"):
        start_run(chosen=ACTION, rows=Department.objects.all(), values={}, query="", by=person, counted=1)
    run = start_run(chosen=ACTION, rows=Department.objects.all(), values={}, query="", by=person, counted=2)

    assert list(BulkRun.objects.all()) == [run]


def test_a_row_that_a_rule_protects_is_named_with_the_reason_and_holds_up_no_other(person):
    make_departments("甲", "fixed 乙", "丙")
    run = make_bulk_run(person, Department.objects.all())

    run_bulk(run.pk)

    run.refresh_from_db()
    assert names() == ["新甲", "fixed 乙", "新丙"]
    assert [(refusal.label, refusal.sentence) for refusal in run.refusals.all()] == [
        (str(Department.objects.get(name_zh="fixed 乙")), "This department keeps its name.")
    ]
    assert (run.changed, run.refused) == (2, 1)


def test_a_row_that_has_gone_since_is_refused_in_words(person):
    first, second = make_departments("甲", "乙")
    run = make_bulk_run(person, Department.objects.all())
    Department.objects.filter(pk=second.pk).delete()

    run_bulk(run.pk)

    assert [(refusal.target, "不存在" in refusal.sentence) for refusal in run.refusals.all()] == [(second.pk, True)]
    assert names() == ["新甲"]


def test_an_error_of_the_program_ends_the_run_and_keeps_what_was_done(person):
    make_departments("甲", "乙", "丙", "丁", "broken", "戊")
    run = make_bulk_run(person, Department.objects.all())

    run_bulk(run.pk)

    run.refresh_from_db()
    assert (run.state, run.done, "程序出错" in run.problem) == (BulkState.FAILED, 3, True)
    assert names() == ["新甲", "新乙", "新丙", "丁", "broken", "戊"]


def test_who_has_lost_the_right_meanwhile_changes_nothing(person):
    make_departments("甲")
    run = make_bulk_run(person, Department.objects.all())
    person.roles = [Role.AUDITOR]
    person.save(update_fields=["roles"])

    run_bulk(run.pk)

    run.refresh_from_db()
    assert (run.state, run.done, names()) == (BulkState.FAILED, 0, ["甲"])
    assert "无权" in run.problem


def test_values_are_checked_again_when_the_work_begins(person):
    make_departments("甲")
    run = make_bulk_run(person, Department.objects.all(), values={"prefix": ["much too long a prefix"]})

    run_bulk(run.pk)

    run.refresh_from_db()
    assert (run.state, names()) == (BulkState.FAILED, ["甲"])


def test_no_rows_and_too_many_rows_are_refused_and_leave_nothing(person, settings):
    make_departments("甲", "乙", "丙")
    settings.BULK_MOST_ROWS = 2

    with pytest.raises(RuleBroken, match="没有选中"):
        start_run(chosen=ACTION, rows=Department.objects.none(), values={}, query="", by=person)
    with pytest.raises(RuleBroken, match="2"):
        start_run(chosen=ACTION, rows=Department.objects.all(), values={}, query="", by=person)

    assert (BulkRun.objects.count(), BulkChunk.objects.count()) == (0, 0)


def test_one_form_sent_twice_asks_once(person):
    make_departments("甲")
    key = uuid.uuid4()

    asked = [
        start_run(chosen=ACTION, rows=Department.objects.all(), values={"prefix": ["新"]}, query="", by=person, form_key=key)
        for _ in range(2)
    ]

    assert asked[0] == asked[1]
    assert BulkRun.objects.count() == 1


def test_a_run_stops_between_chunks_when_somebody_cancels_and_keeps_what_was_done(person, monkeypatch):
    make_departments(*"甲乙丙丁")
    run = make_bulk_run(person, Department.objects.all())
    usual = running.work_chunk

    def work_and_cancel(**arguments):
        worked = usual(**arguments)
        if BulkRun.objects.get(pk=run.pk).state == BulkState.RUNNING:
            cancel_run(run=run, by=person)
        return worked

    monkeypatch.setattr(running, "work_chunk", work_and_cancel)

    run_bulk(run.pk)

    run.refresh_from_db()
    assert (run.state, run.done, names()) == (BulkState.CANCELLED, 3, ["新甲", "新乙", "新丙", "丁"])
    with pytest.raises(RuleBroken):
        cancel_run(run=run, by=person)


def test_a_waiting_run_is_cancelled_at_once(person):
    make_departments("甲")
    run = make_bulk_run(person, Department.objects.all())

    cancel_run(run=run, by=person)
    run_bulk(run.pk)

    assert (BulkRun.objects.get(pk=run.pk).state, names()) == (BulkState.CANCELLED, ["甲"])


def test_a_long_run_is_given_back_and_gone_on_with(person, monkeypatch):
    make_departments(*"甲乙丙丁")
    run = make_bulk_run(person, Department.objects.all())
    nudged = []
    monkeypatch.setattr("portcrm.bulk.tasks.nudge", nudged.append)
    monkeypatch.setattr("portcrm.bulk.tasks.MOST_SECONDS", 0)

    run_task(run.pk)
    half_way = BulkRun.objects.get(pk=run.pk)
    while BulkRun.objects.get(pk=run.pk).state != BulkState.DONE:
        run_task(run.pk)

    assert (half_way.state, half_way.done, half_way.claim, nudged[0]) == (BulkState.WAITING, 3, None, run.pk)
    assert names() == ["新甲", "新乙", "新丙", "新丁"]


def test_one_worker_takes_a_run(person):
    make_departments("甲")
    run = make_bulk_run(person, Department.objects.all())

    assert [claim(run.pk) is not None for _ in range(2)] == [True, False]


def test_the_sweeper_asks_for_what_waits_and_for_nothing_else(person, monkeypatch):
    make_departments("甲")
    waiting, ended = (make_bulk_run(person, Department.objects.all()) for _ in range(2))
    cancel_run(run=ended, by=person)
    nudged = []
    monkeypatch.setattr(runs, "nudge", nudged.append)

    nudge_waiting()

    assert nudged == [waiting.pk]


def test_others_do_not_see_a_run_but_the_manager_does(client, person):
    make_departments("甲")
    run = make_bulk_run(person, Department.objects.all())
    seen = {}
    for role in (Role.OPERATIONS, Role.MANAGER):
        client.force_login(make_user(role))
        seen[role] = client.get(run.get_absolute_url()).status_code

    assert seen == {Role.OPERATIONS: 404, Role.MANAGER: 200}
