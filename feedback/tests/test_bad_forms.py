"""What forms and links must withstand."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core import signing
from django.core.cache import cache
from django.urls import reverse

from feedback.models import Draft, Response
from feedback.services.links import complaint_token, invitation_token
from feedback.services.opinions import stored_answers
from feedback.services.waves import close_wave
from feedback.tests.factories import make_complaint, make_invitation, make_response, make_staff, make_wave
from portcrm.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def invitation():
    return make_invitation(language="en")


def last_page(invitation) -> str:
    return reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 4])


def form(token) -> str:
    return f"{reverse('opinion:form', args=[token])}?lang=en"


@pytest.mark.parametrize(
    "forge",
    [
        lambda one: "nonsense",
        lambda one: one.public_id,
        lambda one: f"{one.public_id}.{'A' * 43}",
        lambda one: invitation_token(one.public_id)[:-1],
        lambda one: signing.Signer(salt="feedback.complaint", sep=".").sign(one.public_id),
        lambda one: signing.Signer(key="another site", salt="feedback.invitation", sep=".").sign(one.public_id),
        lambda one: invitation_token("nobody-was-given-this"),
        lambda one: "%00",
    ],
)
def test_a_forged_or_cut_link_gets_a_friendly_page_that_names_nobody(client, invitation, forge):
    answer = client.get(form(forge(invitation)))

    html = answer.content.decode()
    assert answer.status_code == 404
    assert "<h1>This link does not work</h1>" in html
    assert "service@portcrm.invalid" in html
    assert reverse("opinion:complaint") in html
    assert invitation.customer.name_en not in html


def test_a_closed_form_says_so_and_offers_another_way(client, invitation):
    close_wave(wave=invitation.wave, at=now(), by=make_staff())

    answer = client.get(form(invitation_token(invitation.public_id)))

    html = answer.content.decode()
    assert answer.status_code == 410
    assert "<h1>This form is closed</h1>" in html
    assert reverse("opinion:complaint") in html


def test_a_used_form_of_a_closed_wave_thanks_and_says_that_nothing_can_be_changed(client):
    wave = make_wave(opens_at=now() - dt.timedelta(days=20), closes_at=now() - dt.timedelta(hours=1))
    invitation = make_invitation(wave=wave)
    wave.closes_at = now() + dt.timedelta(hours=1)
    wave.save(update_fields=["closes_at"])
    make_response(invitation=invitation)
    wave.closes_at = now() - dt.timedelta(hours=1)
    wave.save(update_fields=["closes_at"])

    answer = client.get(form(invitation_token(invitation.public_id)))

    assert answer.status_code == 410
    assert "<h1>Already answered</h1>" in answer.content.decode()


def test_a_closed_form_takes_no_answer(client, invitation):
    close_wave(wave=invitation.wave, at=now(), by=make_staff())

    answer = client.post(last_page(invitation), {"go": "submit", "q-overall": "4"})
    saved = client.post(reverse("opinion:save", args=[invitation_token(invitation.public_id)]), {"q-overall": "4"})

    assert (answer.status_code, saved.status_code) == (410, 410)
    assert (Response.objects.count(), Draft.objects.count()) == (0, 0)


@pytest.mark.parametrize("value", ["0", "6", "-1", "4.5", "４", "na", "99999999999999999999", "1e1", "<script>"])
def test_an_answer_off_the_scale_is_refused_and_never_stored(client, invitation, value):
    answer = client.post(last_page(invitation), {"go": "submit", "q-overall": value})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Please choose one of the offered answers." in html
    assert "<script>" not in html
    assert Response.objects.count() == 0
    assert stored_answers(invitation) == {}


def test_a_question_of_another_form_is_refused_and_the_rest_is_kept(client, invitation):
    answer = client.post(last_page(invitation), {"go": "next", "q-overall": "4", "q-salary": "9"})

    assert answer.status_code == 422
    assert "This question does not belong to this form." in answer.content.decode()
    assert stored_answers(invitation) == {"overall": 4}


def test_a_text_of_a_million_characters_is_refused_by_name_and_stays_in_the_form(client, invitation):
    text = "字" * 300_000

    answer = client.post(last_page(invitation), {"go": "submit", "q-overall": "4", "q-comment": text})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "This text has 300000 characters; at most 4000 fit. Nothing was cut off." in html
    assert text in html
    assert Response.objects.count() == 0
    assert stored_answers(invitation) == {"overall": 4}


def test_a_body_larger_than_the_limit_gets_a_clear_page_and_loses_nothing_saved(client, invitation, settings):
    client.post(last_page(invitation), {"go": "next", "q-overall": "4"})
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000

    answer = client.post(f"{last_page(invitation)}?lang=en", {"go": "submit", "q-comment": "x" * 20_000})

    assert answer.status_code == 413
    assert "<h1>Too much at once</h1>" in answer.content.decode()
    assert stored_answers(invitation) == {"overall": 4}


def test_a_script_in_the_text_is_shown_as_text(client, invitation):
    client.post(last_page(invitation), {"go": "next", "q-comment": "</textarea><script>alert(1)</script>"})

    html = client.get(last_page(invitation)).content.decode()

    assert "<script>alert" not in html
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_machine_that_fills_the_hidden_field_stores_nothing_and_a_person_keeps_the_text(client, invitation):
    answer = client.post(last_page(invitation), {"go": "submit", "q-overall": "4", "q-comment": "my text", "website": "x"})

    assert answer.status_code == 422
    assert ">my text</textarea>" in answer.content.decode()
    assert Response.objects.count() == 0


def test_too_many_sendings_of_one_link_are_stopped_without_losing_the_text(client, invitation, settings):
    settings.FORM_SENDINGS_AN_HOUR = 2
    for _time in range(2):
        client.post(last_page(invitation), {"go": "next", "q-overall": "4"})

    answer = client.post(last_page(invitation), {"go": "submit", "q-overall": "4", "q-comment": "my text"})

    assert "Your answers are kept; please try again later." in answer.content.decode()
    assert ">my text</textarea>" in answer.content.decode()
    assert Response.objects.count() == 0


def test_guessing_links_is_slowed_down(client, settings):
    settings.UNKNOWN_LINKS_AN_HOUR = 2

    assert [client.get(form("guess")).status_code for _time in range(3)] == [404, 404, 429]


def test_a_page_that_does_not_exist_is_an_invalid_link(client, invitation):
    token = invitation_token(invitation.public_id)

    assert client.get(reverse("opinion:form_page", args=[token, 5])).status_code == 404
    assert client.post(reverse("opinion:form_page", args=[token, 0]), {"q-overall": "4"}).status_code == 404
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused_and_change_nothing(client, invitation, method):
    answer = getattr(client, method)(last_page(invitation))

    assert answer.status_code == 405
    assert Draft.objects.count() == 0


def test_a_complaints_link_opens_no_form_and_a_forms_link_no_complaint(client, invitation):
    complaint = make_complaint(subject="等待过久")

    assert client.get(form(complaint_token(complaint.public_id))).status_code == 404
    status = client.get(reverse("opinion:complaint_status", args=[invitation_token(invitation.public_id)]))
    assert status.status_code == 404
    assert "等待过久" not in status.content.decode()


def test_a_broken_form_key_counts_as_a_new_form(client, invitation):
    client.post(last_page(invitation), {"go": "submit", "q-overall": "4", "form_key": "x"})

    assert Response.objects.get().overall == 4
    assert uuid4() != Response.objects.get().versions.get().form_key
