"""The nightly check of the rollup does not wait for the facts of customers."""

import pytest

from cargo import tasks
from cargo.models import LedgerCheck

pytestmark = pytest.mark.django_db


def test_the_rollup_is_checked_although_the_facts_failed(monkeypatch):
    def broken(*, today, by):
        raise ValueError("a row nobody thought of")

    monkeypatch.setattr(tasks, "store_facts", broken)

    with pytest.raises(ExceptionGroup) as failed:
        tasks.nightly()

    assert [str(error) for error in failed.value.exceptions] == ["a row nobody thought of"]
    assert LedgerCheck.objects.get().finished_at is not None
