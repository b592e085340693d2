"""Somebody who changed the company still answers, suggests and complains: what they said is kept, without naming them for the old one."""

from uuid import uuid4

import pytest
from django.core.cache import cache

from customers.models import Customer, FollowUp
from customers.services.employments import move_contact
from customers.tests.factories import make_contact, make_customer
from feedback.models import Complaint, Questionnaire, Response, Suggestion
from feedback.services import passing_on
from feedback.services.complaints import edit_complaint
from feedback.services.heard import edit_heard
from feedback.services.links import invitation_token
from feedback.services.questionnaires import load_shipped_questionnaires
from feedback.services.suggestions import edit_suggestion
from feedback.tests.factories import (
    make_complaint,
    make_heard,
    make_invitation,
    make_response,
    make_staff,
    make_suggestion,
    make_wave_of,
)
from portcrm.clock import port_today
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def moved(contact):
    return move_contact(contact=contact, to=make_customer(), on=port_today(), by=make_staff())


@pytest.fixture
def asked():
    load_shipped_questionnaires(on=port_today())
    return make_invitation(wave=make_wave_of(Questionnaire.objects.get(key="suggestion-request").current_version()))


def test_the_wishes_of_a_moved_person_are_taken_without_them(asked):
    moved(asked.contact)

    make_response(invitation=asked, improve="夜间提货太慢")

    found = Suggestion.objects.get()
    assert (found.customer, found.contact, Response.objects.get().untold) == (asked.customer, None, False)


def test_a_fault_of_suggestions_undoes_neither_score_nor_follow_up_and_is_made_good(monkeypatch):
    def broken(**_told):
        raise ValueError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr(passing_on, "take_suggestions", broken)
        patch.setattr(passing_on, "asks_for_suggestions", lambda _wave: True)
        response = make_response(overall=1)
        again = passing_on.tell_leftovers(by=make_staff())

    assert FollowUp.objects.filter(customer=response.customer).count() == 1
    assert Customer.objects.get(pk=response.customer_id).last_opinion_score is not None
    assert (again, Response.objects.get().untold) == (0, True)
    assert (passing_on.tell_leftovers(by=make_staff()), Response.objects.get().untold) == (1, False)


def test_public_pages_take_the_words_of_a_moved_person(client):
    invitation = make_invitation()
    moved(invitation.contact)
    sent = {"group": "transport", "company_name": "东海", "o": invitation_token(invitation.public_id)}

    answers = [
        client.post("/o/suggestion/", sent | {"text": "夜间开闸", "form_key": str(uuid4())}),
        client.post("/o/complaint/", sent | {"subject": "闸口", "description": "等了四小时", "form_key": str(uuid4())}),
    ]

    assert [one.status_code for one in answers] == [302, 302]
    for model in (Suggestion, Complaint):
        assert model.objects.values_list("customer", "contact").get() == (invitation.customer_id, None)


@pytest.mark.parametrize(
    ("make", "edit", "name"),
    [(make_suggestion, edit_suggestion, "suggestion"), (make_heard, edit_heard, "heard"), (make_complaint, edit_complaint, "complaint")],
)
def test_another_field_is_corrected_though_the_contact_has_moved(make, edit, name):
    contact = make_contact()
    row = make(customer=contact.customer, contact=contact, group="transport")
    moved(contact)

    edited = edit(**{name: row}, changes={"service_item": "", "group": "other"}, by=make_staff())

    assert (edited.group, edited.contact) == ("other", contact)
    with pytest.raises(RuleBroken):
        edit(**{name: row}, changes={"contact": make_contact()}, by=make_staff())
