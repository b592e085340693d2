"""Suggestions keep the same rules on every way in: page, API, services; a name stands beside one only by agreement."""

import pytest
from django.urls import reverse

from customers.tests.factories import make_customer
from feedback.enums import Credit, ServiceItem
from feedback.models import Suggestion
from feedback.services.suggestions import (
    adopt_suggestion,
    decline_suggestion,
    edit_suggestion,
    record_suggestion,
)
from feedback.tests.factories import make_heard, make_staff, make_suggestion
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db


def adopted(**fields) -> Suggestion:
    return adopt_suggestion(suggestion=make_suggestion(**fields), did_zh="二号闸口夜间开放", at=now(), by=make_staff())


def test_another_customer_is_not_named_on_the_word_of_the_first():
    suggestion = make_suggestion(customer=make_customer(), credit=Credit.NAMED, credit_agreed_on=port_today())

    kept = edit_suggestion(suggestion=suggestion, changes={"company_name": "东海"}, by=make_staff())
    moved = edit_suggestion(suggestion=suggestion, changes={"customer": make_customer()}, by=make_staff())

    assert (kept.credit, moved.credit, moved.credit_agreed_on) == ("named", "anonymous", None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"company_name": " "}, "customer"),
        ({"company_name": "东海", "text": "长" * 11}, "text"),
        ({"company_name": "东海", "group": "other", "service_item": ServiceItem.values[0]}, "service_item"),
    ],
    ids=["company", "length", "service"],
)
def test_every_way_refuses_what_the_page_refuses(settings, wrong, field):
    settings.LONGEST_OPINION_TEXT = 10

    with pytest.raises(RuleBroken) as refusal:
        record_suggestion(**{"text": "夜间开闸"} | wrong, at=now(), by=make_staff())

    assert (refusal.value.field, Suggestion.objects.count()) == (field, 0)


@pytest.mark.parametrize("step", [{"did_zh": "长" * 11}, {"reason": "长" * 11}], ids=["did", "reason"])
def test_what_is_told_of_a_decision_has_an_end_too(settings, step):
    suggestion = make_suggestion()
    settings.LONGEST_OPINION_TEXT = 10

    with pytest.raises(RuleBroken):
        (adopt_suggestion if "did_zh" in step else decline_suggestion)(suggestion=suggestion, **step, at=now(), by=make_staff())


def test_a_strange_digit_for_a_customer_is_no_fault(client):
    client.force_login(make_staff())

    answers = [
        client.post(reverse(f"feedback:{name}_create"), {"customer": "²", "text": "夜间"}) for name in ("suggestion", "complaint", "heard")
    ]

    assert [one.status_code for one in answers] == [422, 422, 422]


def test_the_page_says_who_will_be_named_and_what_is_to_be_checked_first(client):
    client.force_login(make_staff())
    asked = adopted(asked_to_be_named=True)

    shown = client.get(asked.get_absolute_url()).content.decode()

    assert [words in shown for words in ("对外显示：由一位客户提出", "设置署名前请先与客户核实")] == [True, True]


def test_the_api_says_which_opinion_it_was_found_in(client):
    heard = make_heard()
    client.force_login(make_staff())

    told = {"text": "夜间开闸", "customer": heard.customer_id, "heard": heard.pk}
    made = client.post("/api/v1/feedback/suggestions/", told, content_type="application/json")

    assert (made.json()["heard"], Suggestion.objects.get().heard) == (heard.pk, heard)
