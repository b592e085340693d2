"""The opinion form on paper: the questions of the online form with boxes, code and link, on A4, in both languages."""

import datetime as dt
import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from customers.models import Contact
from customers.tests.factories import make_contact
from feedback.exports.paper import opinion_form, opinion_forms, printable
from feedback.models import Invitation
from feedback.services.declining import decline
from feedback.services.last_look import reasons_against_asking
from feedback.services.links import invitation_url
from feedback.tests.factories import (
    make_form,
    make_invitation,
    make_opt_out,
    make_response,
    make_staff,
    make_wave,
    make_wave_of,
)
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import now, port_today
from portcrm.paper.drawing import draw
from portcrm.paper.kinds import kind_of
from portcrm.paper.making import make_printout
from portcrm.paper.models import Printout
from portcrm.paper.services import order_portions, order_printout

pytestmark = pytest.mark.django_db
A4 = (595, 842)  # points


@pytest.fixture
def clerk():
    return make_staff()


def html_of(record, clerk, *, kind="opinion-form", language="zh-hans", extras=()):
    return draw(kind_of(kind), record, user=clerk, language=language, extras=list(extras), at=now(), in_browser=True)


def still_asked(wave) -> list[Invitation]:
    invitations = list(wave.invitations.order_by("pk"))
    return [one for one, reason in zip(invitations, reasons_against_asking(invitations), strict=True) if not reason]


def on_paper(wave, **fields):
    return make_invitation(wave=wave, contact=make_contact(email="", **fields))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_sheet_asks_what_the_online_form_asks(clerk, language):
    invitation = make_invitation()
    items = list(invitation.wave.version.items.all())

    html = html_of(invitation, clerk, language=language)

    for item in items:
        assert (item.text_zh if language == "zh-hans" else item.text_en) in html
    boxes = sum(len(item.points) + item.allows_na for item in items if item.kind != "comment")
    assert html.count('class="opinion-box"') == boxes
    assert html.count('class="opinion-lines"') == sum(item.kind == "comment" for item in items)


def test_it_carries_code_link_and_where_to_return_it_until_when(clerk, settings):
    settings.PORT_SERVICE_ADDRESS = "示范港客户服务部，港前路 1 号"
    invitation = make_invitation()

    facts = opinion_form(invitation, clerk, [])
    html = html_of(invitation, clerk)

    assert [form["link"] for form in facts["forms"]] == [invitation_url(invitation.public_id)]
    assert "<svg" in html
    assert f"{invitation.code[:5]}-{invitation.code[5:]}" in html
    assert "示范港客户服务部，港前路 1 号" in html
    assert "对外" not in html
    assert "内部资料" not in html


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pdf_is_a4_with_the_code_on_every_page_and_counts_each_forms_pages(clerk, language):
    wave = make_wave()
    codes = [on_paper(wave).printed_code for _time in range(3)]
    printout = order_printout(kind=kind_of("opinion-forms"), target=wave, language=language, by=clerk)

    make_printout(printout.pk)

    with Printout.objects.get(pk=printout.pk).file.open("rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
    texts = [page.extract_text() for page in pages]
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {A4}
    each = len(pages) // 3
    assert [next(code for code in codes if code in text) for text in texts] == [code for code in codes for _page in range(each)]
    counted = [re.search(r"(\d) / (\d)", text)[0] for text in texts]
    assert counted == [f"{number} / {each}" for number in range(1, each + 1)] * 3


def test_a_wave_prints_those_without_address_who_are_still_to_answer(clerk):
    wave = make_wave()
    silent, answered, gone = on_paper(wave), on_paper(wave), on_paper(wave)
    by_mail = make_invitation(wave=wave)
    make_response(invitation=answered)
    decline(invitation=gone, reason="no_time", at=now(), by=system_user())

    printed, everybody = (opinion_forms(wave, clerk, extras)["forms"] for extras in ([], ["with-mail"]))

    assert [form["invitation"] for form in printed] == [silent]
    assert [form["invitation"] for form in everybody] == [silent, by_mail]


def test_each_in_the_language_of_its_contact_where_that_is_asked_for(clerk):
    wave = make_wave()
    on_paper(wave, language="zh-hans")
    on_paper(wave, language="en")

    html = html_of(wave, clerk, kind="opinion-forms", extras=["own-language"])

    assert [html.count(words) for words in ("本表编码", "Code of this form")] == [1, 1]
    assert re.findall(r'<article class="opinion-sheet [a-z-]+" lang="([\w-]+)"', html) == ["zh-hans", "en"]


def test_more_than_fit_in_a_file_is_said(clerk, monkeypatch):
    wave = make_wave()
    for _time in range(3):
        on_paper(wave)
    monkeypatch.setattr("feedback.exports.paper.MOST_FORMS", 2)

    facts = opinion_forms(wave, clerk, [])

    assert (len(facts["forms"]), facts["more"]) == (2, True)
    assert "一个文件最多 2 份" in html_of(wave, clerk, kind="opinion-forms")


def test_a_wave_of_any_size_is_ordered_at_once_in_numbered_files(clerk, monkeypatch):
    wave = make_wave()
    asked = [on_paper(wave) for _time in range(5)]
    monkeypatch.setattr("feedback.exports.paper.MOST_FORMS", 2)
    client = Client()
    client.force_login(clerk)

    answer = client.post(reverse("paper:paper_order", args=["opinion-forms", wave.pk]), {"language": "zh-hans"})
    files = list(Printout.objects.order_by("pk"))
    make_response(invitation=asked[0])  # before the first file is made
    held = [[one["invitation"] for one in opinion_forms(wave, clerk, file.extras)["forms"]] for file in files]
    page = client.get(answer["Location"]).content.decode()

    assert answer["Location"] == files[0].get_absolute_url()
    assert held == [asked[1:2], asked[2:4], asked[4:]]
    assert [file.record_text for file in files] == [f"{wave} {number}-3" for number in (1, 2, 3)]
    assert all(file.record_text in page for file in files)


def test_one_file_of_several_is_made_and_opened_again_from_the_browser(clerk, monkeypatch):
    wave = make_wave()
    first, second = on_paper(wave), on_paper(wave)
    monkeypatch.setattr("feedback.exports.paper.MOST_FORMS", 1)
    file = order_portions(kind=kind_of("opinion-forms"), target=wave, language="zh-hans", extras=["with-mail"], by=clerk)[1]
    client = Client()
    client.force_login(clerk)

    make_printout(file.pk)
    file.refresh_from_db()
    address = reverse("paper:paper_page", args=["opinion-forms", wave.pk])
    page = client.get(address, {"language": "zh-hans", "extras": file.extras}).content.decode()
    nothing = client.get(address, {"language": "zh-hans", "extras": "portion-x"})

    assert file.state == "done"
    assert f"{second.code[:5]}-{second.code[5:]}" in page
    assert first.code[5:] not in page
    assert nothing.status_code == 200
    assert first.code[5:] not in nothing.content.decode()


def test_what_fits_into_one_file_is_one_file(clerk):
    wave = make_wave()
    on_paper(wave)

    (file,) = order_portions(kind=kind_of("opinion-forms"), target=wave, language="en", by=clerk)

    assert (file.extras, file.record_text) == ([], str(wave))


def test_where_it_is_ordered_it_says_that_it_is_as_secret_as_the_mail(clerk):
    client, invitation = Client(), on_paper(make_wave())
    client.force_login(clerk)

    pages = [client.get(reverse("paper:paper_order", args=[kind, pk])).content.decode()
             for kind, pk in (("opinion-form", invitation.pk), ("opinion-forms", invitation.wave_id))]  # fmt: skip

    assert all("谁拿到这张纸，谁就能以其名义作答" in page for page in pages)


def test_taking_a_form_is_written_down_and_needs_the_right_to_read_answers(clerk):
    invitation, client, stranger = on_paper(make_wave()), Client(), Client()
    client.force_login(clerk)
    stranger.force_login(make_user(Role.AUDITOR))
    url = reverse("paper:paper_page", args=["opinion-form", invitation.pk])

    refused, taken = stranger.get(url), client.get(url)

    assert (refused.status_code, taken.status_code) == (403, 200)
    event = AuditEvent.objects.get(action="paper.take")
    assert event.detail["form"] == "opinion-form"


def test_an_answered_form_is_printed_no_more(clerk):
    client, invitation = Client(), make_response().invitation
    client.force_login(clerk)

    assert client.get(reverse("paper:paper_order", args=["opinion-form", invitation.pk])).status_code == 404


def test_a_wave_prints_nobody_whom_a_mail_would_not_be_sent_to_either(clerk):
    wave = make_wave()
    asked, left, withdrawn, out, forgotten = (on_paper(wave) for _person in range(5))
    by_mail, out_by_mail = make_invitation(wave=wave), make_invitation(wave=wave, address="Gate@Customer.invalid")
    Contact.objects.filter(pk=left.contact_id).update(left_on=port_today())
    Contact.objects.filter(pk=withdrawn.contact_id).update(consent_withdrawn_at=now())
    make_opt_out(invitation=out, of_all=True)
    make_opt_out(invitation=make_invitation(address="gate@customer.invalid"))
    Invitation.objects.filter(pk=forgotten.pk).update(contact=None)

    printed, everybody = (opinion_forms(wave, clerk, extras)["forms"] for extras in ([], ["with-mail"]))

    assert [form["invitation"] for form in printed] == [asked]
    assert [form["invitation"] for form in everybody] == [asked, by_mail]
    assert still_asked(wave) == [asked, by_mail]
    assert reasons_against_asking([out_by_mail]) != [""]


def test_opting_out_of_another_survey_keeps_the_form(clerk):
    invitation = on_paper(make_wave())
    other = make_invitation(contact=invitation.contact, wave=make_wave_of(make_form([{"key": "overall"}])))
    make_opt_out(invitation=other)

    assert [form["invitation"] for form in opinion_forms(invitation.wave, clerk, [])["forms"]] == [invitation]


def test_what_can_be_typed_in_no_more_is_printed_no_more(clerk, settings):
    after = dt.timedelta(days=settings.SURVEY_PAPER_DAYS)
    over, still = (
        on_paper(make_wave(opens_at=now() - 2 * after, closes_at=now() - after + spare))
        for spare in (-dt.timedelta(hours=1), dt.timedelta(hours=1))
    )

    assert list(printable(clerk)) == [still]
    assert opinion_forms(over.wave, clerk, [])["forms"] == []


@pytest.mark.parametrize("people", [1, 3])
def test_a_wave_of_any_length_reads_its_questions_once(clerk, django_assert_max_num_queries, people):
    wave = make_wave()
    for _person in range(people):
        on_paper(wave)

    with django_assert_max_num_queries(8):
        html_of(wave, clerk, kind="opinion-forms")
