"""Whatever was done to a row, at any past moment as_of tells how it stood then."""

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from portcrm.accounts.models import Department, User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.audit.queries import as_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]

names = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs",)), max_size=12)
roles = st.lists(st.sampled_from([str(role) for role in Role]), unique=True, max_size=3)
changes = st.lists(
    st.fixed_dictionaries(
        {"name": names.filter(bool)}, optional={"roles": roles, "is_active": st.booleans(), "theme": st.sampled_from(["auto", "dark"])}
    ),
    min_size=1,
    max_size=6,
)


def moment() -> dt.datetime:
    """The database's own clock, which also stamps the history."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


@settings(max_examples=25, deadline=None)
@given(changes, st.booleans())
def test_at_any_past_moment_the_row_is_told_as_it_was_then(steps, deleted_in_the_end):
    before = moment()
    person = make_user(Role.MARKETING, department=make_department())
    told = [(moment(), dict(User.objects.filter(pk=person.pk).values().get()))]
    for step in steps:
        User.objects.filter(pk=person.pk).update(**step)
        told.append((moment(), dict(User.objects.filter(pk=person.pk).values().get())))
    if deleted_in_the_end:
        User.objects.filter(pk=person.pk).delete()

    assert as_of((User, person.pk), before) is None
    for at, stored in told:
        state = as_of((User, person.pk), at)
        stored["department"] = stored.pop("department_id")
        assert state == {name: stored[name] for name in stored if name not in {"password", "last_login"}}
    if deleted_in_the_end:
        assert as_of((User, person.pk), moment()) is None


def test_a_row_that_comes_back_under_its_old_key_has_a_gap():
    department = make_department(name_en="First")
    pk, code = department.pk, department.code
    there = moment()
    department.delete()
    gone = moment()
    Department.objects.create(pk=pk, code=code, name_en="Second")

    assert [as_of((Department, pk), at) and as_of((Department, pk), at)["name_en"] for at in (there, gone, moment())] == [
        "First",
        None,
        "Second",
    ]


def test_what_is_not_tracked_cannot_be_asked():
    with pytest.raises(LookupError, match="not tracked"):
        as_of((ContentType, 1), moment())
