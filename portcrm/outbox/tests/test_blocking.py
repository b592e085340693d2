"""Addresses whose mails come back: what blocks them, what does not, and how a block is lifted."""

import datetime as dt
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.audit.personal_data import Person
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.outbox.delivery import _accepted, deliver_due
from portcrm.outbox.enums import BlockReason, MailState
from portcrm.outbox.models import AddressBlock, MailReport, OutgoingEmail, ReturnedMail
from portcrm.outbox.returns.fates import fate_of_refusal
from portcrm.outbox.services import blocked_among, lift_block, send_again
from portcrm.outbox.services.forgetting import erase_mails
from portcrm.outbox.tests.factories import claim_next, make_block, make_mail, tell

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LIST_QUERIES = 3
SENT = {"state": MailState.SENT, "settled_at": "2026-11-01T00:00:00Z"}


@pytest.mark.outbox
def test_an_address_the_server_refuses_for_good_is_not_written_to_again(mailbox):
    mailbox.rcpt_answers["gone@customer.invalid"] = "550 5.1.1 <gone@customer.invalid>: user unknown"
    make_mail(to_address="Gone@customer.invalid")
    mailbox.rcpt_answers["Gone@customer.invalid"] = mailbox.rcpt_answers["gone@customer.invalid"]

    deliver_due()
    later = make_mail(to_address="gone@customer.invalid")

    block = AddressBlock.objects.get()
    assert (block.address, block.reason, block.words[:9]) == ("gone@customer.invalid", BlockReason.HARD, "550 5.1.1")
    assert (later.state, later.reason["en"]) == (MailState.WITHHELD, "Mails to this address come back.")
    assert mailbox.recipients == []


@pytest.mark.outbox
def test_a_refusal_of_the_sender_blocks_nobody(mailbox):
    mailbox.rcpt_answers["wang@customer.invalid"] = "550 5.7.1 sender listed as spam source"
    make_mail(to_address="wang@customer.invalid")

    deliver_due()

    assert not AddressBlock.objects.exists()
    assert OutgoingEmail.objects.get().state == MailState.WAITING  # perhaps our fault: it is tried again


@pytest.mark.outbox
def test_a_mail_written_before_its_address_was_blocked_does_not_go(mailbox):
    waiting = make_mail(to_address="gone@customer.invalid")
    make_block(to_address="gone@customer.invalid", **SENT)

    deliver_due()

    waiting.refresh_from_db()
    assert (waiting.state, mailbox.recipients) == (MailState.WITHHELD, [])


@pytest.mark.outbox
def test_an_answer_to_a_complaint_still_goes_to_a_blocked_address(mailbox):
    make_block(to_address="gone@customer.invalid", **SENT)
    make_mail(to_address="gone@customer.invalid", service_mail=True)

    deliver_due()

    assert mailbox.recipients == ["gone@customer.invalid"]


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ("550 5.1.1 <x@y>: Recipient address rejected", "hard"),
        ("550 5.2.1 mailbox disabled", "hard"),
        ("552 5.2.2 over quota", "soft"),
        ("452 4.2.2 mailbox full", "soft"),
        ("550 5.7.26 DMARC check failed", "policy"),
        ("553 5.1.8 sender domain does not exist", "policy"),
        ("550 User not found: x@163.com", "hard"),
        ("550 Mailbox unavailable", "hard"),
        ("554 DT:SPM mail rejected, 垃圾邮件", "policy"),
        ("550 收件人不存在", "hard"),
        ("552 邮箱空间已满", "soft"),
        ("550 go away", "hard"),
        ("554 transaction failed", "soft"),
        ("550 Requested action not taken: too many mails from your address, blocked", "policy"),
    ],
)
def test_what_a_refusal_means(answer, fate):
    assert fate_of_refusal(answer) == fate


def test_three_soft_refusals_in_thirty_days_block_an_address():
    mail, at = make_mail(**SENT), now()

    for days in (45, 20, 10):
        tell(mail, "soft", at=at - days * DAY)
    before = blocked_among([mail.to_address])
    tell(mail, "soft", at=at)

    assert before == set()
    assert AddressBlock.objects.get().reason == BlockReason.SOFT


def test_a_delivery_between_them_begins_the_count_anew():
    mail, at = make_mail(**SENT), now()

    for days, fate in ((9, "soft"), (8, "soft"), (7, "delivered"), (6, "soft"), (5, "soft")):
        tell(mail, fate, at=at - days * DAY)

    assert blocked_among([mail.to_address]) == set()


@pytest.mark.parametrize("state", [MailState.SENT, MailState.UNCERTAIN])
def test_a_mail_that_comes_back_says_so_whether_it_was_sent_or_uncertain(state):
    mail = make_mail(**SENT | {"state": state})

    tell(mail, "hard")

    mail.refresh_from_db()
    assert (mail.state, mail.reason["en"], mail.answer) == (MailState.BOUNCED, "No such mailbox", "550 5.1.1 user unknown")


def test_an_uncertain_mail_is_settled_by_the_news_of_its_delivery():
    mail = make_mail(state=MailState.UNCERTAIN)

    tell(mail, "delivered", words="250 OK")

    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (MailState.SENT, {})


def test_a_mail_queued_again_is_not_sent_a_second_time_once_its_delivery_is_known():
    mail = make_mail(state=MailState.UNCERTAIN, claim=uuid4())
    send_again(mail=mail, by=make_user(Role.SERVICE))

    tell(mail, "delivered")

    mail.refresh_from_db()
    assert (mail.state, claim_next()) == (MailState.SENT, None)


def test_news_of_delivery_after_it_came_back_changes_nothing():
    mail = make_mail(**SENT)

    tell(mail, "soft")
    tell(mail, "delivered")

    mail.refresh_from_db()
    assert mail.state == MailState.BOUNCED


def test_a_report_before_our_own_note_that_it_went_is_not_overwritten():
    make_mail()
    claimed = claim_next()

    tell(claimed, "hard")
    _accepted(claimed, "250 OK")

    assert OutgoingEmail.objects.get().state == MailState.BOUNCED


def test_the_same_word_heard_twice_counts_once():
    mail = make_mail(**SENT)

    heard = [tell(mail, "soft", key="event:1") for _time in range(4)]

    assert heard == [True, False, False, False]
    assert MailReport.objects.count() == 1
    assert not AddressBlock.objects.exists()


def test_a_recipient_who_calls_it_junk_is_written_to_no_more():
    mail = make_mail(**SENT)

    tell(mail, "complained")

    mail.refresh_from_db()
    assert (AddressBlock.objects.get().reason, mail.state) == (BlockReason.COMPLAINED, MailState.SENT)


def test_staff_lift_a_block_with_a_reason_and_earlier_refusals_count_no_more():
    mail = make_mail(**SENT)
    for _time in range(3):
        tell(mail, "soft")
    block, client = AddressBlock.objects.get(), Client()
    staff = make_user(Role.SERVICE, language="en")
    client.force_login(staff)

    without = client.post(reverse("outbox:block_lift", args=[block.pk]), {"reason": ""})
    client.post(reverse("outbox:block_lift", args=[block.pk]), {"reason": "邮箱已清理"})
    tell(mail, "soft")

    block.refresh_from_db()
    assert without.status_code == 422
    assert (block.lifted_by, block.lifted_reason) == (staff, "邮箱已清理")
    assert blocked_among([mail.to_address]) == set()
    assert AuditEvent.objects.filter(action="outbox.lift_block", actor_id=staff.pk).count() == 1


def test_a_block_is_lifted_once():
    block, staff = make_block(**SENT), make_user(Role.SERVICE)
    lift_block(block=block, reason="来电", at=now(), by=staff)

    with pytest.raises(RuleBroken):
        lift_block(block=block, reason="来电", at=now(), by=staff)


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.ADMIN, 403), (Role.OPERATIONS, 403)])
def test_who_sees_blocked_addresses_and_who_lifts_them(role, status):
    block, client = make_block(**SENT), Client()
    client.force_login(make_user(role))

    pages = [client.get(url) for url in (reverse("outbox:block_list"), block.get_absolute_url())]
    lifted = client.post(reverse("outbox:block_lift", args=[block.pk]), {"reason": "x"})

    assert [one.status_code for one in pages] == [status, status]
    assert [block.address in one.content.decode() for one in pages] == [status == 200] * 2
    assert (lifted.status_code, AddressBlock.objects.in_force().count()) == (403, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_the_same_queries_for_any_number(count, django_assert_num_queries):
    for _number in range(count):
        make_block(**SENT)
    client = Client()
    client.force_login(make_user(Role.SERVICE))
    client.get(reverse("outbox:block_list"))

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("outbox:block_list"))


def test_a_person_who_is_erased_leaves_no_address_in_reports_and_blocks():
    mail = make_mail(to_address="wang@customer.invalid", **SENT)
    make_block(mail=mail)
    person = Person(record="customers.contact", pk=1, names=("演示联系人 01",), addresses=("wang@customer.invalid",))

    erase_mails(person=person, by=system_user())

    assert not AddressBlock.objects.exists()
    assert list(MailReport.objects.values_list("address", "words")) == [("", "")]
    assert not ReturnedMail.objects.exists()
