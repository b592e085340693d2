"""The wave page shows what is wished for beside what is got."""

import pytest
from django.urls import reverse

from feedback.analysis.importance import Quadrant
from feedback.enums import WaveState
from feedback.queries.importance import wishes
from feedback.services.results import compute_results
from feedback.tests.factories import make_form, make_invitation, make_pair, make_response, make_staff, make_wave, make_wave_of
from feedback.views.importance_chart import asked_cut
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
def three():
    """Importance 5, 3, 1 (mean and median 3), performance 2, 3, 5 (mean 10/3, median 3); the scale's middle is 3."""
    version = make_form([*make_pair("rate"), *make_pair("berth"), *make_pair("space")])
    marks = {"rate-importance": 5, "rate": 2, "berth-importance": 3, "berth": 3, "space-importance": 1, "space": 5}
    return counted(version, *[marks] * 2)


@pytest.mark.parametrize(
    ("asked", "cuts", "berth"),
    [
        ("", (3, 10 / 3), Quadrant.CONCENTRATE),
        ("midpoint", (3, 3), Quadrant.KEEP_UP),
        ("medians", (3, 3), Quadrant.KEEP_UP),
        ("nonsense", (3, 10 / 3), Quadrant.CONCENTRATE),
    ],
)
def test_high_begins_where_the_reader_says(three, rf, asked, cuts, berth):
    found = wishes(make_staff(), three, asked_cut(rf.get("/", {"cut": asked})))

    assert found.cuts == pytest.approx(cuts)
    assert {one.performance.item.key: one.quadrant for one in found.weighed} == {
        "rate": Quadrant.CONCENTRATE, "berth": berth, "space": Quadrant.OVERKILL,
    }  # fmt: skip


def test_satisfaction_is_weighed_with_importance(three):
    """(5 * 2 + 3 * 3 + 1 * 5) / (5 + 3 + 1) / 5 = 24 / 45."""
    assert wishes(make_staff(), three).index == pytest.approx(24 / 45)


def test_the_picture_shows_each_row_the_cuts_and_the_line_of_both_alike(three, client):
    client.force_login(make_staff(language="en"))
    page = client.get(f"{reverse('feedback:wave', args=[three.pk])}?cut=midpoint", headers={"accept-language": "en"}).content.decode()
    drawn = client.get(f"{reverse('feedback:importance_chart', args=[three.pk])}?cut=midpoint", headers={"accept-language": "en"}).json()

    (series,) = drawn["option"]["series"]
    assert f"{reverse('feedback:importance_chart', args=[three.pk])}?cut=midpoint" in page
    assert "53 % of what is possible" in page.replace("53%", "53 %")
    assert [one["value"] for one in series["data"]] == [[2, 5, 1], [3, 3, 2], [5, 1, 3]]
    assert series["markLine"]["data"][:2] == [{"xAxis": 3}, {"yAxis": 3}]
    assert [end["coord"] for end in series["markLine"]["data"][2]] == [[1, 1], [5, 5]]
    assert drawn["title"] == "Act here first: Row rate"
    assert [row[3] for row in drawn["table"]["rows"]] == ["Act here first", "Keep it up", "More than is asked for"]


def test_rows_on_scales_of_several_lengths_are_told_without_a_picture(client):
    version = make_form([*make_pair("rate"), *make_pair("space", maximum=7)])
    wave = counted(version, {"rate-importance": 5, "rate": 2, "space-importance": 3, "space": 7})
    client.force_login(make_staff())

    found = wishes(make_staff(), wave)
    page = client.get(reverse("feedback:wave", args=[wave.pk])).content.decode()

    assert (len(found.weighed), found.cuts, found.index) == (2, None, None)
    assert "importance-chart" not in page
    assert client.get(reverse("feedback:importance_chart", args=[wave.pk])).json()["table"]["rows"] == []


@pytest.mark.parametrize(("role", "rows"), [(Role.ADMIN, 0), (Role.SERVICE, 2)])
def test_the_picture_of_few_is_kept_from_whoever_may_not_read_answers(weighed, client, role, rows):
    client.force_login(make_user(role))

    assert len(client.get(reverse("feedback:importance_chart", args=[weighed.pk])).json()["table"]["rows"]) == rows


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


def a_page_of_two(*gaps, silent: int = 0):
    """A counted wave of one page, each respondent with these gaps of the pairs "t1" and "t2"; None: left out."""
    half = {"wished": "expectation", "judged": "perception", "maximum": 7}
    version = make_form([*make_pair("t1", **half), *make_pair("t2", **half)])
    said = [
        {key: mark for pair, gap in zip(("t1", "t2"), own, strict=True) if gap is not None
         for key, mark in ((f"{pair}-expectation", 7), (f"{pair}-perception", 7 + gap))}
        for own in gaps
    ]  # fmt: skip
    wave = counted(version, *said)
    for _one in range(silent):
        make_invitation(wave=wave)
    compute_results(wave_id=wave.pk, at=now(), by=make_staff())
    return type(wave).objects.get(pk=wave.pk)


def page_of(client, wave) -> str:
    client.force_login(make_staff(language="en"))
    html = client.get(reverse("feedback:wave", args=[wave.pk]), headers={"accept-language": "en"}).content.decode()
    return html.replace("−", "-")


def test_reliability_is_kept_with_its_interval_and_standardised_and_rests_on_whole_rows(client):
    """By hand: variances 1 and 4/3, of the sums 13/3, so 2 * (1 - 7/13) = 12/13; r = 1 / sqrt(4/3), so 2r / (1 + r) = 0.9282.
    F(0.975; 2, 2) of the tables is 39.00: 1 - 39/13 = -2 to 1 - 1/(13 * 39) = 0.998. The fourth left a pair out."""
    wave = a_page_of_two((-1, -1), (-2, -1), (-3, -3), (-5, None))

    stored = wave.result.gaps.get()
    html = page_of(client, wave)

    assert (stored.alpha, stored.alpha_standardised, stored.alpha_n) == (pytest.approx(12 / 13), pytest.approx(0.928203, abs=1e-6), 3)
    assert (stored.alpha_low, stored.alpha_high) == (pytest.approx(-2, abs=1e-6), pytest.approx(0.998028, abs=1e-6))
    assert "0.92<small" in html
    assert "-2.00 – 1.00 · standardised 0.93, of 3 answers" in html
    assert "the pairs run against each other" not in html


def test_pairs_that_run_against_each_other_are_warned_of(client):
    assert "negative: the pairs run against each other" in page_of(client, a_page_of_two((-1, -3), (-2, -2), (-3, -2)))


def test_each_pair_and_the_mean_of_the_dimensions_have_n_and_interval(client):
    """t2: -1 and -3, mean -2 +- 12.706205 * 1, of 2 in 6 narrowed by sqrt(4/5): 11.364775. Own gaps of the only page -1, -2.5, -2:
    s = 0.763763, 4.302653 * s / sqrt(3) = 1.897289, of 3 in 6 narrowed by sqrt(3/5): 1.469634."""
    wave = a_page_of_two((-1, -1), (-2, -3), (-2, None), silent=3)

    found = wishes(make_staff(), wave)
    html = page_of(client, wave)

    assert [(text, pair["n"], pair["gap"]) for text, pair in found.gaps[0].pairs] == [
        ("项目t1", 3, pytest.approx(-5 / 3)),
        ("项目t2", 2, -2.0),
    ]
    assert found.gaps[0].pairs[1][1]["high"] == pytest.approx(-2 + 11.364775, abs=1e-5)
    assert (found.overall_ends.n, found.overall_ends.high) == (3, pytest.approx(found.overall_ends.low + 2 * 1.469634, abs=1e-5))
    assert "of 3 who answered a pair of every dimension" in html
    assert html.index("Part 1</th>") < html.index("– Row t1") < html.index("– Row t2")


def test_a_pair_of_few_is_kept_from_whoever_may_not_read_answers():
    wave = a_page_of_two(*[(-1, -1), (-2, -1), (-3, -3), (-2, -1)], (-5, None))
    wave.state, wave.closed_at = WaveState.CLOSED, now().replace(year=2020)
    wave.save(update_fields=("state", "closed_at"))

    few, all_of_it = (wishes(user, type(wave).objects.get(pk=wave.pk)).gaps[0] for user in (make_user(Role.ADMIN), make_staff()))

    assert ([pair["n"] for _text, pair in few.pairs], few.alpha) == ([5], None)
    assert ([pair["n"] for _text, pair in all_of_it.pairs], all_of_it.alpha_n) == ([5, 4], 4)
