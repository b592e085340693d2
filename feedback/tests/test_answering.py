"""The customer opens the link and answers, page by page, without JavaScript."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from feedback.models import Answer, Draft, Invitation, Response, ResponseVersion
from feedback.services.answers import ReadAnswers, mark_of
from feedback.services.links import invitation_token
from feedback.services.opinions import standing, stored_answers, submit
from feedback.services.waves import close_wave
from feedback.tests.factories import make_invitation, make_response, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
RATED = "schedule_reliability"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def invitation():
    return make_invitation(language="en")


def page(invitation, number=1) -> str:
    return reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number])


def url(name, invitation) -> str:
    return reverse(f"opinion:{name}", args=[invitation_token(invitation.public_id)])


def send(client, invitation, number=4, *, go="submit", form_key=None, **answers):
    """Send a page that was drawn with what is stored now."""
    drawn = {"b-comment": mark_of(stored_answers(invitation).get("comment", ""))}
    data = {f"q-{key}": value for key, value in answers.items()} | drawn | {"go": go, "form_key": str(form_key or uuid4())}
    return client.post(page(invitation, number), data)


def test_the_link_opens_page_one_in_the_contacts_language_and_says_for_whom(client, invitation):
    html = client.get(url("form", invitation)).content.decode()

    assert '<html lang="en">' in html
    assert f"<strong>{invitation.customer.name_en}</strong>" in html
    assert "Page 1 of 4" in html
    assert "Schedule reliability" in html
    assert "Sailing timetable" not in html


def test_opening_the_form_is_remembered_and_answers_nothing(client, invitation):
    client.get(url("form", invitation))

    invitation.refresh_from_db()
    assert invitation.opened_at is not None
    assert (Draft.objects.count(), Response.objects.count()) == (0, 0)


def test_the_answer_clicked_in_the_mail_is_shown_and_not_stored(client, invitation):
    html = client.get(f"{url('form', invitation)}?a=8").content.decode()

    assert '<input type="hidden" name="p-recommend" value="8">' in html
    assert Draft.objects.count() == 0

    client.post(page(invitation, 1), {"go": "next", "p-recommend": "8"})

    assert stored_answers(invitation) == {"recommend": 8}


@pytest.mark.parametrize("clicked", ["11", "-1", "x", "8%20", "<b>"])
def test_an_impossible_answer_in_the_address_is_ignored(client, invitation, clicked):
    assert b'name="p-recommend"' not in client.get(f"{url('form', invitation)}?a={clicked}").content


def test_next_saves_the_page_and_leads_on_and_back_leads_back(client, invitation):
    onward = send(client, invitation, 1, go="next", **{RATED: "4", "claims_efficiency": "na"})
    back = send(client, invitation, 2, go="back", cargo_tracking="5")

    assert (onward.status_code, onward.url) == (302, page(invitation, 2))
    assert (back.status_code, back.url) == (302, page(invitation, 1))
    assert stored_answers(invitation) == {RATED: 4, "claims_efficiency": "na", "cargo_tracking": 5}


def test_the_same_link_goes_on_where_another_device_stopped(client, invitation):
    send(client, invitation, 1, go="next", **{RATED: "4"})

    html = Client().get(url("form", invitation)).content.decode()

    assert f'name="q-{RATED}" value="4" checked' in html


def test_sending_stores_one_answer_and_says_what_was_stored(client, invitation):
    send(client, invitation, 1, go="next", **{RATED: "4", "claims_efficiency": "na"})
    thanks = client.post(
        page(invitation, 4),
        {"go": "submit", "q-overall": "5", "q-recommend": "9", "q-comment": "好 <b>港口</b>", "form_key": str(uuid4())},
        follow=True,
    )

    response = Response.objects.get()
    assert (response.invitation, response.overall, response.recommend, response.comment) == (invitation, 5, 9, "好 <b>港口</b>")
    assert dict(response.answers.values_list("item__key", "score")) == {RATED: 4, "claims_efficiency": None, "overall": 5, "recommend": 9}
    assert Draft.objects.count() == 0
    html = thanks.content.decode()
    assert thanks.redirect_chain == [(url("thanks", invitation), 302)]
    assert "好 &lt;b&gt;港口&lt;/b&gt;" in html
    assert "Not applicable" in html


def test_without_the_one_required_answer_nothing_is_sent_and_nothing_lost(client, invitation):
    answer = send(client, invitation, recommend="9", comment="wait")

    html = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#q-overall">' in html
    assert ">wait</textarea>" in html
    assert Response.objects.count() == 0
    assert stored_answers(invitation) == {"recommend": 9, "comment": "wait"}


def test_a_double_click_sends_once(client, invitation):
    key = uuid4()

    first, second = (send(client, invitation, form_key=key, overall="4") for _click in range(2))

    assert first.url == second.url == url("thanks", invitation)
    assert (Response.objects.count(), ResponseVersion.objects.count()) == (1, 1)


def test_the_latest_version_counts_and_the_earlier_one_is_kept(client, invitation):
    send(client, invitation, overall="4", comment="erst")
    send(client, invitation, overall="2", comment="")

    response = Response.objects.get()
    assert (response.overall, response.comment, response.submissions) == (2, "", 2)
    assert list(response.versions.values_list("number", "answers")) == [(1, {"overall": 4, "comment": "erst"}), (2, {"overall": 2})]
    assert list(Answer.objects.values_list("score", flat=True)) == [2]
    assert "Changed on" in client.get(url("thanks", invitation)).content.decode()


def test_sending_the_same_answers_again_is_no_new_version(client, invitation):
    send(client, invitation, overall="4")
    send(client, invitation, overall="4")

    assert ResponseVersion.objects.count() == 1


def test_whoever_has_answered_is_thanked_and_may_change(client, invitation):
    send(client, invitation, overall="4")

    thanks = client.get(url("form", invitation), follow=True)
    form = client.get(page(invitation, 4))

    assert page(invitation, 1) in thanks.content.decode()
    assert b'name="q-overall" value="4" checked' in form.content


def test_two_tabs_do_not_lose_each_others_answers(client, invitation):
    send(client, invitation, 1, go="next", **{RATED: "4"})
    send(Client(), invitation, 1, go="next", sailing_frequency="2")

    assert stored_answers(invitation) == {RATED: 4, "sailing_frequency": 2}


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_devices_sending_at_once_leave_one_answer():
    invitation, actor, barrier = make_invitation(), system_user(), threading.Barrier(2)

    def device(score):
        barrier.wait(timeout=10)
        submit(invitation=invitation, read=ReadAnswers({"overall": score}), form_key=uuid4(), language="en", at=now(), by=actor)
        connection.close()

    devices = [threading.Thread(target=device, args=[score]) for score in (3, 4)]
    for one in devices:
        one.start()
    for one in devices:
        one.join(timeout=20)

    assert Response.objects.count() == 1
    assert list(ResponseVersion.objects.values_list("number", flat=True)) == [1, 2]
    assert list(Answer.objects.values_list("score", flat=True)) == [Response.objects.get().overall]


@pytest.mark.database
def test_the_database_refuses_a_second_answer_to_one_invitation():
    response = make_response()

    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.create(
            wave=response.wave, invitation=response.invitation, language="en", first_submitted_at=now(), submitted_at=now()
        )


def test_changing_the_language_keeps_the_answers_and_stays_on_the_page(client, invitation):
    answer = send(client, invitation, 4, go="lang:zh-hans", overall="3", comment="half a sent")

    html = client.get(answer.url).content.decode()
    assert answer.url == page(invitation, 4) + "?lang=zh-hans"
    assert '<html lang="zh-Hans">' in html
    assert 'name="q-overall" value="3" checked' in html
    assert ">half a sent</textarea>" in html


def test_a_form_works_without_cookies_sessions_and_tokens(invitation):
    strict = Client(enforce_csrf_checks=True)

    answer = send(strict, invitation, overall="4")

    assert answer.url == url("thanks", invitation)
    assert Response.objects.get().overall == 4
    assert answer.cookies == {}


def test_answers_after_planned_closing_are_taken_from_begun_forms_only(client):
    wave = make_wave(opens_at=now() - dt.timedelta(days=15), closes_at=now() - dt.timedelta(hours=1))
    begun, untouched = make_invitation(wave=wave), make_invitation(wave=wave)
    Draft.objects.create(invitation=begun, answers={RATED: 3}, updated_at=now())

    assert send(client, begun, overall="4").status_code == 302
    assert send(client, untouched, overall="4").status_code == 410
    assert list(Response.objects.values_list("invitation", flat=True)) == [begun.pk]


def test_the_pages_tell_search_engines_and_other_sites_nothing(client, invitation):
    for name in ("form", "thanks"):
        response = client.get(url(name, invitation))
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]


def test_page_and_files_stay_below_forty_kilobytes(client, invitation):
    html = client.get(url("form", invitation)).content

    assert len(html) < 24_000
    assert html.count(b"<script") == 1


def test_a_page_needs_few_queries_whatever_was_answered(client, invitation, django_assert_max_num_queries):
    make_response(invitation=invitation, comment="x")
    system_user()

    with django_assert_max_num_queries(10):
        client.get(page(invitation, 4))


def test_the_draft_is_saved_between_pages_when_the_script_asks(client, invitation):
    answer = client.post(url("save", invitation), {f"q-{RATED}": "5"})

    assert (answer.status_code, answer.json()) == (200, {"saved": True, "bases": {}})
    assert stored_answers(invitation) == {RATED: 5}
    assert Invitation.objects.get().answered_at is None


def test_a_wave_closed_by_hand_within_the_grace_takes_no_answer_any_more(settings):
    settings.SURVEY_GRACE_HOURS = 24
    wave = make_wave(opens_at=now() - dt.timedelta(days=15), closes_at=now() - dt.timedelta(hours=1))
    begun = make_invitation(wave=wave)
    Draft.objects.create(invitation=begun, answers={"overall": 5}, updated_at=now() - dt.timedelta(hours=2))
    before = standing(begun, at=now())

    close_wave(wave=wave, at=now(), by=system_user())

    after = standing(Invitation.objects.get(pk=begun.pk), at=now())
    assert (before.takes_answers, after.takes_answers) == (True, False)
    with pytest.raises(RuleBroken):
        make_response(invitation=begun)


@pytest.mark.parametrize(("answers", "sorry"), [({"overall": 2}, True), ({"overall": 5, "recommend": 3}, True), ({"overall": 4}, False)])
def test_whoever_is_not_satisfied_is_told_that_somebody_comes_and_where_to_turn_at_once(client, invitation, settings, answers, sorry):
    settings.LOW_SCORE_BUSINESS_DAYS, settings.PORT_SERVICE_EMAIL = 3, "service@port.invalid"
    make_response(invitation=invitation, **answers)

    html = client.get(url("thanks", invitation)).content.decode()

    assert ("Somebody of ours gets in touch with you within 3 business days." in html) == sorry
    assert ('<a href="mailto:service@port.invalid">service@port.invalid</a>.</p>' in html) == sorry
    assert ("Where you are not satisfied, somebody gets in touch" in html) != sorry
