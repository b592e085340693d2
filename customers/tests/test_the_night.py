"""What the night does for customer files, and that nothing of it waits for the rest."""

import pytest

from customers import tasks
from customers.models import DuplicateCandidate, FollowUp
from customers.tasks import nightly
from customers.tests.test_confirming_files import make_old
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


def broken(*, today, by):
    raise ValueError("a row nobody thought of")


def test_a_step_that_fails_leaves_the_others_done_and_is_reported(monkeypatch, caplog):
    for _number in range(2):
        make_old(make_user(Role.MANAGER), name_zh="双份公司")
    steps = [broken if step is tasks.recycle_due else step for step in tasks.NIGHTLY]
    monkeypatch.setattr(tasks, "NIGHTLY", tuple(steps))

    with pytest.raises(ExceptionGroup) as failed:
        nightly()

    assert [str(error) for error in failed.value.exceptions] == ["a row nobody thought of"]
    assert FollowUp.objects.count() == 2  # of a step before
    assert DuplicateCandidate.objects.count() == 1  # of the last one
    assert [record.step for record in caplog.records if record.msg == "steps.failed"] == ["broken"]


def test_two_steps_that_fail_are_both_reported(monkeypatch):
    done = []
    monkeypatch.setattr(tasks, "NIGHTLY", (broken, lambda **given: done.append(sorted(given)), broken))

    with pytest.raises(ExceptionGroup) as failed:
        nightly()

    assert (len(failed.value.exceptions), done) == (2, [["by", "today"]])
