"""Workers killed at every stage of a mail: nobody gets two, and the list of who got what is complete."""

import datetime as dt

import pytest
from django.db import connection, transaction

from portcrm.clock import now
from portcrm.outbox.delivery import deliver_due, sweep
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.services import nudge, queue_emails
from portcrm.outbox.tests.factories import make_draft
from portcrm.outbox.tests.smtp_server import Mailbox, smtp_server
from tests.faults.processes import celery_worker, kill_where_it_waits, wait_until, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.outbox]
DELIVER = "from portcrm.outbox.delivery import deliver_due; deliver_due(seconds=30)"
WAVE = 6


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    settings.PORTCRM_INSTANCE_ID, settings.OUTBOX_MAILS_PER_MINUTE = "this-installation", 0
    with smtp_server(box) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield box


@pytest.fixture
def wave():
    """A wave of mails, committed: addresses in the order of sending."""
    addresses = [f"contact{number}@customer.invalid" for number in range(WAVE)]
    for address in addresses:
        queue_emails([make_draft(to_address=address, dedupe_key=f"survey:1:{address}:invite")])
    return addresses


def states() -> dict[str, str]:
    return dict(OutgoingEmail.objects.order_by("pk").values_list("to_address", "state"))


def let_leases_run_out(**which) -> None:
    OutgoingEmail.objects.filter(**which).exclude(lease_until=None).update(lease_until=now() - dt.timedelta(seconds=1))


def go_on(mailbox: Mailbox) -> None:
    """What happens after a restart: the sweeper settles what the dead worker left, then the rest is delivered."""
    mailbox.stop_at = ""
    mailbox.go_on.set()
    let_leases_run_out()
    sweep()
    deliver_due()


def test_killed_before_the_claim_every_mail_is_still_sent_once(mailbox, wave, settings):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE outbox_outgoingemail IN EXCLUSIVE MODE")
        with worker(DELIVER, EMAIL_URL=settings.EMAIL_URL) as dying:
            kill_where_it_waits(dying, cursor)

    go_on(mailbox)

    assert mailbox.recipients == wave
    assert states() == dict.fromkeys(wave, "sent")


def test_killed_after_the_claim_one_mail_is_uncertain_and_nobody_gets_two(mailbox, wave, settings):
    mailbox.stop_at = "MAIL"
    with worker(DELIVER, EMAIL_URL=settings.EMAIL_URL) as dying:
        wait_until(mailbox.reached.is_set)
        dying.kill()
    after_kill = states()

    go_on(mailbox)

    assert list(after_kill.values()) == ["sending"] + ["waiting"] * (WAVE - 1)
    assert mailbox.recipients == wave[1:]
    assert states() == dict.fromkeys(wave, "sent") | {wave[0]: "uncertain"}


def test_killed_after_the_text_was_taken_the_mail_is_uncertain_and_not_repeated(mailbox, wave, settings):
    mailbox.stop_at = "DATA"
    with worker(DELIVER, EMAIL_URL=settings.EMAIL_URL) as dying:
        wait_until(mailbox.reached.is_set)
        dying.kill()

    go_on(mailbox)

    assert mailbox.recipients == wave
    assert states() == dict.fromkeys(wave, "sent") | {wave[0]: "uncertain"}


def test_killed_before_the_outcome_was_recorded_the_mail_is_uncertain_and_not_repeated(mailbox, wave, settings):
    mailbox.stop_at = "DATA"
    with worker(DELIVER, EMAIL_URL=settings.EMAIL_URL) as dying:
        wait_until(mailbox.reached.is_set)
        with transaction.atomic(), connection.cursor() as cursor:
            OutgoingEmail.objects.select_for_update().get(to_address=wave[0])
            mailbox.go_on.set()  # the server says 250; the worker cannot write that down
            kill_where_it_waits(dying, cursor)

    go_on(mailbox)

    assert mailbox.recipients == wave
    assert states() == dict.fromkeys(wave, "sent") | {wave[0]: "uncertain"}


def test_killed_in_the_middle_of_a_wave_the_rest_goes_out_and_nobody_gets_two(mailbox, wave, settings):
    halfway = wave[WAVE // 2]
    mailbox.stop_at_address = halfway
    with worker(DELIVER, EMAIL_URL=settings.EMAIL_URL) as dying:
        wait_until(mailbox.reached.is_set)
        dying.kill()
    mailbox.stop_at_address = ""

    go_on(mailbox)

    assert mailbox.recipients == wave
    assert states() == dict.fromkeys(wave, "sent") | {halfway: "uncertain"}


def test_a_service_mail_comes_twice_rather_than_not_at_all_with_one_message_id(mailbox, settings):
    queue_emails([make_draft(to_address="li@customer.invalid", service_mail=True)])
    mailbox.stop_at = "DATA"
    with worker(DELIVER, EMAIL_URL=settings.EMAIL_URL) as dying:
        wait_until(mailbox.reached.is_set)
        dying.kill()

    go_on(mailbox)

    identities = {message["Message-ID"] for _address, message in mailbox.received}
    assert mailbox.recipients == ["li@customer.invalid"] * 2
    assert identities == {OutgoingEmail.objects.get().message_id}
    assert states() == {"li@customer.invalid": "sent"}


def test_workers_that_race_send_each_mail_once(mailbox, settings):
    addresses = [f"contact{number}@customer{number % 3}.invalid" for number in range(60)]  # fewer to each domain than its pace holds back
    queue_emails(make_draft(to_address=address) for address in addresses)

    with worker(DELIVER, EMAIL_URL=settings.EMAIL_URL) as one, worker(DELIVER, EMAIL_URL=settings.EMAIL_URL) as other:
        deliver_due()
        one.finish()
        other.finish()

    assert sorted(mailbox.recipients) == sorted(addresses)
    assert set(states().values()) == {"sent"}


@pytest.mark.jobs
def test_a_real_worker_nudged_several_times_sends_each_mail_once(mailbox, wave, settings):
    with celery_worker("mail", EMAIL_URL=settings.EMAIL_URL):
        for _nudge in range(5):
            nudge()
        wait_until(lambda: set(states().values()) == {"sent"})

    assert sorted(mailbox.recipients) == sorted(wave)
