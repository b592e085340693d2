"""Who reads the words of an answer as they were written, and who reads them without names and numbers."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from cargo.tests.factories import make_shipment
from customers.models import Customer, FollowUp
from customers.tests.factories import make_contact, make_customer
from feedback.enums import Anonymity
from feedback.models import Response, Wave
from feedback.queries.questions import items_of
from feedback.queries.said_and_done import latest_published
from feedback.queries.told_words import tell_words
from feedback.services.answers import read_answers
from feedback.services.sealing import seal, write_sealed
from feedback.tests.factories import make_heard, make_invitation, make_programme, make_published, make_response, make_suggestion, make_wave
from feedback.tests.test_confidential import DAY, body_of
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db
FIRM, PERSON, COLLEAGUE, BILL = "海隆示例货代", "卓思远", "覃立冬", "ZQ26051188"
WORDS = f"{FIRM}的{PERSON}说：{COLLEAGUE}弄错了{BILL}，请打 13800138000，夜间没有人。"
SHOWN = "【公司】的【姓名】说：【姓名】弄错了【提单号】，请打 【电话】，夜间没有人。"
LIST, API = "feedback:response_list", "feedback-response-list"
MASKED_FOR = [Role.MARKETING, Role.OPERATIONS, Role.AUDITOR]


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def teller(**fields):
    make_user(Role.OPERATIONS, name=COLLEAGUE)
    customer = make_customer(name_zh=FIRM, name_en="", **fields)
    make_shipment(bl_no=BILL)  # of whomever: a number of the ledger
    return make_contact(customer=customer, name=PERSON, email="teller@customer.invalid")


def said(mode: str = Anonymity.NAMED, **fields) -> Response:
    """An answer with WORDS in a wave of this mode that is over and has enough of them."""
    wave = make_wave(anonymity=mode, opens_at=now() - 220 * DAY, closes_at=now() + DAY)
    for _number in range(5):
        answer(make_invitation(wave=wave))
    answer(make_invitation(wave=wave, contact=teller(**fields)), comment=WORDS)
    Wave.objects.filter(pk=wave.pk).update(state="closed", closed_at=now() - 200 * DAY, closes_at=now() - 199 * DAY)
    if mode == Anonymity.ANONYMOUS:
        write_sealed(wave_id=wave.pk, at=now(), by=system_user())
    return Response.objects.get(wave=wave, comment=WORDS)


def answer(invitation, **answers) -> None:
    if not invitation.wave.is_anonymous:
        make_response(invitation=invitation, overall=4, **answers)
        return
    told = read_answers(items_of(invitation.wave.version), {"overall": "4", **answers}, longest=4000)
    seal(invitation=invitation, read=told, at=now(), by=system_user())


def read(client, user, address: str) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return body_of(answer)


@pytest.mark.parametrize("role", MASKED_FOR)
@pytest.mark.parametrize("mode", Anonymity.values)
def test_the_page_of_an_answer_masks_it_for_who_does_not_handle_it(client, role, mode):
    response = said(mode)

    page = read(client, make_user(role), response.get_absolute_url())

    assert (SHOWN in page, WORDS in page) == (True, False)
    assert [one for one in (COLLEAGUE, BILL, "13800138000") if one in page] == []


@pytest.mark.parametrize("role", [Role.SERVICE, Role.MANAGER])
@pytest.mark.parametrize(("mode", "original"), [("named", True), ("confidential", True), ("anonymous", False)])
def test_who_handles_it_reads_it_as_it_was_written_but_for_anonymous_ones(client, role, mode, original):
    response = said(mode)

    page, listed = read(client, make_user(role), response.get_absolute_url()), read(client, make_user(role), reverse(LIST))

    assert (WORDS in page, SHOWN in page) == (original, not original)
    assert (BILL in listed, "【提单号】" in listed) == (original, not original)


def test_the_account_manager_reads_the_words_of_a_named_answer_and_not_of_a_confidential_one(client):
    manager = make_user(Role.MARKETING)
    named = said(account_manager=manager)
    sealed = said(Anonymity.CONFIDENTIAL, account_manager=manager, credit_code="")

    assert WORDS in read(client, manager, named.get_absolute_url())
    assert WORDS not in read(client, manager, reverse("feedback:response", args=[sealed.pk]))


@pytest.mark.parametrize("role", MASKED_FOR)
@pytest.mark.parametrize("mode", Anonymity.values)
def test_lists_tab_and_time_line_mask_it_too(client, role, mode):
    response, user = said(mode), make_user(role)
    customer = Customer.objects.get(name_zh=FIRM).pk
    tab, line = reverse("feedback:customer_opinions", args=[customer]), reverse("pages:timeline", args=["customers.customer", customer])

    for address in (reverse(LIST), tab, line):
        page = read(client, user, address)
        assert [one for one in (COLLEAGUE + "弄错", BILL, "13800138000", "的" + PERSON) if one in page] == []
    assert "【提单号】" in read(client, user, reverse(LIST))
    assert ("【提单号】" in read(client, user, line)) is response.wave.is_named


@pytest.mark.parametrize("role", [Role.SERVICE, Role.MANAGER, *MASKED_FOR])
@pytest.mark.parametrize("mode", Anonymity.values)
def test_files_and_programs_get_masked_words_whoever_asks(client, role, mode):
    response, user = said(mode), make_user(role)

    exported = read(client, user, reverse(LIST) + "?export=csv")
    client.force_login(user)
    listed = next(one for one in client.get(reverse(API)).json()["results"] if one["id"] == response.pk)
    alone = client.get(reverse("feedback-response-detail", args=[response.pk])).json()

    assert (SHOWN in exported, WORDS in exported) == (True, False)
    assert [listed["comment"], alone["comment"]] == [SHOWN, SHOWN]
    assert [one["text"] for one in [*listed["texts"], *alone["texts"]]] == [SHOWN, SHOWN]
    assert Response.objects.get(pk=response.pk).comment == WORDS  # never a lost text


def test_marks_stand_in_the_language_of_the_reader(client):
    response = said()

    page = read(client, make_user(Role.AUDITOR, language="en"), response.get_absolute_url())

    assert ("[B/L no.]" in page, "【提单号】" in page) == (True, False)


@pytest.mark.parametrize("word", [PERSON, COLLEAGUE, BILL, BILL[2:6], "138001"])
@pytest.mark.parametrize("mode", Anonymity.values)
def test_a_search_finds_no_masked_word(client, word, mode):
    response = said(mode)
    mark, user = reverse("feedback:response", args=[response.pk]), make_user(Role.MARKETING)

    found = read(client, user, f"{reverse(LIST)}?q={word}")
    client.force_login(user)

    assert mark not in found
    assert client.get(f"{reverse(API)}?q={word}").json()["results"] == []
    assert mark in read(client, user, f"{reverse(LIST)}?q=夜间没有人")
    service = read(client, make_user(Role.SERVICE), f"{reverse(LIST)}?q={word}")
    assert (mark in service) is (mode != Anonymity.ANONYMOUS)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("mode", "statements"), [("named", 4), ("confidential", 5), ("anonymous", 4)])
def test_a_page_of_answers_is_masked_in_as_many_statements_as_one(django_assert_num_queries, rows, mode, statements):
    """Contacts, customers, our people, the ledger; before them whose the confidential ones are, or whom the wave has asked."""
    said(mode)
    wave = Wave.objects.get()
    user = make_user(Role.AUDITOR)
    others = Response.objects.filter(wave=wave, comment="").values("pk")[: rows - 1]
    Response.objects.filter(pk__in=others).update(comment=WORDS)
    answers = list(Response.objects.with_senders(user).filter(comment__startswith=FIRM))
    assert len(answers) == rows

    with django_assert_num_queries(statements):
        tell_words(answers, user)
        assert all("夜间没有人" in one.told_comment for one in answers)


def test_who_reads_all_as_it_was_written_costs_nothing(django_assert_num_queries):
    said()
    user = make_user(Role.MANAGER)
    answers = list(Response.objects.with_senders(user))
    user.has_perm("feedback.view_sender")

    with django_assert_num_queries(0):
        tell_words(answers, user)


def test_a_follow_up_and_a_suggestion_that_others_read_carry_masked_words():
    wave = make_wave(programme=make_programme(), opens_at=now() - DAY)
    make_response(invitation=make_invitation(wave=wave, contact=teller()), overall=1, comment=WORDS)

    assert SHOWN in FollowUp.objects.get().detail


def test_what_others_read_of_a_suggestion_is_masked_and_what_we_did_is_not():
    customer = teller().customer
    make_published(said=WORDS, did="请打热线 0532-82981234", customer=customer)

    assert [(one.said, one.did) for one in latest_published()] == [(SHOWN, "请打热线 0532-82981234")]


@pytest.mark.parametrize("make", [make_suggestion, make_heard])
def test_files_of_suggestions_and_opinions_heard_are_masked_and_their_lists_are_not(client, make):
    make(customer=teller().customer, text=WORDS)
    address = reverse("feedback:suggestion_list" if make is make_suggestion else "feedback:heard_list")
    user = make_user(Role.SERVICE)

    exported, listed = read(client, user, address + "?export=csv"), read(client, user, address)

    assert (SHOWN in exported, BILL in exported) == (True, False)
    assert (BILL in listed, "【提单号】" in listed) == (True, False)


@pytest.mark.parametrize("mode", [Anonymity.CONFIDENTIAL, Anonymity.ANONYMOUS])
def test_comments_of_fewer_than_five_are_shown_to_nobody_else(client, mode):
    """The same threshold as for figures: four answers of a wave that is over."""
    wave = make_wave(anonymity=mode, opens_at=now() - 220 * DAY, closes_at=now() + DAY)
    for number in range(4):
        answer(make_invitation(wave=wave), comment=f"夜间没有人 {number}")
    Wave.objects.filter(pk=wave.pk).update(state="closed", closed_at=now() - 200 * DAY, closes_at=now() - 199 * DAY)
    write_sealed(wave_id=wave.pk, at=now(), by=system_user())
    readers = MASKED_FOR if mode == Anonymity.CONFIDENTIAL else [Role.SERVICE, Role.MANAGER, *MASKED_FOR]

    for role in readers:
        user = make_user(role)
        for address in (reverse(LIST), reverse(LIST) + "?export=csv", reverse(API), reverse(LIST) + "?q=夜间没有人"):
            assert "夜间没有人 " not in read(client, user, address)
    assert Response.objects.filter(wave=wave).count() == 4
