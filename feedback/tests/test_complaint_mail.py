"""Whoever complained hears of it where we know an address, and never by an answer that was taken back."""

import datetime as dt

import pytest

from customers.tests.factories import make_contact, make_customer
from feedback.models import Complaint
from feedback.services.clocks import go_on, wait_for_customer
from feedback.services.closing import close_complaint
from feedback.services.complaints import answer_complaint, assign_complaint, edit_complaint
from feedback.services.status_mail import tell_passed
from feedback.tests.factories import make_complaint, make_staff
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today, port_zone
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import reason_to_withhold

pytestmark = pytest.mark.django_db


def case_of_a_contact(*, contact: dict | None = None, **fields) -> Complaint:
    person = make_contact(**{"name": "演示联系人 03", "email": "contact03@customer.invalid"} | (contact or {}))
    return make_complaint(customer=person.customer, contact=person, **fields)


def answered(complaint: Complaint, *, answer: str = "已处理。", at: dt.datetime | None = None) -> Complaint:
    owner = make_staff()
    complaint = assign_complaint(complaint=complaint, owner=owner, at=now(), by=owner)
    return answer_complaint(complaint=complaint, answer=answer, at=at or now(), by=owner)


def test_a_chosen_contact_is_written_to():
    answered(case_of_a_contact())

    mails = OutgoingEmail.objects.order_by("pk").values_list("kind", "to_address", "to_name")
    assert list(mails) == [
        ("feedback.complaint_received", "contact03@customer.invalid", "演示联系人 03"),
        ("feedback.complaint_answer", "contact03@customer.invalid", "演示联系人 03"),
    ]


def test_the_address_given_with_the_complaint_comes_before_the_contacts():
    case_of_a_contact(reporter_email="li@customer.invalid", reporter_name="演示联系人 04")

    assert list(OutgoingEmail.objects.values_list("to_address", "to_name")) == [("li@customer.invalid", "演示联系人 04")]


@pytest.mark.parametrize("contact", [{"email": ""}, {"left_on": dt.date(2020, 1, 1)}])
def test_nobody_is_written_to_where_no_address_holds(contact):
    answered(case_of_a_contact(contact=contact))

    assert OutgoingEmail.objects.count() == 0


def test_a_mail_of_an_answer_taken_back_is_held_back():
    complaint = answered(make_complaint(reporter_email="li@customer.invalid"), answer="错误的答复")
    assign_complaint(complaint=complaint, owner=complaint.owner, at=now(), by=make_staff())

    mail = OutgoingEmail.objects.get(kind="feedback.complaint_answer")

    assert str(reason_to_withhold(mail)) == "该答复已撤回。"


def test_of_two_answers_only_the_one_that_stands_goes():
    complaint = make_complaint(reporter_email="li@customer.invalid")
    first = answered(complaint, answer="第一次", at=dt.datetime(2026, 11, 23, 10, tzinfo=port_zone()))
    answered(first, answer="第二次", at=dt.datetime(2026, 11, 24, 10, tzinfo=port_zone()))

    mails = OutgoingEmail.objects.filter(kind="feedback.complaint_answer").order_by("pk")

    assert [("第一次" in mail.text, bool(reason_to_withhold(mail))) for mail in mails] == [(True, True), (False, False)]


def test_the_acknowledgement_is_in_the_language_of_the_contact():
    person = make_contact(email="contact05@customer.invalid", language="en", here_since=port_today())
    make_complaint(customer=person.customer, contact=person, language=person.language)

    assert OutgoingEmail.objects.get().subject.startswith("Your complaint")


@pytest.mark.parametrize("text", ["COSU6123456780", "演示联系人 07", "seven@customer.invalid", "0532-7777", "远航"])
def test_a_case_is_found_by_bill_of_lading_and_by_who_called(text):
    customer = make_customer(name_zh="青岛远航货运", short_name="远航")
    found = make_complaint(
        customer=customer, cargo_reference="COSU6123456780", reporter_name="演示联系人 07", reporter_email="seven@customer.invalid",
        reporter_phone="0532-7777",
    )  # fmt: skip
    make_complaint(company_name="别家公司")

    assert list(Complaint.objects.containing(text)) == [found]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=port_zone())


MONDAY = at("2026-11-23 10:00")  # first answer due on 30 November, decision on 7 December, each at 10:00


def written(**fields) -> Complaint:
    return make_complaint(**{"reporter_email": "li@customer.invalid", "language": "en", "at": MONDAY} | fields)


def status_mails() -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(kind="feedback.complaint_status").order_by("pk"))


def sweep(*moments: str) -> list[int]:
    return [tell_passed(at=at(moment), by=system_user()) for moment in moments]


def test_each_deadline_that_passes_is_told_to_the_customer_once_however_often_one_looks():
    case = written(reporter_name="Li")

    told = sweep("2026-11-30 09:59", "2026-11-30 10:00", "2026-11-30 10:15", "2026-12-07 10:00", "2026-12-07 10:15")

    first, decision = status_mails()
    assert told == [0, 1, 0, 1, 0]
    assert (first.to_address, first.service_mail, first.subject) == (
        "li@customer.invalid",
        True,
        f"Where your complaint {case.number} stands",
    )
    assert "we had set ourselves 2026-11-30 for this: First answer." in first.text
    assert "Where it stands: Received\nNew date, Decision: 2026-12-07\n" in first.text
    assert "we had set ourselves 2026-12-07 for this: Decision." in decision.text
    assert "There is no new date yet; you hear from us as soon as we have decided." in decision.text


def test_the_status_is_told_in_the_language_of_the_customer():
    case = written(language="zh-hans")

    sweep("2026-11-30 10:00")

    assert status_mails()[0].subject == f"您的投诉{case.number}的办理进度"
    assert "目前进度：" in status_mails()[0].text


def test_nothing_is_told_without_an_address_after_the_answer_after_closing_or_while_we_wait():
    staff = make_staff()
    written(reporter_email="")
    answered(written())
    close_complaint(complaint=written(), outcome="withdrawn", word="agreed", at=MONDAY, by=staff)
    wait_for_customer(complaint=written(), reason="number of the box", at=MONDAY, by=staff)

    assert sweep("2026-11-30 10:00", "2026-12-07 10:00") == [0, 0]
    assert status_mails() == []


def test_what_passed_long_ago_is_no_news():
    written()

    assert sweep("2027-01-20 10:00") == [0]


def test_a_decision_moved_to_another_day_is_told_once_with_its_new_date():
    case, staff = written(), make_staff()

    for _click in range(2):
        case = assign_complaint(complaint=case, owner=staff, due_on=dt.date(2026, 12, 14), at=MONDAY, by=staff)

    (mail,) = status_mails()
    assert "have changed.\n\nWhere it stands: In the hands of a colleague\nNew date, Decision: 2026-12-14\n" in mail.text
    assert str(reason_to_withhold(mail)) == ""


def test_assigned_with_the_day_it_has_nothing_moves_and_nothing_is_told():
    case, staff = written(), make_staff()

    assign_complaint(complaint=case, owner=staff, due_on=case.due_on, at=MONDAY, by=staff)

    assert status_mails() == []


def test_another_severity_tells_both_new_dates_in_one_mail():
    edit_complaint(complaint=written(), changes={"severity": "urgent"}, by=make_staff())

    (mail,) = status_mails()
    assert "New date, First answer: 2026-11-24\nNew date, Decision: 2026-11-30\n" in mail.text


def test_after_waiting_for_the_customer_the_new_dates_are_told():
    case, staff = written(), make_staff()
    wait_for_customer(complaint=case, reason="number of the box", at=at("2026-11-24 10:00"), by=staff)

    go_on(complaint=case, at=at("2026-11-26 10:00"), by=staff)

    (mail,) = status_mails()
    assert "New date, First answer: 2026-12-02\nNew date, Decision: 2026-12-09\n" in mail.text


def test_a_status_that_is_not_true_any_more_is_held_back():
    moved, done, staff = written(), written(), make_staff()
    sweep("2026-12-07 10:00")
    of_moved, of_done = status_mails()

    assign_complaint(complaint=moved, owner=staff, due_on=dt.date(2026, 12, 14), at=MONDAY, by=staff)
    answered(done)

    assert [str(reason_to_withhold(mail)) for mail in (of_moved, of_done)] == [
        "期限已再次变更。",
        "该投诉已答复、已结案或正等待客户回复。",
    ]


def test_a_strangers_address_learns_the_number_alone_and_only_where_it_was_acknowledged():
    for _case in range(5):
        written(by=system_user(), reporter_name="Secret Li", subject="Secret words")

    assert sweep("2026-11-30 10:00") == [3]
    assert {("Secret" in mail.text + mail.html + mail.to_name) for mail in status_mails()} == {False}
