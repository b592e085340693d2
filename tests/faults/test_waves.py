"""An opinion wave whose workers are killed: everybody gets at most one mail, and the page of the wave tells who got what."""

import datetime as dt
from collections import Counter

import pgtrigger
import pytest
from django.db import connection, transaction

from feedback.models import Answer, Invitation, Reminder, Response, SealedAnswers, Wave
from feedback.queries.waves import live_figures
from feedback.services.invitations import write_mails
from feedback.services.sweeping import ask_for_leftovers
from feedback.tasks import write_sealed_answers, write_wave_reminders
from feedback.tests.factories import make_invitation, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail
from tests.faults.processes import kill_where_it_waits, wait_until, worker
from tests.faults.test_outbox import DELIVER, go_on, mailbox

__all__ = ["mailbox"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.outbox]
ASKED = 6


@pytest.fixture
def wave():
    """A wave that asks six people, committed, its mails not written yet."""
    asked = make_wave()
    for number in range(ASKED):
        make_invitation(wave=asked, address=f"asked{number}@customer.invalid")
    return asked


def write(wave, limit: int = 500) -> int:
    return write_mails(wave_id=wave.pk, at=now(), by=system_user(), limit=limit)


def who_got_what(wave) -> dict[str, str]:
    return dict(Invitation.objects.filter(wave=wave).order_by("pk").values_list("address", "mail__state"))


def test_killed_while_it_writes_the_mails_of_a_wave_the_next_one_writes_the_rest_once(wave):
    write(wave, limit=2)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE outbox_outgoingemail IN EXCLUSIVE MODE")
        with worker(f"from feedback.tasks import write_invitation_mails; write_invitation_mails({wave.pk})") as dying:
            kill_where_it_waits(dying, cursor)
    after_kill = live_figures(wave)

    ask_for_leftovers(at=now())
    written = [write(wave), write(wave)]

    assert (after_kill.invited, after_kill.waiting, OutgoingEmail.objects.count()) == (ASKED, ASKED, ASKED)
    assert written == [ASKED - 2, 0]
    assert Counter(OutgoingEmail.objects.values_list("to_address", flat=True)).most_common(1)[0][1] == 1


def test_killed_in_the_middle_of_sending_a_wave_nobody_gets_two_and_the_list_is_complete(mailbox, wave, settings):  # noqa: F811 the fixture
    write(wave)
    mailbox.stop_at_address = "asked3@customer.invalid"
    with worker(DELIVER, EMAIL_URL=settings.EMAIL_URL) as dying:
        wait_until(mailbox.reached.is_set)
        dying.kill()
    mailbox.stop_at_address = ""

    go_on(mailbox)

    everybody = [f"asked{number}@customer.invalid" for number in range(ASKED)]
    figures = live_figures(wave)
    assert sorted(mailbox.recipients) == everybody
    assert who_got_what(wave) == dict.fromkeys(everybody, "sent") | {"asked3@customer.invalid": "uncertain"}
    assert (figures.invited, figures.sent, figures.uncertain, figures.waiting, figures.failed) == (ASKED, ASKED - 1, 1, 0, 0)


def test_killed_while_it_reminds_the_next_one_reminds_everybody_once(wave):
    write(wave)
    OutgoingEmail.objects.update(state=MailState.SENT, settled_at=now() - dt.timedelta(days=30))
    Wave.objects.update(reminders=1, closes_at=now() + dt.timedelta(days=60))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE outbox_outgoingemail IN EXCLUSIVE MODE")
        with worker(f"from feedback.tasks import write_sealed_answers, write_wave_reminders; write_wave_reminders({wave.pk})") as dying:
            kill_where_it_waits(dying, cursor)
    after_kill = Reminder.objects.count()

    for _time in range(2):
        write_wave_reminders(wave.pk)

    assert (after_kill, Reminder.objects.count(), OutgoingEmail.objects.filter(kind="feedback.reminder").count()) == (0, ASKED, ASKED)


def test_killed_while_it_writes_anonymous_answers_the_next_one_writes_each_once(wave):
    with pgtrigger.ignore("feedback.Wave:anonymity_is_frozen"):
        Wave.objects.update(anonymity="anonymous", state="closed", closed_at=now())
    SealedAnswers.objects.bulk_create(SealedAnswers(wave=wave, answers={"overall": number}) for number in range(1, 6))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE feedback_answer IN EXCLUSIVE MODE")
        with worker(f"from feedback.tasks import write_sealed_answers; write_sealed_answers({wave.pk})") as dying:
            kill_where_it_waits(dying, cursor)
    after_kill = (SealedAnswers.objects.count(), Response.objects.count())

    for _time in range(2):
        write_sealed_answers(wave.pk)

    assert after_kill == (5, 0)
    assert SealedAnswers.objects.count() == 0
    assert (
        sorted(Response.objects.values_list("overall", flat=True))
        == sorted(Answer.objects.values_list("score", flat=True))
        == [1, 2, 3, 4, 5]
    )
