"""Whoever complained hears of it where we know an address, and never by an answer that was taken back."""

import datetime as dt

import pytest

from customers.tests.factories import make_contact, make_customer
from feedback.models import Complaint
from feedback.services.complaints import answer_complaint, assign_complaint
from feedback.tests.factories import make_complaint, make_staff
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
