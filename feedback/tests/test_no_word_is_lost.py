"""Whatever happens between opening the form and sending it, no word a customer has written is lost or overwritten."""

import datetime as dt
import logging
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from customers.models import Customer, FollowUp
from feedback.models import Draft, Response, ResponseVersion
from feedback.services import opinions, passing_on
from feedback.services.links import invitation_token
from feedback.services.opinions import stored_answers
from feedback.services.waves import close_wave
from feedback.tasks import sweep
from feedback.tests.browsing import Tab
from feedback.tests.factories import make_invitation, make_response, make_staff
from feedback.views import opinion_form
from portcrm.clock import now

pytestmark = pytest.mark.django_db
MINE, THEIRS = "A long and careful text.", "What a colleague wrote."


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


def tab(invitation, number=4) -> Tab:
    return Tab(Client(), page(invitation, number))


def broken(*args, **kwargs):
    raise ValueError("a fault of ours")


def test_a_fault_of_the_follow_up_costs_no_answer_and_is_made_good_by_the_sweep(invitation, monkeypatch, caplog):
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(passing_on, "follow_up_low_score", broken)
        tab(invitation).type(overall=1, comment=MINE).press()

    assert (Response.objects.get().comment, FollowUp.objects.count()) == (MINE, 0)
    assert Customer.objects.get(pk=invitation.customer_id).last_opinion_score is None
    assert [record.levelname for record in caplog.records if "answer_not_told" in record.getMessage()] == ["ERROR"]

    for _time in range(2):
        sweep()

    assert FollowUp.objects.get().dedupe_key == f"feedback.response:{Response.objects.get().pk}"
    assert Customer.objects.get(pk=invitation.customer_id).last_opinion_score == 1
    assert list(Response.objects.values_list("untold", flat=True)) == [False]


def test_one_answer_that_cannot_be_told_keeps_no_other_back(invitation, monkeypatch):
    for one in (invitation, make_invitation()):
        Response.objects.filter(pk=make_response(invitation=one, overall=1).pk).update(untold=True)
    FollowUp.objects.all().delete()
    first = Response.objects.order_by("pk").first()
    tell = passing_on.follow_up_low_score

    def often(*, response, **told):
        return broken() if response.pk == first.pk else tell(response=response, **told)

    monkeypatch.setattr(passing_on, "follow_up_low_score", often)
    sweep()

    assert list(Response.objects.filter(untold=True)) == [first]
    assert FollowUp.objects.count() == 1


def test_a_fault_while_sending_leaves_the_words_in_the_draft_and_on_the_page(invitation, monkeypatch):
    monkeypatch.setattr(opinion_form, "submit", broken)

    told = tab(invitation).type(overall=4, comment=MINE).press()

    assert told.answer.status_code == 500
    assert "<h1>Not stored yet</h1>" in told.html
    assert MINE in told.html
    assert stored_answers(invitation) == {"overall": 4, "comment": MINE}
    assert Response.objects.count() == 0


def test_a_process_that_dies_while_sending_leaves_the_words_in_the_draft(invitation, monkeypatch):
    def dies(**_sent):
        raise SystemExit  # as far as a test can: nothing behind it is done any more

    monkeypatch.setattr(opinion_form, "submit", dies)

    with pytest.raises(SystemExit):
        tab(invitation).type(overall=4, comment=MINE).press()

    assert stored_answers(invitation) == {"overall": 4, "comment": MINE}


def test_a_fault_while_saving_gives_the_words_back(invitation, monkeypatch):
    monkeypatch.setattr(opinions, "answers_as_read", broken)
    short = "短"

    told = tab(invitation).type(comment=short).press("next")

    assert (told.answer.status_code, f">{short}</blockquote>" in told.html) == (500, True)


def test_an_empty_box_of_another_tab_wipes_no_text(invitation):
    one, other = tab(invitation), tab(invitation)
    one.type(comment=MINE).press("stay")

    other.type(overall=4).press()

    assert Response.objects.get().comment == MINE


def test_a_box_with_an_older_text_overwrites_no_newer_one(invitation):
    tab(invitation).type(comment="First.").press("stay")
    one, other = tab(invitation), tab(invitation)
    one.type(comment=MINE).press("stay")

    other.type(overall=4).press()

    assert Response.objects.get().comment == MINE


def test_two_different_texts_are_both_shown_and_the_writer_decides(invitation):
    one, other = tab(invitation), tab(invitation)
    one.type(comment=THEIRS).press("stay")

    told = other.type(overall=4, comment=MINE).press()

    assert told.answer.status_code == 422
    assert "This text was changed meanwhile, perhaps in another window or on another device." in told.html
    assert f">{THEIRS}</blockquote>" in told.html
    assert told.fields["q-comment"] == MINE
    assert stored_answers(invitation) == {"overall": 4, "comment": THEIRS}

    told.press()

    assert Response.objects.get().comment == MINE


def test_a_text_emptied_elsewhere_is_not_silently_put_back(invitation):
    tab(invitation).type(comment=THEIRS).press("stay")
    one, other = tab(invitation), tab(invitation)
    one.type(comment="").press("stay")

    told = other.type(overall=4, comment=MINE).press()

    assert (told.answer.status_code, "The stored text was emptied meanwhile." in told.html) == (422, True)
    assert stored_answers(invitation) == {"overall": 4}


def test_a_text_that_is_too_long_does_not_learn_of_another_one_unseen(invitation, settings):
    settings.LONGEST_OPINION_TEXT = 50
    one, other = tab(invitation), tab(invitation)
    one.type(comment=THEIRS).press("stay")
    other.type(overall=4, comment="x" * 51).press()

    told = other.type(comment=MINE).press()

    assert (told.answer.status_code, f">{THEIRS}</blockquote>" in told.html) == (422, True)


def test_whoever_empties_the_own_text_means_it(invitation):
    tab(invitation).type(overall=4, comment=MINE).press()

    tab(invitation).type(comment="").press()

    assert (Response.objects.get().comment, ResponseVersion.objects.count()) == ("", 2)


def test_a_text_changed_on_a_page_the_browser_went_back_to_is_a_new_version(invitation):
    one = tab(invitation).type(overall=4, comment="First.")
    one.send()

    one.type(comment=MINE).press()

    assert Response.objects.get().comment == MINE
    assert list(ResponseVersion.objects.order_by("number").values_list("answers__comment", flat=True)) == ["First.", MINE]


def test_a_page_sent_again_does_not_send_what_another_device_has_begun(invitation):
    one = tab(invitation).type(overall=4, comment="First.")
    one.send()
    tab(invitation).type(comment="half a").press("stay")

    one.press()

    assert Response.objects.get().comment == "First."
    assert stored_answers(invitation)["comment"] == "half a"


def test_a_page_one_restored_by_the_browser_does_not_undo_a_later_choice(client, invitation):
    first = Tab(client, f"{url('form', invitation)}?a=8")
    first.send("next")
    tab(invitation).type(recommend=3).press("back")

    first.press("next")

    assert stored_answers(invitation) == {"recommend": 3}


def test_a_save_that_arrives_after_the_form_begins_no_change(client, invitation):
    one = tab(invitation).type(overall=4, comment="abcdef")
    one.send()

    late = client.post(url("save", invitation), {"q-comment": "abc", "form_key": one.fields["form_key"]})

    assert late.json() == {"saved": True}
    assert Draft.objects.count() == 0


def test_a_save_names_what_it_took_and_what_it_refused(client, invitation, settings):
    settings.LONGEST_OPINION_TEXT = 5

    taken = client.post(url("save", invitation), {"q-comment": "abc", "q-overall": "4"})
    refused = client.post(
        url("save", invitation), {"q-comment": "x" * 6, "q-overall": "3", "b-comment": taken.json()["bases"]["b-comment"]}
    )

    assert (taken.status_code, refused.status_code) == (200, 422)
    assert (refused.json()["refused"], refused.json()["bases"]) == (["q-comment"], {})
    assert stored_answers(invitation) == {"comment": "abc", "overall": 3}


@pytest.mark.parametrize("go", ["submit", "next"])
def test_a_text_sent_after_a_closing_by_hand_comes_back_and_can_become_a_complaint(invitation, go):
    one = tab(invitation).type(overall=2, comment=MINE)
    close_wave(wave=invitation.wave, at=now(), by=make_staff())

    told = one.press(go)
    sent = {"o": invitation_token(invitation.public_id), "description": MINE, "go": "lang:en"}
    onward = Tab(Client(), reverse("opinion:complaint"), form="complaint")
    onward.show(Client().post(reverse("opinion:complaint"), sent))

    assert (told.answer.status_code, f">{MINE}</blockquote>" in told.html) == (410, True)
    assert 'value="lang:en">Take the text over into a complaint</button>' in told.html
    assert onward.fields["description"] == MINE
    assert (Response.objects.count(), Draft.objects.count()) == (0, 0)


def test_a_closing_between_the_look_and_the_lock_gives_the_words_back(invitation, monkeypatch):
    one = tab(invitation).type(overall=2, comment=MINE)
    open_still = opinions.standing(invitation, at=now())
    monkeypatch.setattr(opinion_form, "standing", lambda *args, **kwargs: open_still)
    close_wave(wave=invitation.wave, at=now(), by=make_staff())

    told = one.press()

    assert (told.answer.status_code, f">{MINE}</blockquote>" in told.html) == (409, True)


def in_grace(invitation, *, hours=1):
    """Let the planned closing have passed some hours ago."""
    wave = invitation.wave
    wave.opens_at, wave.closes_at = now() - dt.timedelta(days=15), now() - dt.timedelta(hours=hours)
    wave.save(update_fields=["opens_at", "closes_at"])


def test_whoever_had_the_form_open_before_the_closing_may_still_send_it(invitation, settings):
    settings.SURVEY_GRACE_HOURS = 24
    one = tab(invitation)
    in_grace(invitation)
    after = tab(invitation)
    one.fields["drawn"] = stamp(invitation, hours=2)

    one.type(overall=4, comment=MINE).press()

    assert after.answer.status_code == 410
    assert Response.objects.get().comment == MINE


def test_a_form_begun_says_until_when_it_may_be_sent(invitation, settings):
    settings.SURVEY_GRACE_HOURS = 24
    tab(invitation).type(overall=4).press("stay")
    in_grace(invitation)

    html = tab(invitation).html

    until = (invitation.wave.closes_at + dt.timedelta(hours=24)).astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert f"you may still send it until {until:%Y-%m-%d %H:%M}" in html


@pytest.mark.parametrize("stamped", ["", "x", "another form's"])
def test_a_page_without_a_stamp_of_its_own_has_not_begun(invitation, stamped):
    one = tab(invitation)
    one.fields["drawn"] = stamp(make_invitation(), hours=2) if stamped == "another form's" else stamped
    in_grace(invitation)

    assert one.type(overall=4).press().answer.status_code == 410


def stamp(invitation, *, hours: int) -> str:
    """What the page would carry had it been drawn some hours ago."""
    return opinion_form.drawn_stamp(invitation.public_id, at=now() - dt.timedelta(hours=hours))


def test_a_machine_leaves_no_draft_and_a_person_whose_browser_filled_the_field_keeps_the_words(invitation):
    one = tab(invitation).type(overall=4, comment=MINE)
    one.fields["website"] = "x"

    told = one.press()

    assert (told.answer.status_code, told.fields["q-comment"]) == (422, MINE)
    assert (Draft.objects.count(), Response.objects.count()) == (0, 0)


def test_a_repeated_service_call_with_another_key_is_no_second_version(invitation):
    make_response(invitation=invitation, overall=4, comment=MINE)
    make_response(invitation=invitation, overall=4, comment=MINE)

    assert ResponseVersion.objects.count() == 1
    assert uuid4() != ResponseVersion.objects.get().form_key
