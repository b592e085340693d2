"""The pages of a customer keep the language chosen there, name the right times and say which question is not translated."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from feedback.models import Draft, Item, Response
from feedback.services.invitations import closing_text
from feedback.services.links import invitation_token
from feedback.services.waves import close_wave
from feedback.tests.browsing import Tab
from feedback.tests.factories import make_invitation, make_response, make_staff
from portcrm.clock import now

pytestmark = pytest.mark.django_db
ENGLISH = '<html lang="en">'


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def page(invitation, number=4) -> str:
    return reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number])


def url(name, invitation) -> str:
    return reverse(f"opinion:{name}", args=[invitation_token(invitation.public_id)])


def test_the_thanks_and_the_link_opened_later_speak_the_language_chosen_in_the_form():
    invitation = make_invitation(language="zh-hans")
    form = Tab(Client(), page(invitation)).press("lang:en")

    thanks = form.type(overall=4).press()
    later = Client().get(url("form", invitation), follow=True).content.decode()

    assert (ENGLISH in thanks.html, ENGLISH in later) == (True, True)
    assert Response.objects.get().language == "en"


def test_changing_the_answers_in_another_language_stays_in_it():
    invitation = make_invitation(language="zh-hans")
    make_response(invitation=invitation)

    first = Tab(Client(), page(invitation, 1) + "?lang=en")
    second = first.press("next")

    assert ENGLISH in second.html
    assert "lang=en" in second.action
    assert Draft.objects.count() == 0


def test_a_form_closed_by_hand_names_the_moment_it_was_closed():
    invitation = make_invitation(language="en")
    planned = closing_text(invitation.wave)

    close_wave(wave=invitation.wave, at=now(), by=make_staff())
    html = Client().get(url("form", invitation)).content.decode()

    invitation.wave.refresh_from_db()
    assert planned not in html
    assert f"took answers until {closing_text(invitation.wave)}, port time" in html


def test_a_click_that_differs_from_what_was_chosen_before_is_said():
    invitation = make_invitation(language="en")
    Tab(Client(), page(invitation)).type(recommend=9).press("back")

    html = Client().get(f"{url('form', invitation)}?a=2").content.decode()

    assert "You chose 2 of 10 in the mail, and 9 here before. 9 counts; you can change it on the last page." in html
    assert 'name="p-recommend"' not in html


def test_a_click_after_sending_is_said_on_the_thanks():
    invitation = make_invitation(language="en")
    make_response(invitation=invitation, recommend=9)

    html = Client().get(f"{url('form', invitation)}?a=2", follow=True).content.decode()

    assert "You chose 2 of 10 in the mail just now. In the answers you sent it is 9, and this counts. You can change it below." in html


def test_a_form_without_the_question_takes_no_notice_of_a_click():
    invitation = make_invitation(language="en")
    invitation.wave.version.items.filter(key="recommend").delete()

    form = Tab(Client(), f"{url('form', invitation)}?a=8")

    assert "You chose 8" not in form.html
    assert form.press("next").answer.status_code == 200


def test_a_question_that_is_not_translated_says_so_and_names_its_language():
    invitation = make_invitation(language="en")
    Item.objects.filter(key="overall").update(text_en="")
    question = Item.objects.get(key="overall", version=invitation.wave.version).text_zh

    english = Client().get(page(invitation)).content.decode()
    chinese = Client().get(page(invitation) + "?lang=zh-hans").content.decode()

    assert f'<span lang="zh-Hans">{question}</span> <span class="need">(not translated)</span>' in english
    assert ('lang="zh-Hans">' + question in chinese, question in chinese) == (False, True)


def test_a_rating_is_taken_back_without_scripts():
    invitation = make_invitation(language="en")
    Tab(Client(), page(invitation)).type(overall=4, recommend=9).press("back")

    taken = Tab(Client(), page(invitation))
    taken.type(recommend="").press()

    assert 'name="q-recommend" value="">' in taken.client.get(page(invitation)).content.decode()
    assert 'name="q-overall" value="">' not in taken.client.get(page(invitation)).content.decode()
    assert (Response.objects.get().overall, Response.objects.get().recommend) == (4, None)


def test_what_was_sent_can_be_taken_along_as_a_text():
    invitation = make_invitation(language="en")
    before = Client().get(url("copy", invitation))
    make_response(invitation=invitation, overall=4, comment="A & <b>\nsecond line")

    thanks = Client().get(url("thanks", invitation)).content.decode()
    answer = Client().get(url("copy", invitation))

    text = answer.content.decode()
    assert before.url == url("form", invitation)
    assert f'href="{url("copy", invitation)}?lang=en" download' in thanks
    assert (answer["Content-Type"], answer["Content-Disposition"].partition(";")[0]) == ("text/plain; charset=utf-8", "attachment")
    assert f"Customer opinion form for {invitation.customer.name_en}" in text
    assert "- All in all, how satisfied are you with our port?\n  4 / 5\n" in text
    assert "A & <b>\nsecond line" in text
