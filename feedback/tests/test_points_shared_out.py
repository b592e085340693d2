"""100 points shared out among the quality dimensions: asked, kept, sent, typed in, read back; and the gaps weighted with them."""

from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from feedback.enums import Anonymity, WaveState
from feedback.models import Draft, Item, Response, SealedAnswers
from feedback.queries.drafts import faults_of
from feedback.queries.importance import wishes
from feedback.services.answers import read_answers
from feedback.services.draft_questions import add_question, take_over
from feedback.services.drafts import begin_draft, publish_draft
from feedback.services.forgetting import opinions_of
from feedback.services.links import invitation_token
from feedback.services.opinions import submit
from feedback.services.results import compute_results
from feedback.tests.factories import (
    make_draft,
    make_form,
    make_invitation,
    make_pair,
    make_question,
    make_response,
    make_section,
    make_staff,
    make_wave_of,
)
from feedback.tests.test_paper_forms import html_of
from feedback.tests.test_typing_in import page_of, sheet
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.personal_data import Person
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
SPLIT = {"key": "weights", "kind": "split"}
HALVES = {"wished": "expectation", "judged": "perception", "maximum": 7}


def make_panel(**fields):
    """Two dimensions of one row each, "t1" on part-1 and "r1" on part-2; then the split, then the last question."""
    return make_form(make_pair("t1", **HALVES), make_pair("r1", **HALVES), [SPLIT | fields], [{"key": "overall"}])


@pytest.fixture
def invitation():
    return make_invitation(wave=make_wave_of(make_panel()), language="en")


def post(invitation, number, go="next", **points):
    data = {f"q-weights.{part.replace('_', '-')}": text for part, text in points.items()} | {"go": go}
    return Client().post(reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number]) + "?lang=en", data)


def show(invitation, number=3) -> str:
    return Client().get(reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number]) + "?lang=en").content.decode()


def test_each_dimension_has_a_box_with_what_it_is_about(invitation):
    html = show(invitation)

    assert [html.count(f'name="q-weights.part-{number}"') for number in (1, 2, 3, 4)] == [1, 1, 0, 0]
    assert [words in html for words in ('<span class="small"> Row t1</span>', '<span class="small"> Row r1</span>')] == [True, True]


@pytest.mark.parametrize(("given", "sentence"), [
    ({"part_1": "60", "part_2": "30"}, "These are 90 points, 10 are still to be given."),
    ({"part_1": "60", "part_2": "45"}, "These are 105 points, 5 too many."),
    ({"part_1": "99", "part_2": ""}, "These are 99 points, 1 are still to be given."),
])  # fmt: skip
def test_points_that_make_no_hundred_are_told_and_kept(invitation, given, sentence):
    answer = post(invitation, 3, **given)

    html = answer.content.decode()
    assert (answer.status_code, f'id="error-q-weights">{sentence}' in html) == (422, True)
    assert [f'name="q-weights.{part.replace("_", "-")}" value="{text}"' in html for part, text in given.items()] == [True, True]
    assert Draft.objects.get().answers == {f"weights.{part.replace('_', '-')}": int(text) for part, text in given.items() if text}
    assert f'value="{given["part_1"]}"' in show(invitation)


@pytest.mark.parametrize("text", ["-5", "12.5", "101", "many"])
def test_only_whole_points_from_0_to_100_are_taken(invitation, text):
    answer = post(invitation, 3, part_1=text, part_2="50")

    html = answer.content.decode()
    assert (answer.status_code, html.count("Please give whole points from 0 to 100.")) == (422, 2)  # in the list on top and at the box
    assert f'value="{text}"' in html
    assert Draft.objects.get().answers == {"weights.part-2": 50}


def test_what_is_wrong_is_said_in_the_language_of_the_reader(invitation):
    address = reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 3]) + "?lang=zh-hans"

    html = Client().post(address, {"q-weights.part-1": "70", "go": "next"}).content.decode()

    assert "现为70分，还有30分未分配。" in html


def test_going_back_is_free_and_sending_is_not(invitation):
    assert post(invitation, 3, "back", part_1="70").status_code == 302

    answer = post(invitation, 4, "submit")

    assert answer.status_code == 422
    assert "These are 70 points, 30 are still to be given." in answer.content.decode()
    assert not Response.objects.exists()


def test_a_hundred_is_sent_read_back_and_changed_until_the_closing(invitation):
    post(invitation, 3, part_1="70", part_2="３０")  # full width, as input methods for Chinese write
    thanks = post(invitation, 4, "submit")
    post(invitation, 3, part_1="100", part_2="0")

    answer = post(invitation, 4, "submit")

    versions = list(Response.objects.get().versions.order_by("number").values_list("answers", flat=True))
    assert versions == [{"weights.part-1": 70, "weights.part-2": 30}, {"weights.part-1": 100, "weights.part-2": 0}]
    assert "Part 1 100, Part 2 0" in Client().get(answer.url).content.decode()
    assert thanks.url == answer.url


def test_an_empty_split_is_no_answer_and_only_a_required_one_asks_for_it():
    free, asked = (make_invitation(wave=make_wave_of(make_panel(required=required)), language="en") for required in (False, True))
    for one in (free, asked):
        assert post(one, 3, part_1="", part_2="").status_code == 302
        post(one, 4, "submit")

    assert list(Response.objects.values_list("invitation", flat=True)) == [free.pk]
    assert "Please share out 100 points." in post(asked, 4, "submit").content.decode()


def test_the_service_itself_takes_nothing_uneven(invitation):
    items = list(invitation.wave.version.items.all())
    read = read_answers(items, {"weights.part-1": "40", "weights.part-9": "60"}, longest=100)
    assert list(read.problems) == ["weights.part-9"]
    read.problems.clear()

    outcome = submit(invitation=invitation, read=read, form_key=uuid4(), language="en", at=now(), by=system_user())

    assert [item.key for item in outcome] == ["weights"]
    assert not Response.objects.exists()


def test_a_split_that_is_not_asked_after_all_stands_in_nobodys_way():
    version = make_form(
        make_pair("t1", **HALVES), make_pair("r1", **HALVES),
        [{"key": "overall"}, SPLIT | {"only_if": "overall", "only_if_at_most": 2}],
    )  # fmt: skip
    response = make_response(invitation=make_invitation(wave=make_wave_of(version)), overall=5, **{"weights.part-1": 30})

    assert response.versions.get().answers == {"overall": 5}


def test_an_anonymous_form_carries_it_along_and_seals_it():
    invitation = make_invitation(wave=make_wave_of(make_panel(), anonymity=Anonymity.ANONYMOUS), language="en")
    uneven = post(invitation, 3, part_1="70", part_2="20")

    html = post(invitation, 3, part_1="70", part_2="30").content.decode()

    assert uneven.status_code == 422
    assert [f'type="hidden" name="q-weights.part-{number}" value="{points}"' in html for number, points in ((1, 70), (2, 30))] == [True] * 2
    late = post(invitation, 4, "submit", part_1="70", part_2="20")
    assert "These are 90 points" in late.content.decode()
    post(invitation, 4, "submit", part_1="70", part_2="30")
    assert SealedAnswers.objects.get().answers == {"weights.part-1": 70, "weights.part-2": 30}


def test_paper_has_a_row_of_boxes_and_colleagues_type_them_in(invitation):
    clerk = make_staff()
    desk = Client()
    desk.force_login(clerk)
    paper = html_of(invitation, clerk)
    wrong = desk.post(page_of(invitation), sheet(**{"weights.part-1": 50, "weights.part-2": 40}) | {"gaps": "on"})

    answer = desk.post(page_of(invitation), sheet(**{"weights.part-1": 50, "weights.part-2": 50}))

    assert (paper.count('class="opinion-box"'), "合计100分" in paper) == (4 * 7 + 2 + 5, True)
    assert "现为90分，还有10分未分配。" in wrong.content.decode()
    assert answer.status_code == 302
    assert Response.objects.get().versions.get().answers == {"weights.part-1": 50, "weights.part-2": 50}


def test_a_person_is_told_how_points_were_shared_out(invitation):
    make_response(invitation=invitation, overall=4, **{"weights.part-1": 20, "weights.part-2": 80})
    begun = make_invitation(wave=make_wave_of(invitation.wave.version), contact=invitation.contact)
    post(begun, 3, part_1="40")

    with override("en"):
        told = str([holding.rows for holding in opinions_of(Person("customers.contact", invitation.contact_id))])

    assert "Part 1 20, Part 2 80" in told
    assert "Part 1 40" in told


# --- Built on screen ---


def test_a_split_needs_two_pages_that_ask_what_is_expected_and_stands_once():
    staff, draft = make_staff(), make_draft()
    section = make_section(draft=draft, title_zh="甲", title_en="One")
    make_question(section=section, kind="split", text_zh="分", text_en="Share")

    with override("en"):
        before = [fault.message for fault in faults_of(draft)]
        with pytest.raises(RuleBroken) as refused:
            add_question(section=section, kind="split", fields={"text_zh": "再分", "text_en": "Again"}, by=staff)
    for words in ("Two", "Three"):
        page = make_section(draft=draft, title_zh=words, title_en=words)
        make_question(section=page, text_zh=words, text_en=words, beside="expectation")

    assert before == ["“Share” shares points out among pages that ask what is expected; this form needs two of them."]
    assert str(refused.value.message) == "一份问卷只能有一道100分分配题，本问卷已有。"
    assert faults_of(draft) == []
    published = publish_draft(draft=draft, on=port_today(), by=staff)
    assert [part.title_en for part in published.items.get(kind="split").parts] == ["Two", "Three"]


def test_the_bank_gives_it_to_one_form_once():
    staff = make_staff()
    weights = make_panel().items.get(kind="split")
    draft = begin_draft(questionnaire=make_panel().questionnaire, by=staff)
    draft.items.filter(kind="split").update(key="other")

    with pytest.raises(RuleBroken):
        take_over(section=draft.sections.first(), items=[weights], by=staff)

    assert draft.items.filter(kind="split").count() == 1


def test_the_database_holds_one_split_a_form():
    version = make_panel()

    with pytest.raises(IntegrityError):
        Item.objects.create(version=version, section=version.sections.first(), key="more", position=99, kind="split", text_zh="再分")


# --- Gaps weighted with it ---


def gaps_of(*answers, silent: int = 0):
    """Each (expected and seen of t1, of r1, points of t1): a counted wave."""
    wave = make_wave_of(make_panel())
    for _one in range(silent):
        make_invitation(wave=wave)
    for (t_wished, t_seen), (r_wished, r_seen), points in answers:
        said = {"t1-expectation": t_wished, "t1-perception": t_seen, "r1-expectation": r_wished, "r1-perception": r_seen}
        said |= {} if points is None else {"weights.part-1": points, "weights.part-2": 100 - points}
        given = {key: mark for key, mark in said.items() if mark is not None}
        make_response(invitation=make_invitation(wave=wave), **given)
    result = compute_results(wave_id=wave.pk, at=now(), by=make_staff())
    return type(wave).objects.get(pk=wave.pk), result


def test_each_respondent_weighs_their_own_gaps():
    """Gaps (t1, r1) = (-1, -3), (0, -2), (-5, -5); own points 20/80 and 50/50, the third gave none: -2.6 and -1, mean -1.8.

    Interval by hand: s = 1.6 / sqrt(2), s / sqrt(2) = 0.8, t(0.975; 1) = 12.7062, of 2 in 6 the root of 4/5: 9.09183. With mean
    weights it would be -1.65. Of t1 s = sqrt(7), of 3 in 6: 4.302653 * sqrt(7 / 3) * sqrt(3 / 5) = 5.09097.
    """
    wave, result = gaps_of(((7, 6), (7, 4), 20), ((5, 5), (5, 3), 50), ((7, 2), (7, 2), None), silent=3)

    found = wishes(make_staff(), wave)

    assert (found.weighted.mean, found.weighted.n) == (pytest.approx(-1.8), 2)
    assert (result.gap_weighted_low, result.gap_weighted_high) == (
        pytest.approx(-1.8 - 9.09183, abs=1e-4),
        pytest.approx(-1.8 + 9.09183, abs=1e-4),
    )
    assert (found.gaps[0].low, found.gaps[0].high) == (pytest.approx(-7.09097, abs=1e-4), pytest.approx(3.09097, abs=1e-4))
    assert [(one.gap, one.n, one.points) for one in found.gaps] == [(-2.0, 3, 35.0), (pytest.approx(-10 / 3), 3, 65.0)]


def test_the_page_of_the_wave_shows_it_beside_the_unweighted(client):
    wave, _result = gaps_of(((7, 6), (7, 4), 20), ((5, 5), (5, 3), 50))
    client.force_login(make_staff(language="en"))

    html = client.get(reverse("feedback:wave", args=[wave.pk]), headers={"accept-language": "en"}).content.decode()

    assert "Mean of the dimensions: -1.50." in html.replace("−", "-")
    assert "Weighted with the points each respondent shared out: -1.80, of 2 answers" in html.replace("−", "-")
    assert "Mean points of 100" in html


def test_a_weighted_gap_of_few_is_kept_from_whoever_may_not_read_answers(client):
    wave, _result = gaps_of(*[((7, 6), (7, 4), 20)] * 4, ((5, 5), (5, 3), None))
    wave.state, wave.closed_at = WaveState.CLOSED, now().replace(year=2020)
    wave.save(update_fields=("state", "closed_at"))
    wave = type(wave).objects.get(pk=wave.pk)

    few = wishes(make_user(Role.ADMIN), wave)

    assert ([one.n for one in few.gaps], few.weighted, [one.points for one in few.gaps]) == ([5, 5], None, [None, None])
    assert wishes(make_staff(), type(wave).objects.get(pk=wave.pk)).weighted.n == 4


def test_programs_read_points_and_weighted_gaps(client):
    wave, _result = gaps_of(((7, 6), (7, 4), 20), ((5, 5), (5, 3), None))
    client.force_login(make_staff())

    rows = client.get("/api/v1/feedback/responses/").json()["results"]
    result = client.get(f"/api/v1/feedback/waves/{wave.pk}/").json()["result"]

    assert sorted((one["splits"] for one in rows), key=len) == [[], [{"item": "weights", "points": {"part-1": 20, "part-2": 80}}]]
    assert (result["gap_weighted"], result["gap_weighted_n"], result["gap_weighted_low"]) == (pytest.approx(-2.6), 1, None)


@pytest.mark.parametrize(
    ("role", "answers", "told"), [(Role.ADMIN, 5, (-1.5, 5)), (Role.ADMIN, 4, (None, 0)), (Role.SERVICE, 4, (-1.5, 4))]
)
def test_programs_read_the_mean_gap_where_enough_answered_every_page(client, role, answers, told):
    """Gaps of -1 and -2 by everybody counted; a fifth, where it is one more, left the second page out."""
    more = [((7, 6), (7, None), None)] * (5 - answers)
    wave, _result = gaps_of(*[((7, 6), (7, 5), None)] * answers, *more)
    wave.state, wave.closed_at = WaveState.CLOSED, now().replace(year=2020)
    wave.save(update_fields=("state", "closed_at"))
    client.force_login(make_user(role))

    result = client.get(f"/api/v1/feedback/waves/{wave.pk}/").json()["result"]

    assert (result["gap_overall"], result["gap_overall_n"]) == told
