"""Two administrators who close each other's account in the same moment."""

import threading

import pytest
from django.db import connection

from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import close_account
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def test_one_of_them_stays():
    first, second = make_user(Role.ADMIN), make_user(Role.ADMIN)
    start, refusals = threading.Barrier(2), []

    def close(person: User, by: User) -> None:
        try:
            start.wait(timeout=20)
            close_account(person=person, by=by)
        except RuleBroken as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(refusals) == 1
    assert User.objects.active().holding(Role.ADMIN).count() == 1
