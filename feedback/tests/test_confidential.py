"""Confidential answers: linked to their invitation, and nobody but a few learns by any page whose they are."""

import datetime as dt
import io
import zipfile
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils.translation import override

from customers.models import Customer, FollowUp
from customers.tests.factories import make_contact, make_customer
from feedback import urls as feedback_urls
from feedback.enums import Anonymity
from feedback.exports.paper import opinion_form
from feedback.models import CustomerResult, GroupResult, LoopResult, Response, Suggestion, Wave
from feedback.queries.customer_waves import customer_waves
from feedback.queries.disclosure import shown_result
from feedback.queries.questions import items_of
from feedback.services.answers import read_answers
from feedback.services.invitations import invitation_mail
from feedback.services.links import invitation_token
from feedback.services.opinions import submit
from feedback.services.results import compute_results
from feedback.services.typing_in import type_in
from feedback.tests.factories import make_invitation, make_programme, make_response, make_staff, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WORDS = "夜间没有人接电话"
FIRM, PERSON, MAILBOX = "海隆示例货代", "演示联系人 77", "teller77@customer77.invalid"
IDENTITY = (FIRM, PERSON, MAILBOX)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def colleague():
    """May read answers and type them in, and may not know whose a confidential one is."""
    return make_user(Role.OPERATIONS)


@pytest.fixture
def service():
    return make_staff()


def confidential(**fields) -> Wave:
    return make_wave(anonymity=Anonymity.CONFIDENTIAL, **fields)


def answered(*, others: int = 5, over: bool = True, **answers) -> Response:
    """The answer of FIRM's PERSON in a wave with so many other answers; counted, and over long ago."""
    wave = confidential(opens_at=now() - 220 * DAY, closes_at=now() + DAY)
    for _number in range(others):
        make_response(invitation=make_invitation(wave=wave), overall=4)
    invitation = make_invitation(wave=wave, contact=teller())
    response = make_response(invitation=invitation, **({"overall": 1, "comment": WORDS} | answers))
    if over:
        Wave.objects.filter(pk=wave.pk).update(state="closed", closed_at=now() - 200 * DAY, closes_at=now() - 199 * DAY)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    return Response.objects.get(pk=response.pk)


def teller():
    customer = make_customer(name_zh=FIRM, name_en="", tier="major", types=["cargo_owner"])
    return make_contact(customer=customer, name=PERSON, email=MAILBOX)


def read(client, user, address: str, status: int = 200) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status, address
    return body_of(answer)


def body_of(answer) -> str:
    """Text of a page, of an export, of cells in a workbook."""
    whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if whole[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(whole)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return whole.decode(errors="replace")


# What is stored, and what is promised


def test_the_row_of_an_answer_names_nobody_and_its_invitation_does():
    response = answered(over=False)

    invitation = response.invitation
    assert (response.customer, response.contact, response.channel, response.entered_by, response.taken_on) == (None,) * 5
    assert (response.language, response.submitted_at) == ("", response.wave.opens_at)
    assert (invitation.customer.name_zh, invitation.answered_at is not None) == (FIRM, True)
    assert str(response) == f"保密 · {response.wave}"


def test_it_can_be_changed_until_the_wave_closes(client):
    response = answered(over=False)
    wave, invitation = response.wave, response.invitation

    told = read_answers(items_of(wave.version), {"overall": "3"}, longest=4000)
    changed = submit(invitation=invitation, read=told, form_key=uuid4(), language="en", at=now(), by=system_user())

    assert (changed.pk, changed.overall, changed.submissions, changed.language) == (response.pk, 3, 2, "")
    assert changed.submitted_at == wave.opens_at
    thanks = client.get(reverse("opinion:thanks", args=[invitation_token(invitation.public_id)]))
    assert port_today().isoformat() in thanks.content.decode()


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "保密调查"), ("en", "This survey is confidential.")])
def test_mail_first_page_and_paper_say_it(client, language, word):
    invitation = make_invitation(wave=confidential(), language=language)

    with override(language):
        mail = invitation_mail(invitation, not_before=now())
        page = client.get(reverse("opinion:form", args=[invitation_token(invitation.public_id)]), headers={"accept-language": language})
        sheet = opinion_form(invitation, make_staff(), ())

    for text in (mail.text, mail.html, page.content.decode(), sheet["forms"][0]["promise"]):
        assert word in text


def test_the_mode_of_a_wave_is_never_changed():
    wave = confidential()

    for mode in (Anonymity.NAMED, Anonymity.ANONYMOUS):
        with pytest.raises(InternalError, match="anonymity_is_frozen"), transaction.atomic():
            Wave.objects.filter(pk=wave.pk).update(anonymity=mode)
    wave.programme.anonymity = Anonymity.NAMED
    wave.programme.save()
    wave.refresh_from_db()
    assert wave.anonymity == Anonymity.CONFIDENTIAL


# Who sees what


def addresses(response: Response) -> list[str]:
    """Every page of feedback that is read, with the keys of this answer, its wave and its customer put in; and its addresses in the API."""
    wave, invitation = response.wave, response.invitation
    keys = {response.pk, wave.pk, wave.programme_id, invitation.pk, invitation.customer_id, wave.version.questionnaire_id}
    found = []
    for pattern in feedback_urls.urlpatterns:
        places = sorted(pattern.pattern.converters)
        if places == []:
            found.append(reverse(f"feedback:{pattern.name}"))
        elif places == ["pk"]:
            found += [reverse(f"feedback:{pattern.name}", args=[key]) for key in sorted(keys)]
    lists = [reverse("feedback:response_list"), reverse("feedback:wave_invitations", args=[wave.pk])]
    lists += [reverse("feedback:wave_loop", args=[wave.pk]), reverse("feedback:wave_list"), "/api/v1/feedback/responses/"]
    asked = (f"customer={invitation.customer_id}", f"q={FIRM}", "tier=major", "type=cargo_owner", "key_account=false", "region=null")
    asked += ("form=answered", f"wave={wave.pk}", "export=csv", "export=xlsx")
    found += [f"{address}?{query}" for address in lists for query in asked]
    for name in ("feedback-wave", "feedback-response", "feedback-suggestion", "feedback-heard", "feedback-complaint"):
        found.append(reverse(f"{name}-list"))
        found += [reverse(f"{name}-detail", args=[key]) for key in sorted(keys)] if name in ("feedback-wave", "feedback-response") else []
    customer = invitation.customer_id
    found += [reverse("customers:customer", args=[customer]), reverse("pages:timeline", args=["customers.customer", customer])]
    return [*found, reverse("pages:home"), reverse("files:record_files", args=["feedback.response", response.pk])]


def walk(client, user, response: Response) -> tuple[list, list, int]:
    """Pages with a person and an answer beside each other, pages with the words, and how many were read at all."""
    client.force_login(user)
    marks = (WORDS, reverse("feedback:response", args=[response.pk]))
    both, told, walked = [], [], 0
    for address in addresses(response):
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        text = body_of(answer)
        walked += 1
        persons, words = [one for one in IDENTITY if one in text], [mark for mark in marks if mark in text]
        repeated = persons == [FIRM] and f"q={FIRM}" in address  # what a page repeats of the question it was asked
        if persons and words and not repeated:
            both.append((address, persons, words))
        told += [address] if WORDS in text else []
    return both, told, walked


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.MARKETING, Role.AUDITOR, Role.ADMIN])
def test_no_page_puts_the_words_beside_the_one_who_wrote_them(client, role, over):
    """Who was asked may be read: those pages say nothing of answers, and those of answers nothing of persons."""
    both, told, walked = walk(client, make_user(role), answered(over=over))

    assert both == []
    assert walked > (20 if role == Role.ADMIN else 60)
    assert bool(told) is (over and role != Role.ADMIN)


def test_the_same_walk_finds_both_for_one_of_the_few(client, service):
    """Lists, page, customer's tab, time line, exports and API: else the walk above would prove nothing."""
    response = answered()

    both, _told, _walked = walk(client, service, response)

    found = {address.split("?")[0] for address, _persons, _words in both}
    tab = reverse("feedback:customer_opinions", args=[response.invitation.customer_id])
    line = reverse("pages:timeline", args=["customers.customer", response.invitation.customer_id])
    assert found >= {reverse("feedback:response_list"), response.get_absolute_url(), tab, line}


@pytest.mark.parametrize("query", [f"q={FIRM}", "tier=major", "type=cargo_owner", "customer={customer}", "key_account=false"])
def test_no_condition_on_the_customer_finds_it_but_for_the_few(client, colleague, service, query):
    response = answered()
    address = reverse("feedback:response_list") + "?" + query.format(customer=response.invitation.customer_id)
    api = reverse("feedback-response-list") + "?" + query.format(customer=response.invitation.customer_id)

    assert WORDS not in read(client, colleague, address)
    assert WORDS not in read(client, colleague, api)
    assert WORDS in read(client, service, address)
    assert WORDS in read(client, service, api)


def test_the_answer_itself_is_read_without_its_sender_once_the_wave_is_over(client, colleague, service):
    response = answered()
    address, api = reverse("feedback:response", args=[response.pk]), reverse("feedback-response-detail", args=[response.pk])

    masked, whole = read(client, colleague, address), read(client, service, address)

    assert [WORDS in masked, "<h1>保密</h1>" in masked.replace("\n", "")] == [True, True]
    assert [one in masked for one in IDENTITY] == [False] * 3
    assert [FIRM in whole, PERSON in whole, WORDS in whole] == [True] * 3
    assert port_today().isoformat() not in masked.split("<main", 1)[1]
    client.force_login(colleague)
    hidden = client.get(api).json()
    client.force_login(service)
    told = client.get(api).json()
    assert (hidden["customer"], hidden["contact"], hidden["comment"]) == (None, None, WORDS)
    assert (told["customer"], told["contact"]) == (response.invitation.customer_id, response.invitation.contact_id)


def test_it_is_not_read_by_others_while_answers_come_nor_where_they_stay_few(client, colleague, service):
    running, few = answered(over=False), answered(others=3)

    for response in (running, few):
        read(client, colleague, reverse("feedback:response", args=[response.pk]), 404)
        assert FIRM in read(client, service, reverse("feedback:response", args=[response.pk]))
    assert WORDS not in read(client, colleague, reverse("feedback:response_list"))
    assert (shown_result(colleague, Wave.objects.get(pk=running.wave_id)), shown_result(colleague, Wave.objects.get(pk=few.wave_id))) == (
        None,
        None,
    )
    assert shown_result(service, Wave.objects.get(pk=few.wave_id)).responses == 4


def test_who_has_answered_stands_in_the_list_of_those_asked_for_the_few_alone(client, colleague, service):
    response = answered(others=1, over=False)
    silent = make_invitation(wave=response.wave)
    address = reverse("feedback:wave_invitations", args=[response.wave_id])

    plain, narrowed = read(client, colleague, address), read(client, colleague, address + "?form=answered")
    exported = read(client, colleague, address + "?export=csv")

    assert [PERSON in plain, silent.name in plain, silent.name in narrowed] == [True] * 3
    assert ("已填答" in plain.split("<tbody", 1)[1], port_today().isoformat() in exported) == (False, False)
    assert silent.name not in read(client, service, address + "?form=answered")


def test_files_and_scans_are_for_the_few(client, colleague, service):
    invitation = make_invitation(wave=confidential(), contact=teller())
    read_ = read_answers(items_of(invitation.wave.version), {"overall": "4"}, longest=4000)
    scan = SimpleUploadedFile("scan.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20, "image/png")
    words = {"language": "zh-hans", "channel": "telephone_opinion", "taken_on": port_today(), "scan": scan}
    response = type_in(invitation=invitation, read=read_, form_key=uuid4(), at=now(), by=colleague, **words)
    files = reverse("files:record_files", args=["feedback.response", response.pk])

    read(client, colleague, files, 404)
    assert "scan.png" in read(client, service, files)
    assert (response.channel, response.entered_by) == (None, None)
    assert response.versions.get().entered_by == colleague
    assert colleague.label in read(client, service, response.get_absolute_url())


def test_whoever_types_one_in_is_led_to_the_next_form_and_not_to_the_answer(client, colleague):
    invitation = make_invitation(wave=confidential(), contact=teller())
    address = reverse("feedback:type_in_form", args=[invitation.pk])
    client.force_login(colleague)

    typed = {"channel": "telephone_opinion", "taken_on": port_today().isoformat(), "language": "zh-hans", "q-overall": "4", "gaps": "on"}
    answer = client.post(address, typed | {"go": "see", "form_key": str(uuid4())})

    assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("feedback:type_in_code"))
    again = client.get(address).content.decode()
    assert ("已填答。" in again, "/responses/" in again.split("<main", 1)[1]) == (True, False)


# What follows from it


def test_a_low_one_is_told_to_the_few_without_the_name_and_leaves_no_trace_on_the_customers_file(colleague):
    manager = make_user(Role.MANAGER)
    contact = teller()
    Customer.objects.filter(pk=contact.customer_id).update(account_manager=colleague)
    wave = confidential(programme=make_programme(owner=make_user(Role.MARKETING)))

    response = make_response(invitation=make_invitation(wave=wave, contact=contact), overall=1, comment=WORDS)

    notices = list(Notice.objects.filter(kind__startswith="opinion."))
    assert {one.recipient for one in notices} >= {manager}
    assert all(one.recipient.has_perm("feedback.view_sender") for one in notices)
    told = str([one.values for one in notices])
    assert [word for word in (*IDENTITY, WORDS) if word in told] == []
    assert (FollowUp.objects.count(), Suggestion.objects.count()) == (0, 0)
    customer = Customer.objects.get(pk=contact.customer_id)
    assert (customer.last_opinion_score, customer.last_opinion_on) == (None, None)
    assert response.untold is False


def test_an_account_manager_who_may_know_is_told_alone():
    manager, _other = make_user(Role.MANAGER), make_user(Role.MANAGER)
    contact = teller()
    Customer.objects.filter(pk=contact.customer_id).update(account_manager=manager)
    wave = confidential(programme=make_programme(owner=make_user(Role.MARKETING)))

    make_response(invitation=make_invitation(wave=wave, contact=contact, assignee=manager), overall=1)

    assert [one.recipient for one in Notice.objects.filter(kind="opinion.low_confidential")] == [manager]


# Figures


def test_figures_roll_up_by_customer_though_the_rows_name_none(service):
    response = answered()

    result = response.wave.result
    assert (result.responses, result.customers) == (6, 6)
    assert set(CustomerResult.objects.filter(result=result).values_list("answers", flat=True)) == {1}
    assert GroupResult.objects.filter(result=result, dimension="tier", group="major", hidden=True).exists()
    assert [row.overall for row, _means in customer_waves(response.invitation.customer, service).rows] == [1.0]


@pytest.mark.parametrize(("own", "others", "shown"), [(4, 6, False), (5, 3, False), (5, 5, True), (6, 0, True)])
def test_a_customer_with_few_answers_or_that_leaves_few_over_is_shown_to_the_few_alone(colleague, service, own, others, shown):
    wave = confidential(opens_at=now() - 220 * DAY, closes_at=now() + DAY)
    customer = make_customer(name_zh=FIRM)
    for firm in [*[customer] * own, *[None] * others]:
        make_response(invitation=make_invitation(wave=wave, **({"customer": firm} if firm else {})), overall=4)
    Wave.objects.filter(pk=wave.pk).update(state="closed", closed_at=now() - 200 * DAY, closes_at=now() - 199 * DAY)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    assert bool(customer_waves(customer, colleague).rows) is shown
    assert bool(customer_waves(customer, service).rows) is True


def test_low_marks_are_not_compared_from_or_to_a_confidential_wave():
    programme, contact = make_programme(), teller()
    modes = (Anonymity.NAMED, Anonymity.CONFIDENTIAL, Anonymity.NAMED)
    for number, mode in enumerate(modes):
        wave = make_wave(programme=programme, anonymity=mode, opens_at=now() - (9 - number) * DAY)
        make_response(invitation=make_invitation(wave=wave, contact=contact), overall=1)
        compute_results(wave_id=wave.pk, at=now(), by=system_user())

    assert LoopResult.objects.count() == 0
