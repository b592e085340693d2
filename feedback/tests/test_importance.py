"""The wave page shows what is wished for beside what is got."""

import pytest
from django.urls import reverse

from feedback.analysis.importance import Quadrant
from feedback.enums import WaveState
from feedback.queries.importance import wishes
from feedback.services.results import compute_results
from feedback.tests.factories import make_form, make_invitation, make_pair, make_response, make_staff, make_wave, make_wave_of
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db


def counted(version, *answers):
    wave = make_wave_of(version)
    for one in answers:
        make_response(invitation=make_invitation(wave=wave), **one)
    compute_results(wave_id=wave.pk, at=now(), by=make_staff())
    return type(wave).objects.get(pk=wave.pk)


@pytest.fixture
def weighed():
    """Means of importance 5, 3 (mean 4) and of performance 2, 4 (mean 3): act on "rate", "space" is more than is asked."""
    version = make_form([*make_pair("rate"), *make_pair("space")])
    marks = {"rate-importance": 5, "rate": 2, "space-importance": 3, "space": 4}
    return counted(version, *[marks] * 2)


def test_rows_are_placed_by_their_means_and_the_deepest_comes_first(weighed):
    found = wishes(make_staff(), weighed)

    assert [(one.performance.item.key, one.gap, one.quadrant) for one in found.weighed] == [
        ("rate", -3.0, Quadrant.CONCENTRATE), ("space", 1.0, Quadrant.OVERKILL),
    ]  # fmt: skip
    assert (found.gaps, found.overall) == ([], None)


def test_the_page_of_the_wave_says_it_in_words(weighed, client):
    client.force_login(make_staff(language="en"))

    page = client.get(reverse("feedback:wave", args=[weighed.pk]), headers={"accept-language": "en"}).content.decode()

    assert page.index("Act here first") < page.index("More than is asked for")
    assert "Importance beside performance" in page


@pytest.fixture
def panel():
    """First: t1 7 and 4, r1 6 and 6; second: t1 7 and 6, r1 unanswered. t1: (-3 - 1) / 2 = -2; r1: 0; both pages: -1."""
    pages = [make_pair(key, wished="expectation", judged="perception", maximum=7) for key in ("t1", "r1")]
    first = {"t1-expectation": 7, "t1-perception": 4, "r1-expectation": 6, "r1-perception": 6}
    return counted(make_form(*pages), first, {"t1-expectation": 7, "t1-perception": 6, "r1-expectation": 7})


def test_gaps_rest_on_those_who_answered_both(panel):
    found = wishes(make_staff(), panel)

    assert [(one.section.title_zh, one.gap, one.n) for one in found.gaps] == [("第1部分", -2.0, 2), ("第2部分", 0.0, 1)]
    assert (found.overall, found.weighed) == (-1.0, [])


def test_gaps_of_few_are_kept_from_whoever_may_not_read_answers(panel, weighed):
    reader = make_user(Role.ADMIN)
    for wave in (panel, weighed):
        wave.state, wave.closed_at = WaveState.CLOSED, now()
        wave.save(update_fields=("state", "closed_at"))

    assert [(wishes(reader, wave).gaps, wishes(reader, wave).weighed) for wave in (panel, weighed)] == [([], []), ([], [])]


def test_a_form_without_pairs_says_nothing_of_it(client):
    wave = make_wave()
    make_response(invitation=make_invitation(wave=wave), overall=4)
    compute_results(wave_id=wave.pk, at=now(), by=make_staff())
    client.force_login(make_staff())

    page = client.get(reverse("feedback:wave", args=[wave.pk])).content.decode()

    assert 'id="importance"' not in page
    assert 'id="gaps"' not in page
