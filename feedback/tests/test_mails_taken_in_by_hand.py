"""A mail that opened nothing is let in by a person: once, as a mail lets itself in, and who did it is kept."""

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact
from feedback.models import Complaint, ComplaintNote, InboundMail
from feedback.queries.complaints import files_sent
from feedback.services.closing import close_complaint
from feedback.services.inbox import KEPT_RAW, take_in_by_hand
from feedback.tests.factories import a_mail, make_complaint, make_inbound, make_staff
from feedback.tests.test_mail_to_the_desk import PNG, acknowledgements, with_files
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db
LISTED = {"Precedence": "bulk"}


def let_in(mail: InboundMail, by=None) -> InboundMail:
    return take_in_by_hand(mail=mail, at=now(), by=by or make_staff())


def test_a_left_mail_becomes_one_case_with_its_files_however_often_it_is_let_in():
    mail, staff = make_inbound(with_files(("damage.png", PNG), From="desk@customer.invalid", **LISTED)), make_staff()

    taken = let_in(mail, staff)
    again = let_in(mail)  # the page still shows it as left

    case = Complaint.objects.get()
    assert (mail.state, taken.state, taken.reason, taken.complaint) == ("left", "case", "list", case)
    assert (again.complaint, again.taken_by, again.taken_at) == (case, staff, taken.taken_at)
    assert (case.description, case.reporter_email, case.recorded_by) == ("见照片", "desk@customer.invalid", staff)
    assert files_sent(case) == ["damage.png"]
    assert acknowledgements() == 1


def test_its_words_stay_the_senders_own_and_the_answer_repeats_none_of_them():
    case = let_in(make_inbound(Subject="Secret words", **LISTED)).complaint

    assert case.is_in_their_own_words
    assert "Secret words" not in OutgoingEmail.objects.get(record="feedback.complaint").text


def test_a_left_mail_that_answers_a_case_is_added_to_it():
    case, staff = make_complaint(reporter_email="desk@customer.invalid"), make_staff()
    mail = make_inbound(From="desk@customer.invalid", Subject=f"Re: {case.number}", Auto_Submitted="auto-replied")

    taken = let_in(mail, staff)

    note = ComplaintNote.objects.get(complaint=case)
    assert (taken.state, taken.complaint, Complaint.objects.count()) == ("added", case, 1)
    assert (note.by, "岸桥等待三小时" in note.text) == (staff, True)


def test_what_cannot_be_read_or_names_nobody_becomes_a_case_of_nobody():
    contact = make_contact(email="")
    nameless = make_complaint()
    broken = InboundMail.objects.get(pk=make_inbound(a_mail(From="", Subject=f"Re: {nameless.number}")).pk)

    case = let_in(broken).complaint

    assert (broken.reason, case.customer, case.contact, case.reporter_email) == ("empty", None, None, "")
    assert (case == nameless, contact.email, acknowledgements()) == (False, "", 0)


def test_of_a_large_mail_what_was_not_kept_is_named():
    mail = make_inbound(with_files(("plan.bin", b"x" * KEPT_RAW), **LISTED))

    taken = let_in(mail)

    assert any("too large" in sentence["en"] for sentence in taken.left_out)


def test_a_mail_for_a_closed_case_is_added_to_it_without_its_files():
    case = make_complaint(reporter_email="desk@customer.invalid")
    close_complaint(complaint=case, outcome="withdrawn", word="agreed", reason="", at=now(), by=make_staff())
    mail = make_inbound(with_files(("late.png", PNG), From="desk@customer.invalid", Subject=case.number, **LISTED))

    taken = let_in(mail)

    assert (taken.complaint, files_sent(case), len(taken.left_out)) == (case, [], 1)


def test_the_page_of_a_left_mail_has_the_button_and_afterwards_who_pressed_it(client):
    staff, mail = make_staff(name="演示员工"), make_inbound(**LISTED)
    client.force_login(staff)
    page, button = mail.get_absolute_url(), reverse("feedback:inbound_take_in", args=[mail.pk])

    before = client.get(page).content.decode()
    answers = [client.post(button) for _ in range(2)]
    after = client.get(page).content.decode()

    case = Complaint.objects.get()
    assert [answer.url for answer in answers] == [case.get_absolute_url()] * 2
    assert (button in before, button in after, "演示员工" in after) == (True, False, True)


def test_the_auditor_reads_the_mail_and_lets_nothing_in(client):
    mail = make_inbound(**LISTED)
    client.force_login(make_user(Role.AUDITOR))
    button = reverse("feedback:inbound_take_in", args=[mail.pk])

    shown, refused = client.get(mail.get_absolute_url()).content.decode(), client.post(button)

    assert (button in shown, refused.status_code, Complaint.objects.count()) == (False, 403, 0)
