"""Questions answered with options, and questions that are asked only after a certain answer."""

from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from feedback.models import Answer, Draft, Response
from feedback.services.forgetting import opinions_of
from feedback.services.links import invitation_token
from feedback.tests.factories import make_form, make_invitation, make_response, make_staff, make_wave_of
from portcrm.audit.personal_data import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    """Page one: role (one of two), modes (any of three), why (a text, after an overall of at most 2). Page two: more, after a role."""
    return make_form(
        [
            {"key": "overall", "required": True},
            {"key": "why", "kind": "comment", "only_if": "overall", "only_if_at_most": 2},
            {"key": "role", "kind": "single", "options": ["manager", "clerk"]},
            {"key": "modes", "kind": "multiple", "options": ["road", "rail", "barge"]},
        ],
        [{"key": "budget", "required": True, "only_if": "role", "only_if_option": "manager"}, {"key": "comment", "kind": "comment"}],
    )


@pytest.fixture
def invitation(version):
    return make_invitation(wave=make_wave_of(version), language="en")


def post(invitation, number, go="next", **answers):
    data = {name.replace("_", "-", 1): value for name, value in answers.items()} | {"go": go}
    return Client().post(reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number]), data)


def page(invitation, number=1) -> str:
    return Client().get(reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number])).content.decode()


def test_options_are_chosen_stored_and_shown_again(invitation):
    post(invitation, 1, q_overall="4", o_role="clerk", o_modes=["", "barge", "road"])

    assert Draft.objects.get().answers == {"overall": 4, "role": "clerk", "modes": ["road", "barge"]}
    shown = page(invitation)
    assert 'type="radio" name="o-role" value="clerk" checked' in shown
    assert [f'type="checkbox" name="o-modes" value="{key}" checked' in shown for key in ("road", "rail", "barge")] == [True, False, True]


def test_taking_every_tick_away_is_an_answer_too(invitation):
    post(invitation, 1, o_modes=["", "rail"])
    post(invitation, 1, o_modes=[""])

    assert Draft.objects.get().answers == {}


@pytest.mark.parametrize(
    "forged",
    [{"o_role": "owner"}, {"o_role": ["manager", "clerk"]}, {"o_modes": ["road", "air"]}, {"q_overall": "6"}, {"o_overall": "4,5"},
     {"o_other": "road"}, {"q_role": "1"}, {"o_role": "na"}, {"o_modes": "na"}],
)  # fmt: skip
def test_what_was_not_offered_is_refused_and_never_stored(invitation, forged):
    answer = post(invitation, 1, **forged)

    assert answer.status_code == 422
    assert Draft.objects.get().answers == {}


def test_sent_options_count_one_by_one(invitation):
    response = make_response(invitation=invitation, overall=3, role="clerk", modes=["road", "rail"])

    rows = response.answers.values_list("item__key", "score", "option__key", "several")
    assert sorted(rows, key=str) == [
        ("modes", None, "rail", True), ("modes", None, "road", True), ("overall", 3, None, False), ("role", None, "clerk", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"score": 3}, {"not_applicable": True}, {"option": None}, {"option": None, "score": 3, "several": True}]
)
def test_the_database_takes_exactly_one_of_score_option_and_not_applicable(invitation, change):
    answer = make_response(invitation=invitation, overall=3, role="clerk").answers.get(item__key="role")

    with pytest.raises(IntegrityError):
        Answer.objects.filter(pk=answer.pk).update(**change)


def test_one_choice_has_one_row_and_several_have_each_option_once(invitation):
    response = make_response(invitation=invitation, overall=3, role="clerk", modes=["road"])
    role, modes = (response.answers.get(item__key=key) for key in ("role", "modes"))

    with pytest.raises(IntegrityError):
        Answer.objects.create(response=response, item=role.item, option=role.item.options.get(key="manager"))
    assert modes.several


def test_one_option_is_never_counted_twice(invitation):
    modes = make_response(invitation=invitation, overall=3, modes=["road"]).answers.get(item__key="modes")

    with pytest.raises(IntegrityError):
        Answer.objects.create(response=modes.response, item=modes.item, option=modes.option, several=True)


def test_thanks_response_page_api_and_a_persons_data_name_the_options(invitation, client):
    make_response(invitation=invitation, overall=3, role="clerk", modes=["road", "barge"])
    client.force_login(make_staff(language="en"))

    thanks = Client().get(reverse("opinion:thanks", args=[invitation_token(invitation.public_id)])).content.decode()
    (row,) = client.get("/api/v1/feedback/responses/").json()["results"]
    held = opinions_of(Person("customers.contact", invitation.contact_id))

    assert [words in thanks for words in ("Option clerk", "Option road, Option barge")] == [True, True]
    assert sorted(one["option"] for one in row["answers"] if one["option"]) == ["barge", "clerk", "road"]
    assert "Option road, Option barge" in str(held[1].rows)


def test_a_question_that_nothing_leads_to_is_not_on_its_page(invitation):
    before = page(invitation, 2)
    post(invitation, 1, o_role="manager")

    assert ['name="q-budget"' in text for text in (before, page(invitation, 2))] == [False, True]


def test_on_the_page_of_its_condition_it_stands_ready_and_says_so_without_scripts(invitation):
    shown = page(invitation)

    assert 'data-after="q-overall" data-least="" data-most="2" data-option=""' in shown
    assert "<noscript>" in shown
    assert "Depends on your answer to “Question overall”" in shown


def test_a_hidden_question_is_never_required(invitation):
    answer = post(invitation, 1, go="submit", q_overall="5", o_role="clerk")

    assert answer.url.endswith("/thanks/")


def test_a_question_that_is_asked_is_required(invitation):
    answer = post(invitation, 1, go="submit", q_overall="5", o_role="manager")

    assert (answer.status_code, Response.objects.count()) == (422, 0)
    assert "Question budget – Please choose an answer." in answer.content.decode()


def test_the_answer_to_a_hidden_question_is_dropped_when_it_is_sent(invitation):
    post(invitation, 1, q_overall="5", q_why="so", o_role="manager")
    post(invitation, 2, q_budget="2")
    post(invitation, 1, go="submit", o_role="clerk")

    response = Response.objects.get()
    assert response.versions.get().answers == {"overall": 5, "role": "clerk"}
    assert (response.comment, response.answers.filter(item__key="budget").exists()) == ("", False)


def test_a_condition_is_whole(version):
    with pytest.raises(IntegrityError):
        version.items.filter(key="budget").update(only_if_option="")


def test_a_form_sent_twice_is_one_version_also_with_words_that_did_not_apply(invitation):
    key = str(uuid4())
    for _time in range(2):
        data = {"go": "submit", "form_key": key, "q-overall": "5", "q-why": "so", "o-role": "clerk"}
        Client().post(reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 1]), data)

    assert Response.objects.get().versions.count() == 1
    assert Draft.objects.count() == 0


def test_what_hangs_on_a_question_that_is_not_asked_is_not_drawn():
    """The second page asks only those who are not satisfied, and once more only those who then say so."""
    chain = [{"key": "gate", "only_if": "overall", "only_if_at_most": 2}, {"key": "much", "only_if": "gate", "only_if_at_most": 2}]
    wave = make_wave_of(make_form([{"key": "overall"}], chain))
    satisfied, other = make_invitation(wave=wave), make_invitation(wave=wave)
    post(satisfied, 1, q_overall="5")
    post(other, 1, q_overall="1")

    shown = [page(one, 2) for one in (satisfied, other)]
    assert [['name="q-gate"' in text, 'name="q-much"' in text] for text in shown] == [[False, False], [True, True]]
