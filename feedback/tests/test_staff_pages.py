import datetime as dt
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact, make_customer
from feedback.enums import ComplaintState, WaveState
from feedback.models import Complaint, Programme, Wave
from feedback.services.complaints import assign_complaint
from feedback.services.results import compute_results
from feedback.tests.factories import make_complaint, make_invitation, make_programme, make_response, make_staff, make_version, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.outbox.enums import MailState
from portcrm.outbox.tests.factories import make_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make_staff(language="en")


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    client.cookies["django_language"] = "en"
    return client


def read(desk, name, *args, query="", **headers) -> str:
    answer = desk.get(reverse(f"feedback:{name}", args=args) + query, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_of_a_wave_counts_mails_and_forms_and_links_each_number(desk):
    wave = make_wave()
    make_invitation(wave=wave, mail=make_mail(state=MailState.SENT, settled_at=now()))
    make_response(invitation=make_invitation(wave=wave, mail=make_mail(state=MailState.SENT, settled_at=now())), overall=4)

    html = read(desk, "wave", wave.pk)

    rows = reverse("feedback:wave_invitations", args=[wave.pk])
    assert f'<a class="figure-value" href="{rows}?mail=sent">2</a>' in html
    assert f'<a class="figure-value" href="{rows}?form=answered">1</a>' in html


def test_the_live_part_of_a_wave_is_fetched_alone(desk):
    wave = make_wave()

    html = read(desk, "wave", wave.pk, **{"HX-Request": "true", "HX-Target": "live"})

    assert html.lstrip().startswith('<section id="live"')


@pytest.mark.parametrize("answers", [1, 3])
def test_a_wave_page_needs_the_same_few_queries_however_many_answered(desk, django_assert_max_num_queries, answers):
    wave = make_wave()
    for _number in range(answers):
        make_response(invitation=make_invitation(wave=wave), overall=4, schedule_reliability=3)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    with django_assert_max_num_queries(15):
        read(desk, "wave", wave.pk)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", ["wave_list", "response_list", "complaint_list", "programme_list"])
def test_a_list_needs_at_most_twelve_queries_whatever_its_rows(desk, django_assert_max_num_queries, name, rows):
    for _number in range(rows):
        make_response(overall=4)
        make_complaint(customer=make_customer())

    with django_assert_max_num_queries(12):
        read(desk, name)


@pytest.mark.parametrize("rows", [1, 3])
def test_who_got_what_needs_at_most_twelve_queries(desk, django_assert_max_num_queries, rows):
    wave = make_wave()
    for _number in range(rows):
        make_response(invitation=make_invitation(wave=wave), overall=4)

    with django_assert_max_num_queries(12):
        html = read(desk, "wave_invitations", wave.pk)

    assert html.count("<tr>") == rows + 1


@pytest.mark.parametrize(
    ("query", "found"), [("?mail=failed", 1), ("?form=answered", 1), ("?form=silent", 2), ("?form=opened", 1), ("", 3)]
)
def test_who_got_what_is_found_by_mail_and_form(desk, query, found):
    wave = make_wave()
    make_invitation(wave=wave, mail=make_mail(state=MailState.FAILED, settled_at=now()))
    make_invitation(wave=wave, opened_at=now())
    make_response(invitation=make_invitation(wave=wave))

    assert f"{found} result{'' if found == 1 else 's'}" in read(desk, "wave_invitations", wave.pk, query=query)


def test_a_wave_is_paused_resumed_and_closed_by_buttons(desk):
    wave = make_wave()
    states = []

    for step in ("wave_pause", "wave_resume", "wave_close"):
        desk.post(reverse(f"feedback:{step}", args=[wave.pk]))
        states.append(Wave.objects.get(pk=wave.pk).state)

    assert states == [WaveState.PAUSED, WaveState.OPEN, WaveState.CLOSED]


def test_a_second_click_on_close_is_told_so(desk):
    wave = make_wave()
    desk.post(reverse("feedback:wave_close", args=[wave.pk]))

    answer = desk.post(reverse("feedback:wave_close", args=[wave.pk]))

    assert answer.status_code == 409
    assert "This wave is closed already." in answer.content.decode()


def test_starting_a_wave_shows_first_whom_it_asks_and_spares(desk):
    customer = make_customer(name_en="Donghai Freight")
    make_contact(customer=customer)
    make_contact(customer=customer, email="", name="演示联系人 09", name_en="Demo contact 09")
    programme = make_programme()

    html = read(desk, "programme_start", programme.pk)

    assert "Ask 1 contact" in html
    assert "Demo contact 09" in html
    assert "No e-mail address" in html
    assert Wave.objects.count() == 0


def test_the_button_starts_one_wave_however_often_it_is_pressed(desk):
    make_contact()
    programme, key = make_programme(), str(uuid4())

    for _click in range(2):
        answer = desk.post(reverse("feedback:programme_start", args=[programme.pk]), {"request_key": key})

    assert answer.url == reverse("feedback:wave", args=[Wave.objects.get().pk])


def test_a_programme_is_planned_with_a_form(desk, staff):
    day = port_today() + dt.timedelta(days=40)
    data = {
        "name_zh": "季度征询", "questionnaire": make_version().questionnaire.pk, "owner": staff.pk, "period": "quarter",
        "next_run_on": str(day), "days_open": "14", "reminders": "1", "remind_after_days": "7",
        "low_overall_at_most": "2", "low_recommend_at_most": "6", "is_active": "on",
        "customer_tiers": ["key"],
    }  # fmt: skip

    desk.post(reverse("feedback:programme_create"), data)

    programme = Programme.objects.get()
    assert (programme.name_zh, programme.next_run_on, programme.customer_tiers) == ("季度征询", day, ["key"])
    assert (programme.reminders, programme.remind_after_days) == (1, 7)


def test_a_programme_without_a_name_is_refused_by_name(desk):
    answer = desk.post(reverse("feedback:programme_create"), {"days_open": "0"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Give the programme a name in one language at least." in html
    assert Programme.objects.count() == 0


def test_an_edited_programme_keeps_what_was_not_touched(desk, staff):
    programme = make_programme(owner=staff, customer_tiers=["key"], days_open=14)
    data = {
        "name_zh": programme.name_zh, "name_en": programme.name_en, "questionnaire": programme.questionnaire_id, "owner": staff.pk,
        "period": "month", "days_open": "14", "reminders": "2", "remind_after_days": "5",
        "low_overall_at_most": "2", "low_recommend_at_most": "6", "is_active": "on",
        "customer_tiers": ["key"],
    }  # fmt: skip

    desk.post(reverse("feedback:programme_edit", args=[programme.pk]), data)

    programme.refresh_from_db()
    assert (programme.period, programme.customer_tiers, programme.days_open) == ("month", ["key"], 14)


def test_an_answer_shows_its_words_and_its_earlier_versions(desk):
    invitation = make_invitation()
    make_response(invitation=invitation, overall=2, comment="<b>first</b>")
    response = make_response(invitation=invitation, overall=5, comment="second")

    html = read(desk, "response", response.pk)

    assert "second" in html
    assert "&lt;b&gt;first&lt;/b&gt;" in html
    assert "no longer counts" in html


def test_a_complaint_is_recorded_from_the_customers_page(desk, staff):
    customer = make_customer(name_en="Donghai Freight")
    contact = make_contact(customer=customer)
    data = {
        "subject": "Gate", "description": "Four hours.", "group": "transport", "severity": "serious", "customer": customer.pk,
        "contact": contact.pk, "received_on": str(port_today()), "form_key": str(uuid4()),
    }  # fmt: skip

    form = read(desk, "complaint_create", query=f"?customer={customer.pk}")
    desk.post(reverse("feedback:complaint_create"), data)
    desk.post(reverse("feedback:complaint_create"), data)

    complaint = Complaint.objects.get()
    assert f'<option value="{customer.pk}" selected>' in form
    assert (complaint.customer, complaint.contact, complaint.recorded_by, complaint.severity) == (customer, contact, staff, "serious")


def test_a_contact_of_another_customer_cannot_be_named(desk):
    customer, stranger = make_customer(), make_contact()
    data = {"subject": "x", "description": "y", "group": "other", "severity": "normal", "customer": customer.pk, "contact": stranger.pk,
            "received_on": str(port_today())}  # fmt: skip

    answer = desk.post(reverse("feedback:complaint_create"), data)

    assert answer.status_code == 422
    assert Complaint.objects.count() == 0


def test_a_complaint_without_customer_or_company_is_refused_and_keeps_the_text(desk):
    data = {"subject": "x", "description": "my long story", "group": "other", "severity": "normal", "received_on": "2999-01-01"}

    answer = desk.post(reverse("feedback:complaint_create"), data)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "my long story" in html
    assert "This day has not come yet." in html


def test_a_case_is_assigned_noted_answered_and_closed_on_its_page(desk, staff):
    complaint = make_complaint()
    steps = (
        ("complaint_assign", {"owner": staff.pk, "due_on": ""}),
        ("complaint_note", {"text": "asked the gate"}),
        ("complaint_answer", {"answer": "We opened a second lane."}),
        ("complaint_close", {"outcome": "remedied", "word": "agreed"}),
    )

    for step, data in steps:
        assert desk.post(reverse(f"feedback:{step}", args=[complaint.pk]), data).status_code == 302

    complaint.refresh_from_db()
    html = read(desk, "complaint", complaint.pk)
    assert complaint.state == ComplaintState.CLOSED
    assert "asked the gate" in html
    assert "We opened a second lane." in html


def test_an_empty_answer_comes_back_to_the_case_with_its_sentence(desk, staff):
    complaint = assign_complaint(complaint=make_complaint(), owner=staff, at=now(), by=staff)

    answer = desk.post(reverse("feedback:complaint_answer", args=[complaint.pk]), {"answer": ""})

    assert answer.status_code == 422
    assert Complaint.objects.get().state == ComplaintState.ASSIGNED


def test_editing_a_case_changes_only_what_was_typed(desk):
    complaint = make_complaint(company_name="Donghai", subject="Gate")
    data = {
        "subject": "Gate 3", "description": complaint.description, "group": "transport", "severity": "normal",
        "company_name": "Donghai", "due_on": str(complaint.due_on + dt.timedelta(days=3)),
    }  # fmt: skip

    desk.post(reverse("feedback:complaint_edit", args=[complaint.pk]), data)

    after = Complaint.objects.get()
    assert (after.subject, after.group, after.due_on) == ("Gate 3", "transport", complaint.due_on + dt.timedelta(days=3))
    assert after.received_on == complaint.received_on


@pytest.mark.parametrize(
    ("query", "subjects"), [("?state=new", {"one"}), ("?overdue=true", {"one"}), ("?q=two", {"two"}), ("?open=true", {"one", "two"})]
)
def test_complaints_are_found_by_state_deadline_and_text(desk, staff, query, subjects):
    one = make_complaint(subject="one", company_name="Yihang")
    Complaint.objects.filter(pk=one.pk).update(received_on=dt.date(2020, 1, 1), due_on=dt.date(2020, 1, 10))
    two = make_complaint(subject="two", company_name="Erhang")
    assign_complaint(complaint=two, owner=staff, at=now(), by=staff)

    html = read(desk, "complaint_list", query=query)

    assert {subject for subject in ("one", "two") if f">{subject}<" in html} == subjects


def test_a_customers_tabs_show_its_answers_and_complaints_only(desk):
    mine, other = make_response(overall=4, comment="gate is slow"), make_response(overall=1, comment="of somebody else")
    make_complaint(customer=mine.customer, subject="my case")
    make_complaint(customer=other.customer, subject="foreign case")

    opinions = read(desk, "customer_opinions", mine.customer_id, **{"HX-Request": "true", "HX-Target": "tab-panel"})
    complaints = read(desk, "customer_complaints", mine.customer_id, **{"HX-Request": "true", "HX-Target": "tab-panel"})

    assert "gate is slow" in opinions
    assert "of somebody else" not in opinions
    assert "my case" in complaints
    assert "foreign case" not in complaints
    assert "<html" not in opinions + complaints


def test_the_home_panel_shows_the_latest_counted_wave(desk):
    wave = make_wave()
    make_response(invitation=make_invitation(wave=wave), overall=4, recommend=9)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    html = read(desk, "panel")

    assert "4.00" in html
    assert "+100" in html
    assert "indicative" in html


def test_the_charts_carry_their_table(desk):
    wave = make_wave()
    make_response(invitation=make_invitation(wave=wave), overall=4, schedule_reliability=2, documents=5)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    items = desk.get(reverse("feedback:wave_items", args=[wave.pk])).json()
    trend = desk.get(reverse("feedback:trend_chart")).json()

    assert items["title"] == "Best: Fast and correct documents. Most to do: Schedule reliability (2.0)"
    assert [row[:2] for row in items["table"]["rows"]] == [
        ["Fast and correct documents", 5.0],
        ["Schedule reliability", 2.0],
    ]
    assert trend["table"]["rows"] == [[wave.name_en, 1, "4.00", None]]


@pytest.mark.parametrize(
    ("role", "name", "allowed"),
    [
        (Role.ADMIN, "wave_list", True),
        (Role.ADMIN, "complaint_list", False),
        (Role.ADMIN, "response_list", False),
        (Role.AUDITOR, "response_list", True),
        (Role.AUDITOR, "programme_create", False),
        (Role.AUDITOR, "complaint_create", False),
        (Role.OPERATIONS, "complaint_create", True),
        (Role.OPERATIONS, "programme_create", False),
    ],
)
def test_roles_see_what_they_need(client, role, name, allowed):
    make_response(comment="a named answer")
    client.force_login(make_user(role))

    answer = client.get(reverse(f"feedback:{name}"))

    assert answer.status_code == (200 if allowed else 403)
    assert allowed or "a named answer" not in answer.content.decode()


def test_a_stranger_is_sent_to_the_log_in(client):
    assert client.get(reverse("feedback:complaint_list")).url.startswith("/accounts/login/")


def test_operations_staff_may_answer_and_not_close(client):
    owner = make_user(Role.OPERATIONS)
    complaint = assign_complaint(complaint=make_complaint(), owner=owner, at=now(), by=make_staff())
    client.force_login(owner)

    refused = client.post(reverse("feedback:complaint_close", args=[complaint.pk]), {"outcome": "withdrawn"})
    client.post(reverse("feedback:complaint_answer", args=[complaint.pk]), {"answer": "done"})

    assert refused.status_code == 403
    assert Complaint.objects.get().state == ComplaintState.ANSWERED


def test_the_opinion_tab_shows_score_and_item_means_of_this_customer_alone(desk):
    mine = make_invitation()
    make_response(invitation=mine, recommend=9, schedule_reliability=2)
    again = make_invitation(contact=make_contact(customer=mine.customer))
    make_response(invitation=again, recommend=5, schedule_reliability=5)
    make_response(recommend=0, schedule_reliability=1)

    html = read(desk, "customer_opinions", mine.customer_id)

    assert re.search(r"Recommendation.*?figure-value[^>]*>\s*0\b", html, re.DOTALL)
    assert re.search(r"Schedule reliability</th><td[^>]*><a [^>]*>3\.50 / 5</a></td><td[^>]*><a [^>]*>2</a></td>", html)
