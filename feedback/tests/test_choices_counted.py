"""How often each option was taken: counted by the job, told with its base, few are hidden from those who may not read answers."""

import datetime as dt

import pytest
from django.urls import reverse

from feedback.enums import WaveState
from feedback.models import OptionResult
from feedback.queries.choices import choices
from feedback.services.results import compute_results
from feedback.tests.factories import make_form, make_invitation, make_response, make_staff, make_wave_of
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave():
    """12 of 24 answer: role manager 5, clerk 6, owner nobody, one "not applicable"; modes road 12, rail 3."""
    version = make_form([
        {"key": "role", "kind": "single", "options": ["manager", "clerk", "owner"], "allows_na": True},
        {"key": "modes", "kind": "multiple", "options": ["road", "rail"]},
    ])  # fmt: skip
    found = make_wave_of(version)
    for number in range(12):
        role = "manager" if number < 5 else "clerk" if number < 11 else "na"
        make_response(invitation=make_invitation(wave=found), role=role, modes=["road", "rail"] if number < 3 else ["road"])
    for _silent in range(12):
        make_invitation(wave=found)
    compute_results(wave_id=found.pk, at=now(), by=make_staff())
    return type(found).objects.get(pk=found.pk)


def told(user, wave) -> dict:
    return {
        one.item.key: [one.answered, *((row.figures.n, round(row.figures.share, 3)) if row.figures else None for row in one.rows)]
        for one in choices(user, wave)
    }


def test_each_option_is_counted_among_those_who_answered(wave):
    assert told(make_staff(), wave) == {
        "role": [11, (5, 0.455), (6, 0.545), (0, 0.0)],
        "modes": [12, (12, 1.0), (3, 0.25)],
    }
    clerks = OptionResult.objects.get(option__key="rail")
    # The score interval of 3 in 12 out of 24, found by bisection of (p - 0.25)^2 = z^2 p (1 - p) / 12 * 12 / 23.
    assert (round(clerks.low, 4), round(clerks.high, 4)) == (0.1181, 0.4535)


def test_counting_twice_gives_the_same_rows(wave):
    compute_results(wave_id=wave.pk, at=now(), by=make_staff())

    assert OptionResult.objects.count() == 5


def test_few_are_hidden_from_whoever_may_not_read_answers(wave):
    reader = make_user(Role.ADMIN)
    assert told(reader, wave) == {}

    wave.state, wave.closed_at = WaveState.CLOSED, now() - dt.timedelta(days=60)
    wave.save(update_fields=("state", "closed_at"))

    # rail with 3 is hidden, and road with it: the 3 alone would stay below five.
    assert told(reader, wave) == {"role": [11, (5, 0.455), (6, 0.545), None], "modes": [12, None, None]}


def test_the_page_of_the_wave_tells_them(wave, client):
    client.force_login(make_staff(language="en"))

    page = client.get(reverse("feedback:wave", args=[wave.pk])).content.decode()

    assert "12 people answered." in page
    assert "the shares do not add up to 100 %." in page
