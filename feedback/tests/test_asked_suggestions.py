"""The written request for suggestions: what is wished for becomes suggestions of that customer."""

import pytest

from feedback.models import Questionnaire, Suggestion
from feedback.services.questionnaires import load_shipped_questionnaires
from feedback.services.suggestions import consider_suggestion
from feedback.tests.factories import make_invitation, make_response, make_staff, make_wave_of
from portcrm.clock import now, port_today

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of_suggestions():
    load_shipped_questionnaires(on=port_today())
    return make_wave_of(Questionnaire.objects.get(key="suggestion-request").current_version())


def test_each_wish_becomes_a_suggestion_of_the_customer_and_what_is_to_stay_does_not(request_of_suggestions):
    invitation = make_invitation(wave=request_of_suggestions)

    response = make_response(invitation=invitation, improve="夜间提货太慢", add="周末查验预约", keep="客服响应快")

    found = Suggestion.objects.order_by("pk")
    assert [one.text for one in found] == ["夜间提货太慢", "周末查验预约"]
    assert {(one.customer, one.contact, one.response, one.state) for one in found} == {
        (invitation.customer, invitation.contact, response, "received")
    }


def test_sent_again_other_words_replace_those_nobody_has_taken_up_and_are_another_one_afterwards(request_of_suggestions):
    invitation = make_invitation(wave=request_of_suggestions)
    make_response(invitation=invitation, improve="夜间提货太慢")

    make_response(invitation=invitation, improve="夜间提货太慢", keep="客服响应快")
    make_response(invitation=invitation, improve="夜间和周末提货太慢", keep="客服响应快")

    found = Suggestion.objects.get()
    assert found.text == "夜间和周末提货太慢"
    consider_suggestion(suggestion=found, owner=make_staff(), at=now(), by=make_staff())
    for words in ("节假日也太慢", "节假日和夜间都太慢"):
        make_response(invitation=invitation, improve=words)
    assert list(Suggestion.objects.order_by("pk").values_list("text", flat=True)) == ["夜间和周末提货太慢", "节假日和夜间都太慢"]


def test_the_comment_of_an_opinion_form_is_no_suggestion_by_itself():
    make_response(comment="夜间提货太慢")

    assert Suggestion.objects.count() == 0
