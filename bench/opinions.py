"""A wave to all primary contacts: frozen, written, sent to a mail server beside us, answered, counted."""

import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from bench.measuring import Wrong, by_processes, get, measure, timed
from bench.seeding import insert, scaled
from bench.submissions import PROCESSES, measure_pulses, measure_submissions, page_address
from customers.models import Contact
from feedback.enums import SCALES
from feedback.models import Answer, Invitation, Item, Programme, Questionnaire, Response, ResponseVersion, Wave
from feedback.services.invitations import write_mails
from feedback.services.links import invitation_url
from feedback.services.results import compute_results
from feedback.services.waves import start_wave
from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.memo import reading_once
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail

MAILS, SUBMISSIONS = 5_000, 2_000
MAIL = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_URL": "smtp://",
    "EMAIL_HOST": "127.0.0.1",
    "OUTBOX_MAILS_PER_MINUTE": 0,
    "OUTBOX_PACE": {"per_domain": 0, "connections": 8, "stop_after": 10},
}
Say = Callable[[str], None]


def measure_opinions(*, by: User, scale: float, rounds: int, say: Say) -> None:
    """One figure per line; the second contact of each company has no e-mail here, so that a third of the rows are people not asked."""
    Contact.objects.filter(is_primary=False).update(email="")
    wave = _frozen(by, say)
    _mails(wave, scaled(MAILS, scale), say)
    _form(wave, rounds, say)
    measure_submissions(wave, scaled(SUBMISSIONS, scale), say)
    measure_pulses(wave, scaled(SUBMISSIONS, scale), say)
    _figures(wave, say)


def _frozen(by: User, say: Say) -> Wave:
    programme = Programme.objects.create(
        questionnaire=Questionnaire.objects.get(key="customer-opinion"), name_zh="测量", name_en="Bench", owner=by
    )
    begun = {"programme": programme, "at": now(), "request_key": uuid.uuid4(), "by": by, "any_hour": True}
    seconds, wave = timed(lambda: start_wave(**begun))
    asked, skipped = wave.invitations.count(), wave.skips.count()
    if asked != Contact.objects.exclude(email="").count() or asked + skipped != Contact.objects.count():
        raise Wrong(f"wave_frozen: {asked} asked, {skipped} spared")
    say(f"wave_frozen\tseconds {seconds:.1f}\tinvitations {asked}\tspared {skipped}")
    return wave


def _mails(wave: Wave, number: int, say: Say) -> None:
    """Written by one job, then sent by one process of a worker and by its two, to a mail server in a process of its own, without
    limits of pace; each reads small lists once."""
    invitation_url("warm")  # what a process reads once is not measured
    for processes in (1, PROCESSES):
        with reading_once():
            seconds, written = timed(lambda: _written(wave, number))
        say(f"mails_written\tseconds {seconds:.1f}\tmails {written}\tper_second {written / seconds:.0f}")
        before = _sent()
        with tempfile.TemporaryDirectory() as folder, mail_server() as port, reading_once():  # noqa: SIM117 the port is known inside
            with override_settings(**MAIL, EMAIL_PORT=port, MAIL_JOURNAL_DIR=folder):
                seconds, _done = timed(lambda: by_processes(deliver, [600] * processes))  # noqa: B023 called at once
        sent = _sent() - before
        if sent != written:
            raise Wrong(f"mails_sent: {sent} of {written}")
        say(f"mails_sent\tseconds {seconds:.1f}\tprocesses {processes}\tmails {sent}\tper_second {sent / seconds:.0f}")


def _sent() -> int:
    return OutgoingEmail.objects.filter(state=MailState.SENT).count()


def deliver(seconds: float) -> None:
    deliver_due(seconds=seconds)


def _written(wave: Wave, number: int) -> int:
    done = 0
    while done < number:
        now_written = write_mails(wave_id=wave.pk, at=now(), by=system_user(), limit=min(500, number - done))
        if not now_written:
            break
        done += now_written
    return done


@contextmanager
def mail_server() -> Iterator[int]:
    """A server that takes every mail and keeps none; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(port: int) -> None:
    for _attempt in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise Wrong("mails_sent: no mail server")


def _form(wave: Wave, rounds: int, say: Say) -> None:
    """Each request another person's form; the page with the most questions."""
    people = list(wave.invitations.order_by("-pk").values_list("public_id", flat=True)[: rounds + 5])
    say(measure("opinion_form", Client(), (get(page_address(one, 1)) for one in people)).line())


def _figures(wave: Wave, say: Say) -> None:
    """Everybody else has answered every question, by SQL; then the figures are counted."""
    _everybody_answers(wave)
    seconds, result = timed(lambda: compute_results(wave_id=wave.pk, at=now(), by=system_user()))
    answers = Answer.objects.filter(response__wave=wave).count()
    versions = ResponseVersion.objects.filter(response__wave=wave).count()
    if (result.responses, versions) != (wave.invitations.count(),) * 2:
        raise Wrong(f"opinion_figures: {result.responses} answers counted, {versions} kept as sent")
    say(f"opinion_figures\tseconds {seconds:.1f}\tanswers {result.responses}\tratings {answers}")


def _everybody_answers(wave: Wave) -> None:
    at = {"at": now(), "wave": wave.pk}
    people = f"{Invitation._meta.db_table} one WHERE one.wave_id = %(wave)s AND one.answered_at IS NULL"
    columns = {
        "wave_id": "one.wave_id",
        "invitation_id": "one.id",
        "customer_id": "one.customer_id",
        "contact_id": "one.contact_id",
        "language": "one.language",
        "overall": "1 + one.id %% 5",
        "recommend": "one.id %% 11",
        "first_submitted_at": "%(at)s",
        "submitted_at": "%(at)s",
    }
    insert(Response, columns, people, at)
    scales = tuple(SCALES)
    source = f"""{Response._meta.db_table} said JOIN {Item._meta.db_table} item ON item.version_id = %(version)s
        WHERE said.wave_id = %(wave)s AND said.submitted_at = %(at)s AND item.kind IN %(scales)s"""
    points = "item.minimum + (said.id + item.id) %% (item.maximum - item.minimum + 1)"
    score = {"response_id": "said.id", "item_id": "item.id", "score": points}
    insert(Answer, score, source, at | {"version": wave.version_id, "scales": scales})
    as_sent = f"""(SELECT response_id, jsonb_object_agg(item.key, answer.score) AS answers FROM {Answer._meta.db_table} answer
        JOIN {Item._meta.db_table} item ON item.id = answer.item_id JOIN {Response._meta.db_table} said ON said.id = answer.response_id
        WHERE said.wave_id = %(wave)s AND said.submitted_at = %(at)s GROUP BY response_id) sent"""
    version = {"response_id": "sent.response_id", "number": "1", "form_key": "gen_random_uuid()", "answers": "sent.answers"}
    insert(ResponseVersion, version | {"submitted_at": "%(at)s"}, as_sent, at)
    Invitation.objects.filter(wave=wave, answered_at=None).update(answered_at=at["at"])
    with connection.cursor() as cursor:
        cursor.execute(
            f"ANALYZE {Response._meta.db_table}, {ResponseVersion._meta.db_table}, {Answer._meta.db_table}, {Invitation._meta.db_table}"
        )
