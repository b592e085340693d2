"""Signs of every script, machines that follow every link, links kept for months: each is taken as what it is."""

import datetime as dt
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from feedback.models import Complaint, Draft, Invitation, Response
from feedback.services.invitations import write_mails
from feedback.services.links import complaint_token, invitation_token
from feedback.tests.browsing import Tab
from feedback.tests.factories import make_complaint, make_invitation, make_response, make_staff
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.conftest import mailbox, own_instance  # noqa: F401 fixtures

pytestmark = pytest.mark.django_db
SIGNS = "好👍🏽 مرحبا \u202egnp.exe 𠮷"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def invitation():
    return make_invitation(language="en")


def page(invitation, number=4) -> str:
    return reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number])


def url(name, invitation) -> str:
    return reverse(f"opinion:{name}", args=[invitation_token(invitation.public_id)])


def test_signs_of_every_script_are_kept_sign_by_sign(invitation):
    thanks = Tab(Client(), page(invitation)).type(overall=4, comment=SIGNS).press()
    again = Tab(Client(), page(invitation))

    assert Response.objects.get().comment == SIGNS
    assert f'<dd dir="auto">{SIGNS}</dd>' in thanks.html
    assert again.fields["q-comment"] == SIGNS


def test_a_sign_that_turns_the_line_turns_no_other_words_of_our_pages(invitation, client):
    response = make_response(invitation=invitation, comment=SIGNS)
    complaint = make_complaint(description=SIGNS, subject="Gate")
    client.force_login(make_staff())

    pages = [response.get_absolute_url(), reverse("feedback:response_list"), complaint.get_absolute_url()]
    told = [client.get(address).content.decode() for address in pages]

    assert [bool(re.search(rf'dir="auto">(<p>)?{re.escape(SIGNS)}', html)) for html in told] == [True, True, True]


def test_a_nul_byte_in_a_text_or_a_link_breaks_nothing(invitation):
    told = Tab(Client(), page(invitation)).type(overall=4, comment="a\x00b").press()
    link = Client().get("/o/%00/")
    form = Client().post(reverse("opinion:complaint"), {"o": "\x00", "description": "a\x00b", "subject": "\x00"})

    assert (told.answer.status_code, Response.objects.get().comment) == (200, "ab")
    assert (link.status_code, form.status_code) == (404, 422)


def test_scripts_are_text_on_staff_pages_and_in_mails(invitation, client):
    response = make_response(invitation=invitation, comment=SCRIPT)
    complaint = make_complaint(description=SCRIPT, subject=SCRIPT, reporter_email="li@customer.invalid")
    mail = OutgoingEmail.objects.get(kind="feedback.complaint_received")
    client.force_login(make_staff())

    addresses = (response.get_absolute_url(), complaint.get_absolute_url(), reverse("feedback:response_list"), mail.get_absolute_url())
    pages = [client.get(address) for address in addresses]

    assert [one.status_code for one in pages] == [200, 200, 200, 200]
    assert [SCRIPT in one.content.decode() for one in pages] == [False, False, False, False]
    assert (SCRIPT in mail.html, "&lt;script&gt;alert(1)" in mail.html) == (False, True)


def links_of(message) -> list[str]:
    """Every address in the parts and the headers of a mail as it went over the line."""
    parts = [part.get_payload(decode=True).decode() for part in message.walk() if not part.is_multipart()]
    text = unescape("\n".join([*parts, *(str(value) for value in message.values())]))
    return sorted({found.rstrip(".,>") for found in re.findall(r"https?://[^\s\"'<>]+", text)})


def test_a_machine_that_follows_every_link_of_the_real_mail_answers_nothing(invitation, mailbox, settings):  # noqa: F811
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())
    deliver_due()
    (_address, message) = mailbox.received[0]
    links = links_of(message)

    answers = [getattr(Client(), method)(link.removeprefix(settings.PORTCRM_SITE_URL)) for link in links for method in ("head", "get")]

    assert {urlsplit(link).query for link in links} == {"", *(f"a={point}" for point in range(11))}
    assert {answer.status_code for answer in answers} == {200}
    assert (Draft.objects.count(), Response.objects.count(), Complaint.objects.count()) == (0, 0, 0)
    assert Invitation.objects.get(pk=invitation.pk).answered_at is None


def test_a_machine_that_asks_for_heads_only_has_opened_nothing(invitation):
    Client().head(url("form", invitation))

    assert Invitation.objects.get(pk=invitation.pk).opened_at is None


def test_a_link_found_after_months_is_answered_as_its_form_stands(invitation):
    make_response(invitation=invitation)
    late = make_invitation(wave=invitation.wave, language="en")
    wave = invitation.wave
    wave.opens_at, wave.closes_at = now() - dt.timedelta(days=120), now() - dt.timedelta(days=90)
    wave.save(update_fields=["opens_at", "closes_at"])

    used = [Client().get(url("form", invitation)).content.decode() for _time in range(3)]
    closed = Client().get(url("form", late)).content.decode()

    assert ["<h1>Already answered</h1>" in html for html in used] == [True, True, True]
    assert "<h1>This form is closed</h1>" in closed


def test_a_reloaded_answer_of_the_form_changes_nothing(invitation):
    one = Tab(Client(), page(invitation)).type(overall=4, comment="once")

    for _time in range(3):
        one.send()

    assert Response.objects.get().versions.count() == 1
    assert Draft.objects.count() == 0


def test_a_reload_of_the_case_page_records_no_second_case(client):
    complaint = make_complaint(language="en")

    for _time in range(2):
        client.get(reverse("opinion:complaint_status", args=[complaint_token(complaint.public_id)]))

    assert Complaint.objects.count() == 1


def test_two_people_with_one_link_lose_nothing_of_each_other(invitation):
    chief, clerk = Tab(Client(), page(invitation)), Tab(Client(), page(invitation, 1))
    clerk.type(schedule_reliability=3).press("next")

    chief.type(overall=4, comment="From the chief.").press()

    latest = Response.objects.get().versions.get()
    assert latest.answers == {"schedule_reliability": 3, "overall": 4, "comment": "From the chief."}
