"""The broker loses everything, or hands a task out twice: mail does not depend on it, the rows know what was sent."""

import pytest
import redis
from django.conf import settings as django_settings

from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.services import nudge, queue_emails
from portcrm.outbox.tasks import sweep_outbox
from portcrm.outbox.tests.factories import make_draft
from tests.faults.processes import celery_worker, process, wait_until
from tests.faults.test_outbox import go_on, let_leases_run_out, mailbox, states, wave

__all__ = ["mailbox", "wave"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.outbox, pytest.mark.jobs]


def empty_the_broker() -> None:
    broker = redis.Redis.from_url(django_settings.CACHES["default"]["LOCATION"])
    broker.flushall()
    broker.close()


def test_a_broker_emptied_in_the_middle_of_a_wave_loses_no_mail_and_repeats_none(mailbox, wave, settings):
    halfway = wave[len(wave) // 2]
    mailbox.stop_at_address = halfway
    with celery_worker("mail", EMAIL_URL=settings.EMAIL_URL):
        for _nudge in range(3):
            nudge()
        wait_until(mailbox.reached.is_set)
        empty_the_broker()
        later = queue_emails([make_draft(to_address="later@customer.invalid")])
        mailbox.stop_at_address = ""
        mailbox.go_on.set()
        wait_until(lambda: set(states().values()) == {"sent"})

    assert len(later) == 1
    assert sorted(mailbox.recipients) == [*wave, "later@customer.invalid"]  # two workers send, in whatever order


def test_what_no_task_asks_for_any_more_is_found_by_the_sweep(mailbox, wave):
    empty_the_broker()

    sweep_outbox()

    assert mailbox.recipients == wave
    assert set(states().values()) == {"sent"}


def test_a_worker_killed_at_the_text_whose_task_is_handed_out_again_sends_no_mail_twice(mailbox, wave, settings):
    mailbox.stop_at_address = wave[2]
    solo = ("-m", "celery", "-A", "portcrm", "worker", "-Q", "mail", "--pool", "solo")  # the process itself sends: its death is the end
    with process(*solo, EMAIL_URL=settings.EMAIL_URL) as dying:
        nudge()
        wait_until(mailbox.reached.is_set)
        dying.kill()
    mailbox.stop_at_address = ""
    mailbox.go_on.set()
    let_leases_run_out(state="waiting")  # what the dead worker had only reserved

    with celery_worker("mail", EMAIL_URL=settings.EMAIL_URL):
        nudge()  # the broker hands the dead worker's task out again after an hour; a task asked for anew is the same to a row
        wait_until(lambda: not OutgoingEmail.objects.filter(state="waiting").exists())
        go_on(mailbox)

    assert sorted(mailbox.recipients) == wave  # two workers send, in whatever order
    assert states() == dict.fromkeys(wave, "sent") | {wave[2]: "uncertain"}
