"""A form without the usual questions, or on a longer scale, works wherever the usual one does."""

from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from customers.models import Customer, FollowUp
from feedback.models import Draft, Questionnaire, Response
from feedback.queries.satisfaction import by_customer, opinion_of
from feedback.services.invitations import invitation_mail
from feedback.services.links import invitation_token
from feedback.services.questionnaires import load_shipped_questionnaires
from feedback.services.reminders import reminder_mail
from feedback.services.results import compute_results
from feedback.tests.factories import make_form, make_invitation, make_response, make_staff, make_wave, make_wave_of
from portcrm.clock import now, port_today

pytestmark = pytest.mark.django_db

WORDS = {"purpose_zh": "{port}请{company}谈谈需求。", "purpose_en": "{port} asks {company} what it needs."}


@pytest.fixture
def texts_only():
    return make_form([{"key": "improve", "kind": "comment", "maximum": 1}], **WORDS)


def link(name, invitation, *more, query=""):
    return reverse(f"opinion:{name}", args=[invitation_token(invitation.public_id), *more]) + query


def test_a_click_in_the_mail_is_nothing_to_a_form_without_that_question(texts_only):
    invitation = make_invitation(wave=make_wave_of(texts_only))

    page = Client().get(link("form", invitation, query="?a=8")).content.decode()
    answer = Client().post(link("form_page", invitation, 1), {"go": "back", "p-recommend": "8"})

    assert "p-recommend" not in page
    assert (answer.status_code, Draft.objects.get().answers) == (302, {})


def test_the_mail_offers_0_to_10_only_where_the_form_asks_it(texts_only):
    without = invitation_mail(make_invitation(wave=make_wave_of(texts_only), language="en"), not_before=now())
    usual = invitation_mail(make_invitation(language="en"), not_before=now())

    assert ["?a=8" in mail.html for mail in (without, usual)] == [False, True]
    assert ["Or begin with this question" in mail.html for mail in (without, usual)] == [False, True]


@pytest.fixture
def pulse():
    """The form of one mark and one comment that asks after a contact."""
    load_shipped_questionnaires(on=port_today())
    return make_invitation(wave=make_wave_of(Questionnaire.objects.get(key="after-contact").current_version()), language="en")


def test_the_mail_of_a_form_with_one_mark_offers_its_points(pulse):
    html = invitation_mail(pulse, not_before=now()).html

    assert [f"?a={point}" in html for point in range(7)] == [False, True, True, True, True, True, False]
    assert "Or begin with this question: How satisfied are you with how we handled it?" in html
    assert "1 = Very poor, 5 = Very good. Nothing is stored" in html


def test_a_mark_clicked_in_the_mail_stands_in_the_form_of_one_page_and_waits_for_the_button(pulse):
    html = Client().get(link("form", pulse, query="?a=4")).content.decode()
    before = Draft.objects.count(), Response.objects.count()
    Client().post(link("form_page", pulse, 1), {"go": "submit", "q-overall": "2"})

    assert 'name="q-overall" value="4" checked' in html
    assert "You chose 4 of 5 in the mail. Nothing is stored until you send the form." in html
    assert 'value="submit" autofocus>' in html
    assert "p-recommend" not in html
    assert before == (0, 0)
    assert Response.objects.get().overall == 2


@pytest.mark.parametrize("clicked", ["0", "6", "10", "²"])
def test_a_point_the_mark_does_not_have_is_ignored(pulse, clicked):
    html = Client().get(link("form", pulse, query=f"?a={clicked}")).content.decode()

    assert " checked" not in html
    assert "in the mail" not in html


@pytest.mark.parametrize(("language", "said"), [("en", "asks 远洋 what it needs."), ("zh-hans", "请远洋谈谈需求。")])
def test_mails_and_form_say_what_the_form_is_for(texts_only, language, said):
    customer = Customer(name_zh="远洋")
    invitation = make_invitation(wave=make_wave_of(texts_only), language=language)
    Customer.objects.filter(pk=invitation.customer_id).update(name_zh=customer.name_zh, name_en="")
    invitation.refresh_from_db()
    invitation.reminded = 0

    mails = [invitation_mail(invitation, not_before=now()), reminder_mail(invitation, begun=False, not_before=now())]
    page = Client().get(link("form", invitation)).content.decode()

    assert [said in text for mail in mails for text in (mail.text, mail.html)] == [True] * 4
    assert said in page


def test_the_shipped_form_keeps_its_words():
    mail = invitation_mail(make_invitation(language="en"), not_before=now())

    assert "thinks of its transport, information and added services. The form takes about 3 min;" in mail.text


@pytest.fixture
def seven():
    return make_form([{"key": "overall", "maximum": 7, "required": True}])


def test_seven_points_are_kept_raw_and_told_of_five(seven):
    """6 of 7: (6 - 1) / 6 * 4 + 1 = 4.33."""
    response = make_response(invitation=make_invitation(wave=make_wave_of(seven)), overall=6)

    assert (response.overall, response.overall_maximum, response.satisfaction) == (6, 7, 4.33)
    assert response.customer.__class__.objects.get(pk=response.customer_id).last_opinion_score == Decimal("4.33")
    assert round(opinion_of(Response.objects.all()).overall, 4) == 4.3333
    assert [round(one.mean, 4) for one in by_customer(port_today(), port_today())] == [4.3333]


def test_a_score_off_its_scale_is_refused_by_the_database(seven):
    response = make_response(invitation=make_invitation(wave=make_wave_of(seven)), overall=7)

    with pytest.raises(IntegrityError):
        Response.objects.filter(pk=response.pk).update(overall=8)


@pytest.mark.parametrize(("score", "follow_ups"), [(1, 1), (2, 1), (3, 0)])
def test_a_low_score_is_as_low_on_seven_points(seven, score, follow_ups):
    """At most 2 of 5 is at most 2.5 of 7."""
    response = make_response(invitation=make_invitation(wave=make_wave_of(seven)), overall=score)

    assert FollowUp.objects.filter(customer=response.customer_id).count() == follow_ups


def test_figures_of_a_wave_are_told_of_five(seven):
    """7, 7, 6, 4 of 7 are 5, 5, 4.33, 3 of 5; three of four lie in the two best points."""
    wave = make_wave_of(seven)
    for score in (7, 7, 6, 4):
        make_response(invitation=make_invitation(wave=wave), overall=score)

    result = compute_results(wave_id=wave.pk, at=now(), by=make_staff())

    assert round(result.overall_mean, 4) == round((5 + 5 + 13 / 3 + 3) / 4, 4)
    assert round(result.customer_mean, 4) == round(result.overall_mean, 4)
    assert (result.top_two, result.items.get().top_two, result.items.get().mean) == (0.75, 0.75, 6.0)
    assert sorted(round(one.overall, 2) for one in result.by_customer.all()) == [3.0, 4.33, 5.0, 5.0]


def test_answers_are_found_by_their_satisfaction_of_five(seven, client):
    high = make_response(invitation=make_invitation(wave=make_wave_of(seven)), overall=6)
    make_response(invitation=make_invitation(wave=make_wave()), overall=3)
    client.force_login(make_staff())

    page = client.get(reverse("feedback:response_list"), {"overall_min": "4", "overall_max": "4.5"}).content.decode()

    assert [high.customer.label in page, page.count('class="row-link"')] == [True, 1]


@pytest.fixture
def answered(texts_only):
    wave = make_wave_of(texts_only)
    response = make_response(invitation=make_invitation(wave=wave), improve="码头夜间照明")
    compute_results(wave_id=wave.pk, at=now(), by=make_staff())
    return response


@pytest.mark.parametrize(
    ("name", "pick"),
    [
        ("feedback:wave", "wave_id"), ("feedback:response", "pk"), ("feedback:customer_opinions", "customer_id"),
        ("feedback:wave_items", "wave_id"), ("feedback:trend_chart", ""), ("feedback:overview", ""), ("feedback:panel", ""),
        ("feedback:question_trend_chart", "wave_id"), ("feedback:wave_loop", "wave_id"),
    ],
)  # fmt: skip
def test_every_page_lives_without_a_score(answered, client, name, pick):
    client.force_login(make_staff())

    answer = client.get(reverse(name, args=[getattr(answered, pick)] if pick else []))

    assert answer.status_code == 200
    assert "None" not in answer.content.decode()


def test_every_text_of_a_form_is_in_list_search_export_and_answer(client):
    """Not only the one called "comment"."""
    version = make_form([{"key": "improve", "kind": "comment"}, {"key": "add", "kind": "comment"}, {"key": "keep", "kind": "comment"}])
    response = make_response(invitation=make_invitation(wave=make_wave_of(version)), improve="夜间照明", keep="闸口快")
    make_response(invitation=make_invitation(wave=response.wave))
    client.force_login(make_staff())
    listed = reverse("feedback:response_list")

    pages = [client.get(listed, query).content.decode() for query in ({"q": "闸口快"}, {"with_comment": "true"})]
    export = client.get(listed, {"export": "csv"})
    (row,) = client.get("/api/v1/feedback/responses/", {"q": "夜间照明"}).json()["results"]

    assert [(page.count('class="row-link"'), response.customer.label in page) for page in pages] == [(1, True)] * 2
    assert "夜间照明\n\n闸口快" in b"".join(export).decode()
    assert row["comment"] == "夜间照明\n\n闸口快"
    assert row["texts"] == [{"item": "improve", "text": "夜间照明"}, {"item": "keep", "text": "闸口快"}]


def test_the_thanks_page_and_the_api_live_without_a_score(answered, client):
    client.force_login(make_staff())

    thanks = Client().get(link("thanks", answered.invitation)).content.decode()
    (row,) = client.get("/api/v1/feedback/responses/").json()["results"]

    assert "码头夜间照明" in thanks
    assert (row["overall"], row["overall_maximum"], row["recommend"], row["comment"]) == (None, 5, None, "码头夜间照明")
    assert not FollowUp.objects.exists()
