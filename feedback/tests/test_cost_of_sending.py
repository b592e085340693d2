"""What it costs the database to take a page of a form: as many statements however long the form is."""

from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from feedback.models import Draft, Questionnaire, Response, ResponseVersion
from feedback.queries.questions import items_of, read_pages
from feedback.services.links import invitation_token
from feedback.services.questionnaires import load_shipped_questionnaires
from feedback.services.shipped.after_contact import FORM as PULSE
from feedback.tests.factories import make_form, make_invitation, make_programme, make_version, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import port_today

NEXT_PAGE, LAST_PAGE, ONLY_PAGE = 6, 18, 18  # without BEGIN and COMMIT; what is sent is saved first


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@contextmanager
def statements():
    """What the database is asked meanwhile."""
    said: list[str] = []

    def note(execute, sql, params, many, context):
        said.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield said


def send(invitation, number, go, **answers) -> list[str]:
    """Send a page as somebody does whose process has shown forms before; returns the statements it took."""
    address = reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number])
    system_user()
    Client().get(address)
    with statements() as said:
        answer = Client().post(address, {f"q-{key}": value for key, value in answers.items()} | {"go": go, "form_key": str(uuid4())})
    assert answer.status_code == 302
    return said


@pytest.mark.django_db(transaction=True)  # where each transaction is one of its own
def test_a_page_takes_six_statements_and_the_last_one_both_saves_and_sends():
    invitation = make_invitation()

    first = send(invitation, 1, "next", schedule_reliability=4)
    second = send(invitation, 2, "next", document_flow=4)
    last = send(invitation, 4, "submit", overall=5, recommend=10, comment="好")

    assert (len(first), len(second), len(last)) == (NEXT_PAGE, NEXT_PAGE, LAST_PAGE)
    assert ResponseVersion.objects.get().answers == {
        "schedule_reliability": 4, "document_flow": 4, "overall": 5, "recommend": 10, "comment": "好",
    }  # fmt: skip
    assert (Response.objects.get().overall, Draft.objects.count(), Customer.objects.get().last_opinion_score) == (5, 0, 5)


@pytest.mark.django_db(transaction=True)
def test_a_form_of_one_page_is_saved_and_sent():
    load_shipped_questionnaires(on=port_today())
    programme = make_programme(questionnaire=Questionnaire.objects.get(key=PULSE.key))
    invitation = make_invitation(wave=make_wave(programme=programme))

    said = send(invitation, 1, "submit", overall=5, comment="好")

    assert len(said) == ONLY_PAGE
    assert Response.objects.get().comment == "好"


@pytest.mark.django_db(transaction=True)
def test_who_sends_locks_the_invitation_and_not_the_wave_of_everybody():
    said = send(make_invitation(), 4, "submit", overall=5)

    locks = [sql for sql in said if "FOR UPDATE" in sql]
    assert [("feedback_invitation" in lock, "feedback_wave" in lock) for lock in locks] == [(True, False)] * 2  # saved, then sent


@pytest.mark.django_db
def test_questions_of_a_published_version_are_read_once_and_those_of_a_draft_each_time():
    published, draft = make_form([{"key": "gate"}]), make_form([{"key": "berth"}], published_on=None)
    for version in (published, draft):
        read_pages(version)

    draft.items.create(section=draft.sections.get(), key="crane", position=2, kind="rating")
    again = [type(version).objects.get(pk=version.pk) for version in (published, draft)]
    with statements() as said:
        read_pages(again[0])
        keys = [item.key for item in items_of(again[0])]
    read_pages(again[1])

    assert (said, keys) == ([], ["gate"])
    assert [item.key for item in items_of(again[1])] == ["berth", "crane"]


@pytest.mark.django_db
def test_what_one_request_does_with_its_version_is_no_other_ones():
    one, other = make_version(), make_version()
    for version in (one, other):
        read_pages(version)

    one.minutes = 99

    assert (one is other, other.minutes == 99) == (False, False)
    assert items_of(one)[0] is items_of(other)[0]
