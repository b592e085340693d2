"""A customer suggests something on the public page, and reads what came of suggestions of others."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from customers.tests.factories import make_customer
from feedback.enums import Credit
from feedback.models import Suggestion
from feedback.queries.said_and_done import latest_published
from feedback.services.links import invitation_token, suggestion_token
from feedback.services.suggestions import adopt_suggestion, decline_suggestion, withdraw_suggestion
from feedback.tests.factories import make_invitation, make_published, make_response, make_staff, make_suggestion
from feedback.views.door import typed
from portcrm.clock import now, port_today

pytestmark = pytest.mark.django_db
FORM = "/o/suggestion/?lang=en"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def data(**fields) -> dict:
    defaults = {"group": "transport", "text": "Open gate 2 at night.", "company_name": "Donghai", "form_key": uuid4()}
    return {name: str(value) for name, value in (defaults | fields).items()}


def test_a_suggestion_gets_a_number_and_a_page_of_its_own(client):
    answer = client.post(FORM, data(reporter_email="li@customer.invalid"))

    suggestion = Suggestion.objects.get()
    assert answer.url == reverse("opinion:suggestion_receipt", args=[suggestion_token(suggestion.public_id)])
    receipt = client.get(answer.url).content.decode()
    assert [word in receipt for word in (suggestion.number, "Open gate 2 at night.", "has arrived")] == [True] * 3
    assert (suggestion.language, suggestion.company_name, suggestion.credit, suggestion.recorded_by.is_system) == (
        "en", "Donghai", "anonymous", True,
    )  # fmt: skip


def test_a_double_click_suggests_once_and_other_words_are_another(client):
    sent = data()

    first, second, other = client.post(FORM, sent), client.post(FORM, sent), client.post(FORM, sent | {"text": "And gate 3."})

    assert first.url == second.url != other.url
    assert Suggestion.objects.count() == 2


def test_what_is_wrong_comes_back_with_every_word(client, settings):
    settings.LONGEST_OPINION_TEXT = 10

    long = client.post(FORM, data(text="Longer than ten characters"))
    machine = client.post(FORM, data(text="Short", website="spam"))

    assert (long.status_code, "Longer than ten characters" in long.content.decode()) == (422, True)
    assert (machine.status_code, Suggestion.objects.count()) == (422, 0)


def test_another_language_keeps_the_words_and_records_nothing(client):
    answer = client.post(FORM, data(go="lang:zh-hans", text="Typed so far"))

    assert (answer.status_code, "Typed so far" in answer.content.decode(), "建议" in answer.content.decode()) == (200, True, True)
    assert Suggestion.objects.count() == 0


def test_many_from_one_network_are_slowed_down_and_lose_nothing(client, settings):
    settings.COMPLAINTS_AN_HOUR = 1
    sent = data()

    first, again, third = client.post(FORM, sent), client.post(FORM, sent), client.post(FORM, data(text="Third words"))

    assert (first.status_code, again.url, third.status_code, "Third words" in third.content.decode()) == (302, first.url, 429, True)


def test_whoever_comes_from_an_opinion_form_is_known(client):
    response = make_response()
    token = invitation_token(response.invitation.public_id)

    thanks = client.get(reverse("opinion:thanks", args=[token])).content.decode()
    form = client.get(f"{FORM}&o={token}").content.decode()
    client.post(FORM, data(o=token))

    suggestion = Suggestion.objects.get()
    assert f"/o/suggestion/?lang=zh-hans&amp;o={token}" in thanks
    assert response.invitation.name in form
    assert (suggestion.customer, suggestion.contact) == (response.customer, response.contact)


def test_the_company_is_named_only_where_whoever_holds_its_invitation_says_so(client):
    token = invitation_token(make_invitation().public_id)

    for sent in (data(may_name="yes", o=token), data(may_name="no", o=token), data(may_name="yes")):
        client.post(FORM, sent)

    assert list(Suggestion.objects.order_by("pk").values_list("credit", "credit_agreed_on", "asked_to_be_named")) == [
        ("named", port_today(), False),
        ("anonymous", None, False),
        ("anonymous", None, True),
    ]
    assert set(Suggestion.objects.values_list("channel__key", flat=True)) == {"suggestion_page"}


def test_the_receipt_knows_the_page_it_came_from_though_other_words_have_a_key_of_their_own(client):
    sent = data()
    first, other = client.post(FORM, sent), client.post(FORM, sent | {"text": "And gate 3."})

    pages = [client.get(answer.url).content.decode() for answer in (first, other)]

    assert [f'data-arrived="{sent["form_key"]}"' in page for page in pages] == [True, True]


def test_a_fault_gives_back_typed_words_and_no_buttons(rf):
    request = rf.post(FORM, data(may_name="yes"))

    assert typed(request) == ["Open gate 2 at night.", "Donghai"]


@pytest.mark.parametrize("digits", ["13812345678", "2026"])
def test_digits_that_are_no_click_are_given_back(rf, digits):
    assert digits in typed(rf.post(FORM, data(company_name=digits)))


def test_a_text_of_a_few_digits_is_told_from_a_click_by_its_mark(rf):
    sent = {"form_key": "x", "b-comment": "", "q-comment": "42", "q-overall": "4", "q-parts": "100"}

    assert typed(rf.post(FORM, sent)) == ["42"]


def test_the_receipt_says_what_became_of_it_and_why(client):
    kept, refused = make_suggestion(), make_suggestion()
    adopt_suggestion(suggestion=kept, did_zh="二号闸口夜间开放", at=now(), by=make_staff())
    decline_suggestion(suggestion=refused, reason="没有场地。", at=now(), by=make_staff())

    links = [reverse("opinion:suggestion_receipt", args=[suggestion_token(one.public_id)]) for one in (kept, refused)]
    pages = [client.get(link).content.decode() for link in links]

    assert ["二号闸口夜间开放" in pages[0], "没有场地。" in pages[1]] == [True, True]


def test_a_forged_link_opens_nothing(client):
    suggestion = make_suggestion()

    assert client.get(reverse("opinion:suggestion_receipt", args=[f"{suggestion.public_id}.forged"])).status_code == 404
    other_key = invitation_token(suggestion.public_id)
    assert client.get(reverse("opinion:suggestion_receipt", args=[other_key])).status_code == 404


@pytest.fixture
def public_pages(client):
    """What strangers read: the suggestion page, a receipt, and the thank-you page of an opinion form."""
    thanks = reverse("opinion:thanks", args=[invitation_token(make_response(invitation=make_invitation()).invitation.public_id)])
    receipt = reverse("opinion:suggestion_receipt", args=[suggestion_token(make_suggestion().public_id)])
    return lambda: "".join(client.get(path).content.decode() for path in ("/o/suggestion/", receipt, thanks))


def test_only_what_is_published_is_read_by_others(public_pages):
    make_suggestion(text="尚未决定的话")
    adopt_suggestion(suggestion=make_suggestion(text="采纳未发布的话"), did_zh="未发布的事", at=now(), by=make_staff())
    decline_suggestion(suggestion=make_suggestion(text="没有采纳的话"), reason="内部原因", at=now(), by=make_staff())
    withdrawn = make_published(said="撤回的话", did="撤回的事")
    withdraw_suggestion(suggestion=withdrawn, at=now(), by=make_staff())
    make_published(text="客户原话", said="公开的话", did="公开的事")

    read = public_pages()

    assert (read.count("公开的话"), read.count("公开的事")) == (3, 3)
    hidden = ("尚未决定的话", "采纳未发布的话", "未发布的事", "没有采纳的话", "内部原因", "撤回的话", "撤回的事", "客户原话")
    assert [words for words in hidden if words in read] == []


def test_a_customer_is_named_only_where_they_agreed(public_pages):
    for credit, agreed_on, name in (
        (Credit.NAMED, port_today(), "甲方航运"), (Credit.ANONYMOUS, None, "乙方航运"), (Credit.NONE, None, "丙方航运"),
    ):  # fmt: skip
        make_published(customer=make_customer(name_zh=name, name_en=""), credit=credit, credit_agreed_on=agreed_on)

    read = public_pages()

    assert [read.count(name) for name in ("甲方航运", "乙方航运", "丙方航运")] == [3, 0, 0]
    assert [one.credit for one in latest_published()] == ["", "一位客户", "甲方航运"]


def test_the_newest_three_are_shown_in_the_language_there_is():
    for number in range(4):
        make_published(said=f"话 {number}")

    assert [(one.said, one.said_in) for one in latest_published()] == [("话 3", ""), ("话 2", ""), ("话 1", "")]
