"""The mail server refuses us, or finds us too fast: no mail pays for it, sending stops or slows down, and recovers."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.notices.models import Notice
from portcrm.outbox import pace
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutboxControl, OutgoingEmail, SendingRate
from portcrm.outbox.services import resume_outbox
from portcrm.outbox.tests.factories import make_mail

pytestmark = [pytest.mark.django_db, pytest.mark.outbox]
LONG_AGO = now() - dt.timedelta(hours=1)
NO_SENDER = "550 5.7.1 Sender rejected"


@pytest.fixture(autouse=True)
def pace_of_the_test(settings):
    settings.OUTBOX_PACE = {"per_domain": 0, "connections": 0, "stop_after": 3}


def let_time_pass() -> None:
    OutgoingEmail.objects.filter(state=MailState.WAITING).update(due_at=LONG_AGO)
    OutboxControl.objects.exclude(probe_at=None).update(probe_at=LONG_AGO)


def states() -> list[tuple[str, int]]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("state", "attempts"))


def test_a_refused_sender_costs_no_mail_an_attempt(mailbox):
    mailbox.sender_answer = NO_SENDER
    for _number in range(3):
        make_mail()

    for _batch in range(7):
        deliver_due()
        let_time_pass()

    assert states() == [(MailState.WAITING, 0)] * 3


def test_after_some_refusals_in_a_row_the_outbox_stops_says_why_and_tells_administrators_once(mailbox):
    mailbox.sender_answer = NO_SENDER
    admin, _other = make_user(Role.ADMIN, language="en"), make_user(Role.SERVICE)
    for _number in range(5):
        make_mail()
    deliver_due()
    client = Client()
    client.force_login(admin)

    page = client.get(reverse("outbox:email_list")).content.decode()

    assert OutboxControl.objects.get().errors_in_a_row == 3
    assert "The mail server refuses our mails, whoever they go to." in page
    assert NO_SENDER in page
    (notice,) = Notice.objects.all()
    with translation.override("en"):
        assert (notice.recipient, notice.sentence) == (admin, "No mail goes out: The mail server refuses our mails, whoever they go to.")


def test_a_stopped_outbox_lets_one_mail_try_every_few_minutes(mailbox):
    mailbox.sender_answer = NO_SENDER
    asked = count_senders(mailbox)
    for _number in range(6):
        make_mail()
    deliver_due()
    OutgoingEmail.objects.update(due_at=LONG_AGO)

    deliver_due()
    before_its_time = len(asked)
    let_time_pass()
    deliver_due()

    assert (before_its_time, len(asked)) == (3, 4)


def test_the_first_mail_that_is_taken_lets_the_others_follow(mailbox):
    mailbox.sender_answer = NO_SENDER
    for _number in range(6):
        make_mail()
    deliver_due()
    mailbox.sender_answer = "250 OK"
    let_time_pass()

    deliver_due()

    assert states() == [(MailState.SENT, 1)] * 6
    row = OutboxControl.objects.get()
    assert (row.stopped_at, row.errors_in_a_row, row.stopped_reason) == (None, 0, {})


def test_a_person_lets_a_stopped_outbox_try_at_once(mailbox):
    mailbox.sender_answer = NO_SENDER
    for _number in range(3):
        make_mail()
    deliver_due()
    mailbox.sender_answer = "250 OK"
    OutgoingEmail.objects.update(due_at=LONG_AGO)

    resume_outbox(by=make_user(Role.ADMIN))
    deliver_due()

    assert states() == [(MailState.SENT, 1)] * 3


def test_refusals_of_single_recipients_do_not_stop_the_others(mailbox):
    for number in range(5):
        mailbox.rcpt_answers[f"gone{number}@customer.invalid"] = "550 5.1.1 No such person here"
        make_mail(to_address=f"gone{number}@customer.invalid")
    last = make_mail()

    deliver_due()

    assert mailbox.recipients == [last.to_address]


def test_refusals_by_policy_stop_the_outbox_before_they_have_burnt_the_wave(mailbox):
    for number in range(6):
        mailbox.rcpt_answers[f"li{number}@customer.invalid"] = "550 5.7.1 Message blocked by policy"
        make_mail(to_address=f"li{number}@customer.invalid")

    deliver_due()

    assert OutboxControl.objects.get().stopped_at is not None
    assert states() == [(MailState.WAITING, 1)] * 3 + [(MailState.WAITING, 0)] * 3


@pytest.mark.parametrize("answer", ["421 Too many connections", "432 4.3.2 Concurrency limit", "452 Too many messages"])
def test_a_domain_that_finds_us_too_fast_is_sent_to_more_slowly_and_no_attempt_is_counted(mailbox, answer):
    mailbox.rcpt_answers["a@busy.invalid"] = answer
    SendingRate.objects.create(domain="busy.invalid", per_minute=4, tokens=1)
    make_mail(to_address="a@busy.invalid")
    second, other = make_mail(to_address="b@Busy.invalid"), make_mail()

    deliver_due()

    assert mailbox.recipients == [other.to_address]
    assert states() == [(MailState.WAITING, 0), (MailState.WAITING, 0), (MailState.SENT, 1)]
    assert SendingRate.objects.get().per_minute == 2
    second.refresh_from_db()
    assert second.due_at > now() + dt.timedelta(seconds=10)


def test_a_full_mailbox_says_nothing_about_our_pace(mailbox):
    mailbox.rcpt_answers["a@busy.invalid"] = "452 4.2.2 Mailbox full"
    make_mail(to_address="a@busy.invalid")

    deliver_due()

    assert states() == [(MailState.WAITING, 1)]
    assert not SendingRate.objects.exists()


def test_a_domain_is_slowed_down_to_one_mail_a_minute_at_most():
    for _time in range(12):
        pace.slow_down("busy.invalid")

    assert SendingRate.objects.get().per_minute == 1


def test_each_mail_that_is_taken_gives_a_tenth_back_until_the_rate_is_as_before(mailbox):
    SendingRate.objects.create(domain="busy.invalid", per_minute=500, tokens=10)
    seen = []
    for number in range(2):
        make_mail(to_address=f"a{number}@busy.invalid")
        deliver_due()
        seen.append(SendingRate.objects.get().per_minute)

    assert seen == [pytest.approx(550), None]
    assert len(mailbox.received) == 2


def test_our_own_server_that_finds_us_too_fast_slows_all_mails_down(mailbox):
    mailbox.sender_answer = "421 Too many connections from you"
    make_mail()

    deliver_due()

    assert states() == [(MailState.WAITING, 0)]
    assert OutboxControl.objects.get().slowed_to == 300


def test_mails_to_one_domain_are_spread_while_others_go(mailbox, settings):
    settings.OUTBOX_PACE |= {"per_domain": 6}  # one in ten seconds, of which the bucket holds one
    many = [make_mail(to_address=f"a{number}@busy.invalid") for number in range(4)]
    other = make_mail()

    deliver_due()

    assert mailbox.recipients == [many[0].to_address, other.to_address]
    waits = [(mail.due_at - now()).total_seconds() for mail in OutgoingEmail.objects.filter(state=MailState.WAITING).order_by("pk")]
    assert [round(wait, -1) for wait in waits] == [10, 20, 30]


def test_what_waits_for_its_turn_goes_when_it_has_come(mailbox, settings):
    settings.OUTBOX_PACE |= {"per_domain": 6}
    for number in range(3):
        make_mail(to_address=f"a{number}@busy.invalid")
    for _turn in range(3):
        deliver_due()
        SendingRate.objects.update(refilled_at=LONG_AGO)
        let_time_pass()

    assert mailbox.recipients == ["a0@busy.invalid", "a1@busy.invalid", "a2@busy.invalid"]


@pytest.mark.django_db(transaction=True)
def test_no_more_conversations_at_once_than_the_settings_allow(settings, mailbox):
    settings.OUTBOX_PACE |= {"connections": 1}
    make_mail()
    seen = []

    def from_another_worker():
        seen.append(deliver_due().sent)

    with pace.conversation() as first:
        in_a_thread(from_another_worker)
    in_a_thread(from_another_worker)

    assert (first, seen) == (True, [0, 1])


def in_a_thread(call) -> None:
    """As another worker would: with a connection of its own."""

    def run():
        try:
            call()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def count_senders(mailbox) -> list[str]:
    """The senders that the server is told from now on."""
    asked, plain = [], mailbox.handle_MAIL

    async def counted(server, session, envelope, address, options):
        asked.append(address)
        return await plain(server, session, envelope, address, options)

    mailbox.handle_MAIL = counted
    return asked
