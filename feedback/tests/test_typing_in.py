"""What came on paper, by telephone or at a visit is typed in once, by a colleague, and counts like an answer given online."""

import datetime as dt
import re
from contextlib import closing
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from customers.models import FollowUp
from customers.tests.factories import make_customer
from feedback.enums import WaveState
from feedback.models import Draft, Response
from feedback.queries.satisfaction import by_customer
from feedback.services.answers import read_answers
from feedback.services.forgetting import erase_opinions
from feedback.services.merging import renew_opinions
from feedback.services.results import compute_results, stale_waves
from feedback.services.typing_in import type_in
from feedback.services.waves import close_wave
from feedback.tests.factories import make_invitation, make_response, make_staff, make_wave
from feedback.views import typing_in as view
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.audit.personal_data import Person
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.files.models import Attachment
from portcrm.files.services import attach

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def clerk():
    return make_staff(name="录入员 甲")


@pytest.fixture
def desk(clerk):
    client = Client()
    client.force_login(clerk)
    return client


def page_of(invitation):
    return reverse("feedback:type_in_form", args=[invitation.pk])


def sheet(**answers) -> dict[str, str]:
    """What the page's form sends; keywords are answers by item key."""
    fields = {"channel": "paper_form", "taken_on": port_today().isoformat(), "language": "zh-hans", "form_key": str(uuid4()), "go": "see"}
    return fields | {f"q-{key}": str(value) for key, value in answers.items()}


def type_for(invitation, *, by, at=None, gaps=False, taken_on=None, **answers):
    raw = {key: str(value) for key, value in answers.items()}
    read = read_answers(invitation.wave.version.items.all(), raw, longest=4000)
    facts = {"channel": "paper_form", "taken_on": taken_on or port_today(), "language": "zh-hans", "gaps": gaps}
    return type_in(invitation=invitation, read=read, form_key=uuid4(), **facts, at=at or now(), by=by)


def test_the_code_leads_to_its_form_however_it_is_typed(desk):
    invitation = make_invitation()
    typed = f" {invitation.code[:3]} {invitation.code[3:7]}-{invitation.code[7:]} ".lower()

    answer = desk.get(reverse("feedback:type_in_code"), {"code": typed})

    assert answer.status_code == 302
    assert answer["Location"] == page_of(invitation)


def test_a_slip_is_said_at_once_and_what_was_typed_stays(desk):
    code = make_invitation().code
    slip = code[:4] + ("A" if code[4] != "A" else "B") + code[5:]

    wrong, short, foreign = (desk.get(reverse("feedback:type_in_code"), {"code": typed}) for typed in (slip, code[:9], "23456789AZ"))

    assert [answer.status_code for answer in (wrong, short, foreign)] == [422, 422, 422]
    assert "有一位输错，或有两位颠倒" in wrong.content.decode()
    assert f'value="{slip}"' in wrong.content.decode()
    assert "编码共 10 位字母和数字，这里是 9 位" in short.content.decode()
    assert "没有哪份表用这个编码" in foreign.content.decode()


def test_the_page_says_whose_form_it_is_and_asks_everything_on_one_page(desk):
    invitation = make_invitation()

    html = desk.get(page_of(invitation)).content.decode()

    assert invitation.customer.label in html
    assert invitation.name in html
    assert invitation.wave.label in html
    assert set(re.findall(r'name="q-([a-z_]+)"', html)) == set(invitation.wave.version.items.values_list("key", flat=True))


def test_typed_in_answers_are_the_customers_with_way_day_and_colleague(desk, clerk):
    invitation = make_invitation()
    day = (port_today() - DAY).isoformat()

    answer = desk.post(page_of(invitation), sheet(overall=4, recommend=9, comment="很好", schedule_reliability="na") | {"taken_on": day})

    response = Response.objects.get(invitation=invitation)
    assert answer["Location"] == response.get_absolute_url()
    assert (response.channel.key, response.entered_by, response.taken_on.isoformat()) == ("paper_form", clerk, day)
    assert (response.overall, response.recommend, response.comment, response.submissions) == (4, 9, "很好", 1)
    assert response.answers.get(item__key="schedule_reliability").not_applicable
    invitation.refresh_from_db()
    assert invitation.answered_at == response.first_submitted_at


def test_a_low_score_opens_the_follow_up_as_online(clerk):
    invitation = make_invitation()

    type_for(invitation, by=clerk, overall=1)

    assert FollowUp.objects.filter(customer=invitation.customer).count() == 1


def test_typed_and_sent_answers_count_in_the_same_figures(clerk):
    first = make_invitation()
    make_response(invitation=first, overall=5)
    type_for(make_invitation(wave=first.wave), by=clerk, overall=2)

    result = compute_results(wave_id=first.wave_id, at=now(), by=system_user())

    assert (result.responses, result.overall_n, result.overall_mean) == (2, 2, 3.5)


def test_the_link_is_spent_and_a_second_typing_is_refused_with_day_and_name(desk, clerk):
    invitation = make_invitation()
    type_for(invitation, by=clerk, overall=5)

    answer = desk.post(page_of(invitation), sheet(overall=1, comment="第二份"))

    html = answer.content.decode()
    assert answer.status_code == 409
    assert f"已有答案：录入员 甲 于 {port_today().isoformat()} 录入。" in html
    assert "第二份" in html
    assert Response.objects.get(invitation=invitation).overall == 5


def test_what_the_customer_sent_online_is_not_typed_over(desk):
    invitation = make_invitation(name="演示联系人 77")
    make_response(invitation=invitation, overall=5)

    shown, answer = desk.get(page_of(invitation)), desk.post(page_of(invitation), sheet(overall=1))

    assert f"已有答案：{invitation.contact} 于" in shown.content.decode()
    assert 'name="q-overall"' not in shown.content.decode()
    assert answer.status_code == 409
    assert Response.objects.get(invitation=invitation).overall == 5


def test_a_double_click_types_in_once(desk):
    invitation, sent = make_invitation(), sheet(overall=4)

    first, second = desk.post(page_of(invitation), sent), desk.post(page_of(invitation), sent)

    assert first["Location"] == second["Location"]
    assert Response.objects.get(invitation=invitation).submissions == 1


def test_what_the_customer_has_begun_online_stays_out_of_it_and_is_kept(clerk):
    invitation = make_invitation()
    Draft.objects.create(invitation=invitation, answers={"recommend": 2, "comment": "半句"}, updated_at=now())

    response = type_for(invitation, by=clerk, overall=4)

    assert (response.recommend, response.comment) == (None, "")
    assert Draft.objects.get(invitation=invitation).answers == {"recommend": 2, "comment": "半句"}


def test_a_later_change_by_the_customer_is_the_customers_own(clerk):
    invitation = make_invitation()
    type_for(invitation, by=clerk, overall=4)
    invitation.refresh_from_db()

    response = make_response(invitation=invitation, overall=2)

    assert (response.submissions, response.channel.key) == (2, "periodic_opinion_form")
    assert (response.entered_by, response.taken_on) == (None, None)


def test_a_required_question_left_out_is_asked_about_and_then_stays_open(desk):
    invitation, sent = make_invitation(), sheet(recommend=8)

    asked = desk.post(page_of(invitation), sent)
    stored = desk.post(page_of(invitation), sent | {"gaps": "on"})

    html = asked.content.decode()
    assert asked.status_code == 422
    assert 'href="#q-overall"' in html
    assert 'name="gaps"' in html
    assert stored.status_code == 302
    assert Response.objects.get(invitation=invitation).overall is None


def test_an_empty_sheet_is_no_answer(desk):
    answer = desk.post(page_of(make_invitation()), sheet() | {"gaps": "on"})

    assert answer.status_code == 422
    assert "还没有填写任何内容" in answer.content.decode()
    assert not Response.objects.exists()


@pytest.mark.parametrize(("days", "stored"), [(13, True), (15, False)])
def test_paper_is_typed_in_for_a_fortnight_after_the_closing(clerk, days, stored):
    invitation = make_invitation(wave=make_wave(opens_at=now() - 40 * DAY, closes_at=now() - days * DAY))
    close_wave(wave=invitation.wave, at=now() - days * DAY, by=clerk)

    if stored:
        assert type_for(invitation, by=clerk, overall=4).overall == 4
    else:
        with pytest.raises(RuleBroken, match="已过期"):
            type_for(invitation, by=clerk, overall=4)


def test_figures_of_a_closed_wave_take_in_what_is_typed_later(clerk):
    wave = make_wave(opens_at=now() - 40 * DAY, closes_at=now() - 13 * DAY)
    first, second = make_invitation(wave=wave), make_invitation(wave=wave)
    make_response(invitation=first, at=now() - 20 * DAY)
    close_wave(wave=wave, at=now() - 13 * DAY, by=clerk)
    compute_results(wave_id=wave.pk, at=now() - 12 * DAY, by=system_user())
    wave.refresh_from_db()
    assert wave.state == WaveState.CLOSED

    type_for(second, by=clerk, overall=4)

    assert stale_waves(at=now()) == [wave.pk]


@pytest.mark.parametrize(("fault", "status"), [(OperationalError("disk full"), 503), (ValueError("a bug"), 500)])
def test_whatever_fails_every_word_typed_is_on_the_page_again(desk, monkeypatch, fault, status):
    def fail(**_facts):
        raise fault

    monkeypatch.setattr(view, "type_in", fail)

    answer = desk.post(page_of(make_invitation()), sheet(overall=4, comment="一整段意见"))

    html = answer.content.decode()
    assert answer.status_code == status
    assert "一整段意见" in html
    assert re.search(r'name="q-overall" value="4" checked', html)


def test_the_scan_hangs_on_the_answer_and_a_bad_one_stores_nothing(desk):
    invitation = make_invitation()
    bad, good = SimpleUploadedFile("x.exe", b"MZ" * 20), SimpleUploadedFile("scan.pdf", b"%PDF-1.4\n%%EOF\n")

    refused = desk.post(page_of(invitation), sheet(overall=4, comment="附扫描") | {"scan": bad})
    assert (refused.status_code, Response.objects.count()) == (409, 0)
    desk.post(page_of(invitation), sheet(overall=4) | {"scan": good})

    response = Response.objects.get(invitation=invitation)
    attachment = Attachment.objects.get(record="feedback.response", object_pk=str(response.pk))
    assert attachment.name == "scan.pdf"
    with closing(desk.get(attachment.get_absolute_url())) as download:
        assert b"".join(download.streaming_content) == b"%PDF-1.4\n%%EOF\n"


def test_the_scan_goes_with_the_person(clerk):
    invitation = make_invitation()
    response = type_for(invitation, by=clerk, overall=4)
    scan = SimpleUploadedFile("演示联系人.pdf", b"%PDF-1.4\n%%EOF\n")
    attach(upload=scan, record="feedback.response", object_pk=response.pk, by=clerk)
    code = invitation.code

    erase_opinions(person=Person("customers.contact", invitation.contact_id, names=(invitation.name,)), by=system_user())

    invitation.refresh_from_db()
    assert not Attachment.objects.filter(record="feedback.response").exists()
    assert invitation.code != code


def test_the_audit_log_says_by_which_way(clerk):
    response = type_for(make_invitation(), by=clerk, overall=4)

    event = AuditEvent.objects.get(action="opinion.type_in")
    assert (event.record_pk, event.detail) == (str(response.pk), {"channel": "paper_form"})


@pytest.mark.parametrize("query", ["", "?channel=visit_opinion", "?channel=complaint_channel"])
def test_the_way_is_chosen_beforehand_where_one_comes_from_a_call_or_visit(desk, query):
    html = desk.get(page_of(make_invitation()) + query).content.decode()

    expected = "visit_opinion" if "visit" in query else "paper_form"
    assert re.search(rf'<input type="radio" name="channel" value="{expected}"[^>]* checked', html)
    assert re.findall(r'name="channel" value="(\w+)"', html) == ["paper_form", "telephone_opinion", "visit_opinion", "seminar"]


@pytest.mark.parametrize("day", ["2019-01-01", "2999-01-01", "gestern"])
def test_an_impossible_day_is_refused(desk, day):
    answer = desk.post(page_of(make_invitation()), sheet(overall=4) | {"taken_on": day})

    assert answer.status_code == 422
    assert not Response.objects.exists()


def test_answers_are_found_and_counted_by_their_way(desk, clerk):
    sent = make_response(invitation=make_invitation(customer=None))
    typed = type_for(make_invitation(wave=sent.wave), by=clerk, overall=4)

    found = desk.get(reverse("feedback:response_list"), {"channel": "paper_form"}).content.decode()
    wave = desk.get(sent.wave.get_absolute_url()).content.decode()
    export = b"".join(desk.get(reverse("feedback:response_list"), {"channel": "paper_form", "export": "csv"}).streaming_content)
    told = desk.get("/api/v1/feedback/responses/", {"channel": "paper_form"})

    assert typed.customer.label in found
    assert sent.customer.label not in found
    assert "channel=paper_form" in wave
    assert "channel=periodic_opinion_form" in wave
    assert "纸质征询表" in export.decode("utf-8-sig")
    assert [(row["channel"], row["entered_by"]) for row in told.json()["results"]] == [("paper_form", clerk.pk)]


def test_the_customer_page_leads_to_open_forms(desk):
    invitation = make_invitation()
    answered = make_response(invitation=make_invitation(customer=invitation.customer, wave=invitation.wave)).invitation

    html = desk.get(reverse("feedback:customer_opinions", args=[invitation.customer_id])).content.decode()

    assert f"{page_of(invitation)}?channel=telephone_opinion" in html
    assert page_of(answered) not in html


def test_the_auditor_reads_but_types_nothing_in():
    client, invitation = Client(), make_invitation()
    client.force_login(make_user(Role.AUDITOR))

    assert client.get(page_of(invitation)).status_code == 403
    assert client.get(reverse("feedback:type_in_code")).status_code == 403
    assert client.post(page_of(invitation), sheet(overall=4)).status_code == 403
    assert not Response.objects.exists()


def test_the_page_speaks_english_too(desk, clerk):
    clerk.language = "en"
    clerk.save()
    with override("en"):
        html = desk.get(page_of(make_invitation()), headers={"accept-language": "en"}).content.decode()

    assert "Store, then the next form" in html


def test_what_was_written_counts_on_the_day_on_the_paper_and_replaces_nothing_said_later(clerk):
    customer = make_customer()
    online, paper = (make_invitation(customer=customer, wave=make_wave(opens_at=now() - 10 * DAY)) for _time in range(2))
    make_response(invitation=online, overall=5, at=now() - 2 * DAY)

    type_for(paper, by=clerk, taken_on=port_today() - 6 * DAY, overall=1)

    def fact():
        customer.refresh_from_db()
        return customer.last_opinion_on, customer.last_opinion_score

    later = (port_today() - 2 * DAY, 5)
    assert fact() == later
    renew_opinions(customers=[customer], by=clerk)
    assert fact() == later
    day = port_today() - 6 * DAY
    assert [(one.mean, one.answers) for one in by_customer(day, day)] == [(1, 1)]
    assert [(one.mean, one.answers) for one in by_customer(port_today(), port_today())] == []


def test_how_it_first_came_stays_with_its_version_when_the_customer_changes_it_online(client, clerk):
    client.force_login(make_staff())
    invitation = make_invitation()
    first = type_for(invitation, by=clerk, overall=2)
    attach(upload=SimpleUploadedFile("scan.pdf", b"%PDF-1.4\n%%EOF\n"), record="feedback.response", object_pk=first.pk, by=clerk)

    changed = make_response(invitation=invitation, overall=4)

    kept = changed.versions.order_by("number").values_list("channel__key", "entered_by", "taken_on")
    assert list(kept) == [("paper_form", clerk.pk, port_today()), ("periodic_opinion_form", None, None)]
    html = client.get(changed.get_absolute_url()).content.decode()
    assert (html.count("录入员 甲"), 'id="files"' in html) == (1, True)


def test_a_scan_is_shown_with_whatever_answer_it_lies(desk, clerk):
    with_file, without = make_response(), make_response()
    attach(upload=SimpleUploadedFile("scan.pdf", b"%PDF-1.4\n%%EOF\n"), record="feedback.response", object_pk=with_file.pk, by=clerk)

    pages = [desk.get(one.get_absolute_url()).content.decode() for one in (with_file, without)]

    assert ['id="files"' in page for page in pages] == [True, False]
