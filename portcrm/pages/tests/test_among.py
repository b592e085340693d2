"""`pk__among`: the rows of `pk__in`, by one parameter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portcrm.accounts.models import User
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [list, set, tuple])
def test_rows_are_those_of_in(kind):
    first, second, _third = (make_user() for _ in range(3))

    assert set(User.objects.filter(pk__among=kind([first.pk, second.pk, 0]))) == {first, second}
    assert set(User.objects.exclude(pk__among=kind([first.pk]))) == set(User.objects.exclude(pk__in=[first.pk]))


def test_of_no_key_no_row_and_no_question():
    made = make_user()

    with CaptureQueriesContext(connection) as asked:
        assert list(User.objects.filter(pk__among=[])) == []
    assert len(asked) == 0
    assert made in User.objects.exclude(pk__among=set())


def test_all_keys_are_one_parameter():
    _sql, parameters = User.objects.filter(pk__among=range(1, 1_001)).query.sql_with_params()

    assert [len(one) for one in parameters] == [1_000]
