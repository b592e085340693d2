"""A database restored in place: the send journal remembers what it has forgotten, and nobody gets two mails."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Max
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.notices.models import Notice
from portcrm.outbox import behind, delivery, journal
from portcrm.outbox.delivery import deliver_due, sweep
from portcrm.outbox.enums import MailState, Outcome
from portcrm.outbox.journal import Journal
from portcrm.outbox.models import JournalEntry, OutboxControl, OutgoingEmail
from portcrm.outbox.services import queue_email, take_over_journal
from portcrm.outbox.tests.factories import claim_next, make_draft, make_mail

pytestmark = [pytest.mark.django_db, pytest.mark.outbox]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MAIL_JOURNAL_DIR = tmp_path
    return tmp_path


class Backup:
    """The rows of the outbox as they are now, with the number the database would give next; `restore` puts them back."""

    def __init__(self) -> None:
        deliver_due(seconds=0)
        behind.is_behind(OutboxControl.objects.get_or_create(pk=1)[0])  # as the sweep of every minute does
        self.mails, self.control = list(OutgoingEmail.objects.all()), OutboxControl.objects.get()
        self.number = _last_number()

    def restore(self) -> None:
        OutgoingEmail.objects.all().delete()
        JournalEntry.objects.all().delete()
        OutgoingEmail.objects.bulk_create(self.mails)
        self.control.save()
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('outbox_journal_number', %s)", [self.number])


def _last_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('outbox_journal_number')")
        return cursor.fetchone()[0]


def states() -> dict[str, str]:
    return dict(OutgoingEmail.objects.order_by("pk").values_list("to_address", "state"))


def test_a_restored_database_sends_nothing_and_says_so(mailbox):
    admin = make_user(Role.ADMIN, language="en")
    first, second = make_mail(), make_mail()
    backup = Backup()
    deliver_due()
    backup.restore()
    make_mail()

    deliver_due()

    client = Client()
    client.force_login(admin)
    page = client.get(reverse("outbox:email_list")).content.decode()
    assert mailbox.recipients == [first.to_address, second.to_address]
    assert set(states().values()) == {"waiting"}
    assert "Nothing is sent: the database is older than the send journal." in page
    assert [notice.recipient for notice in Notice.objects.all()] == [admin]


def test_taking_the_journal_over_sends_only_what_was_not_sent(mailbox):
    sent, unsent = make_mail(), make_mail(not_before=now() + dt.timedelta(hours=1))
    backup = Backup()
    deliver_due()
    backup.restore()
    deliver_due()

    lines = take_over_journal(by=make_user(Role.ADMIN))
    OutgoingEmail.objects.update(due_at=now())
    deliver_due()
    deliver_due()

    assert lines == 1
    assert mailbox.recipients == [sent.to_address, unsent.to_address]
    assert states() == {sent.to_address: "sent", unsent.to_address: "sent"}
    assert AuditEvent.objects.get().detail == {"lines": 1}


def test_a_row_restored_by_itself_is_noticed_too(mailbox):
    mail = make_mail()
    before = OutgoingEmail.objects.values().get()
    deliver_due()
    OutgoingEmail.objects.update(**{name: value for name, value in before.items() if name != "id"})

    deliver_due()

    assert mailbox.recipients == [mail.to_address]
    assert OutboxControl.objects.get().behind_at is not None


def test_a_mail_that_only_the_journal_knows_is_not_sent_when_it_is_written_anew(mailbox):
    backup = Backup()
    make_mail(dedupe_key="survey:9:7:invite", to_address="li@customer.invalid")
    deliver_due()
    backup.restore()
    deliver_due()
    take_over_journal(by=make_user(Role.ADMIN))

    again = queue_email(make_draft(dedupe_key="survey:9:7:invite", to_address="li@customer.invalid"))
    deliver_due()

    assert mailbox.recipients == ["li@customer.invalid"]
    assert again.state == MailState.UNCERTAIN
    with translation.override("en"):
        assert again.reason_text.startswith("A mail with this key was handed over before the database was restored")


def test_what_was_written_anew_before_anybody_noticed_is_not_sent_either(mailbox):
    backup = Backup()
    make_mail(dedupe_key="survey:9:7:invite", to_address="li@customer.invalid")
    deliver_due()
    backup.restore()
    again = make_mail(dedupe_key="survey:9:7:invite", to_address="li@customer.invalid")

    deliver_due()
    take_over_journal(by=make_user(Role.ADMIN))
    deliver_due()

    again.refresh_from_db()
    assert mailbox.recipients == ["li@customer.invalid"]
    assert again.state == MailState.UNCERTAIN


def test_a_service_mail_written_anew_goes_rather_twice_than_not_at_all(mailbox):
    backup = Backup()
    make_mail(dedupe_key="complaint:5:received", to_address="li@customer.invalid", service_mail=True)
    deliver_due()
    backup.restore()
    deliver_due()
    take_over_journal(by=make_user(Role.ADMIN))

    queue_email(make_draft(dedupe_key="complaint:5:received", to_address="wang@customer.invalid", service_mail=True))
    deliver_due()

    assert mailbox.recipients == ["li@customer.invalid", "wang@customer.invalid"]


@pytest.mark.parametrize(("service_mail", "state"), [(False, "uncertain"), (True, "sent")])
def test_without_an_answer_in_the_journal_a_mail_is_uncertain_unless_it_may_come_twice(mailbox, service_mail, state):
    mail = make_mail(service_mail=service_mail)
    backup = Backup()
    mailbox.drop_after_text.add(mail.to_address)
    deliver_due()
    mailbox.drop_after_text.clear()
    backup.restore()
    deliver_due()

    take_over_journal(by=make_user(Role.ADMIN))
    deliver_due()

    assert states() == {mail.to_address: state}
    assert len(mailbox.received) == (2 if service_mail else 1)


def test_a_mail_refused_before_the_restore_is_tried_again(mailbox):
    mail = make_mail()
    backup = Backup()
    mailbox.text_answers[mail.to_address] = "450 Try again later"
    deliver_due()
    mailbox.text_answers.clear()
    backup.restore()
    deliver_due()

    take_over_journal(by=make_user(Role.ADMIN))
    deliver_due()

    assert JournalEntry.objects.get().outcome == Outcome.REFUSED
    assert mailbox.recipients == [mail.to_address]


def test_the_journal_is_on_the_disk_before_the_text_goes(mailbox, folder):
    mail, seen = make_mail(), []
    take_text = mailbox.handle_DATA

    async def look(server, session, envelope):
        seen.extend(path.read_text() for path in folder.iterdir())
        return await take_text(server, session, envelope)

    mailbox.handle_DATA = look
    deliver_due()

    (content,) = seen
    assert f"\t{mail.dedupe_key}\t{mail.message_id}\n" in content
    assert mail.to_address not in content


def test_without_a_journal_nothing_is_sent(mailbox, settings, folder):
    (folder / "file").touch()
    settings.MAIL_JOURNAL_DIR = folder / "file" / "below"
    mail = make_mail()

    deliver_due()

    mail.refresh_from_db()
    row = OutboxControl.objects.get()
    assert (mailbox.received, mail.state, mail.attempts) == ([], MailState.WAITING, 0)
    assert row.stopped_reason["en"] == "The send journal cannot be used, and what cannot be remembered is not sent."


def test_a_journal_on_a_full_disk_lets_nothing_out(mailbox, monkeypatch):
    def no_space(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal.os, "fdatasync", no_space)
    mail = make_mail()

    deliver_due()

    mail.refresh_from_db()
    assert (mailbox.received, mail.state, mail.attempts) == ([], MailState.WAITING, 0)
    assert "No space left on device" in OutboxControl.objects.get().stopped_answer


def test_a_worker_that_died_between_journal_and_record_does_not_look_like_a_restore(mailbox):
    mail = make_mail()
    claimed = claim_next()
    row = OutboxControl.objects.get_or_create(pk=1)[0]
    behind.journal_of(row).hand_over(claimed.journal_number, claimed.dedupe_key, claimed.message_id, now())
    OutgoingEmail.objects.update(lease_until=now() - dt.timedelta(minutes=1))
    other = make_mail()

    sweep()
    deliver_due()

    assert states() == {mail.to_address: "uncertain", other.to_address: "sent"}


def test_a_line_cut_short_by_a_crash_spoils_itself_only(folder):
    kept = Journal("one")
    kept.hand_over(1, "a", "<a@port.invalid>", now())
    with kept.path.open("a") as file:
        file.write("\n+\t2\t2026-")

    kept.hand_over(3, "c", "<c@port.invalid>", now())

    assert [(line.number, line.dedupe_key) for line in kept.lines_after(0)] == [(1, "a"), (3, "c")]
    assert kept.last_number() == 3


def test_a_new_database_beside_an_old_one_has_a_journal_of_its_own(mailbox):
    make_mail()
    deliver_due()
    OutboxControl.objects.all().delete()
    OutgoingEmail.objects.all().delete()
    mail = make_mail()

    deliver_due()

    assert mailbox.recipients[1:] == [mail.to_address]


def test_a_journal_that_agrees_is_not_taken_over():
    with pytest.raises(RuleBroken):
        take_over_journal(by=make_user(Role.ADMIN))

    assert not AuditEvent.objects.exists()


def test_numbers_go_on_above_the_journal_after_a_restore(mailbox):
    make_mail()
    backup = Backup()
    deliver_due()
    backup.restore()
    deliver_due()
    take_over_journal(by=make_user(Role.ADMIN))
    make_mail()

    deliver_due()

    highest = OutgoingEmail.objects.aggregate(highest=Max("journal_number"))["highest"]
    assert highest > JournalEntry.objects.get().number


def test_the_page_lists_what_was_sent_and_an_administrator_takes_it_over(mailbox):
    mail = make_mail()
    backup = Backup()
    deliver_due()
    backup.restore()
    deliver_due()
    client = Client()
    client.force_login(make_user(Role.ADMIN, language="en"))

    rows = client.get(reverse("outbox:journal_list")).context["listing"].rows
    client.post(reverse("outbox:journal_take_over"))

    assert [(row.dedupe_key, row.outcome, row.mail_state) for row in rows] == [(mail.dedupe_key, "accepted", "waiting")]
    assert states() == {mail.to_address: "sent"}


def test_who_may_not_control_the_outbox_cannot_take_the_journal_over(mailbox):
    make_mail()
    backup = Backup()
    deliver_due()
    backup.restore()
    deliver_due()
    client = Client()
    client.force_login(make_user(Role.SERVICE))

    answer = client.post(reverse("outbox:journal_take_over"))

    assert answer.status_code == 403
    assert OutboxControl.objects.get().behind_at is not None


@pytest.mark.parametrize("count", [1, 3])
def test_the_journal_page_needs_the_same_queries_for_any_number_of_lines(count, django_assert_num_queries):
    for number in range(count):
        JournalEntry.objects.create(number=number + 1, dedupe_key=f"k{number}", message_id=f"<{number}@port.invalid>", handed_over_at=now())
    client = Client()
    client.force_login(make_user(Role.SERVICE))
    client.get(reverse("outbox:journal_list"))

    with django_assert_num_queries(5):
        client.get(reverse("outbox:journal_list"))


def test_a_worker_whose_machine_slept_does_not_send_what_is_no_longer_its_own(mailbox, monkeypatch):
    mail, answers = make_mail(), []
    hand_over = delivery.Transport.hand_over

    def machine_sleeps(transport, message, before_text):
        monkeypatch.setattr(delivery, "now", lambda: now() + dt.timedelta(minutes=9))
        try:
            answers.append(hand_over(transport, message, before_text))
        except delivery.LeaseOver:
            answers.append("given up")
            monkeypatch.undo()
            raise

    monkeypatch.setattr(delivery.Transport, "hand_over", machine_sleeps)
    deliver_due()

    mail.refresh_from_db()
    assert answers == ["given up"]
    assert (mailbox.recipients, mail.attempts) == ([mail.to_address], 1)
