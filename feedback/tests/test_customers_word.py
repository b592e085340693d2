"""The customer judges our answer on the page of the case."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from feedback.models import Complaint
from feedback.services.complaints import answer_complaint, assign_complaint
from feedback.services.links import complaint_token
from feedback.tests.factories import make_complaint, make_staff
from portcrm.clock import now
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def case() -> Complaint:
    owner = make_staff()
    complaint = assign_complaint(complaint=make_complaint(language="en"), owner=owner, at=now(), by=make_staff())
    return answer_complaint(complaint=complaint, answer="We opened a second lane.", at=now(), by=owner)


def page_of(complaint: Complaint, name: str = "complaint_status") -> str:
    return reverse(f"opinion:{name}", args=[complaint_token(complaint.public_id)])


def say(client, complaint: Complaint, **data):
    return client.post(page_of(complaint, "complaint_word") + "?lang=en", data)


def test_settled_tells_the_owner_once_and_waits_to_be_closed(client, case):
    for _click in range(2):
        assert say(client, case, settled="yes").url == page_of(case)

    case.refresh_from_db()
    assert (case.state, case.settled_at is not None, case.notes.count()) == ("answered", True, 1)
    assert list(Notice.objects.filter(kind="complaint.settled").values_list("recipient", flat=True)) == [case.owner_id]
    assert "You told us that the matter is settled" in client.get(page_of(case)).content.decode()


def test_not_settled_takes_the_case_up_again_with_what_is_missing(client, case):
    for _click in range(2):
        assert say(client, case, settled="no", text="The dent is still there.").status_code == 302

    case.refresh_from_db()
    assert (case.state, case.answered_at, case.notes.count()) == ("assigned", None, 1)
    assert "The dent is still there." in case.notes.get().text
    assert Notice.objects.filter(kind="complaint.assigned", recipient=case.owner).exists()


def test_without_a_reason_or_with_too_long_a_one_every_word_is_kept(client, case, settings):
    settings.LONGEST_OPINION_TEXT = 20

    empty, long = say(client, case, settled="no", text=""), say(client, case, settled="no", text="x" * 21)

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Please tell us what is still missing." in empty.content.decode()
    assert "x" * 21 in long.content.decode()
    case.refresh_from_db()
    assert case.state == "answered"


def test_opening_the_address_says_nothing(client, case):
    assert client.get(page_of(case, "complaint_word")).url == page_of(case)
    case.refresh_from_db()
    assert case.settled_at is None


def test_before_there_is_an_answer_there_is_nothing_to_judge(client):
    complaint = make_complaint(language="en")

    refused = say(client, complaint, settled="yes")

    assert refused.status_code == 409
    assert "Is the matter settled?" not in client.get(page_of(complaint)).content.decode()


def test_a_forged_link_says_nothing(client, case):
    answer = client.post(reverse("opinion:complaint_word", args=[f"{case.public_id}.forged"]), {"settled": "yes"})

    case.refresh_from_db()
    assert (answer.status_code, case.settled_at) == (404, None)
