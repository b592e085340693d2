import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from customers.models import Contact
from feedback.enums import WaveState
from feedback.models import Invitation, Reminder, Wave
from feedback.queries.waves import live_figures
from feedback.services.answers import ReadAnswers
from feedback.services.invitations import write_mails
from feedback.services.links import invitation_url
from feedback.services.opinions import save_draft
from feedback.services.reminders import write_reminders
from feedback.services.waves import close_wave, pause_wave, resume_wave
from feedback.tests.factories import make_invitation, make_response, make_staff, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_zone
from portcrm.outbox.enums import MailState
from portcrm.outbox.kinds import LINK_PLACEHOLDER, personal_link
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import reason_to_withhold

pytestmark = pytest.mark.django_db


def port(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=port_zone())


MONDAY = port("2026-11-09 10:00")
FIFTH_DAY = port("2026-11-16 10:00")  # Monday to Monday: five business days and a weekend


def asked(*, sent_at=MONDAY, state=MailState.SENT, **fields) -> Invitation:
    """Somebody whose mail went out at that moment, in a wave that reminds twice."""
    wave = fields.pop("wave", None) or remind_wave()
    invitation = make_invitation(wave=wave, **fields)
    write_mails(wave_id=wave.pk, at=sent_at, by=system_user())
    invitation.refresh_from_db()
    settle(invitation.mail, state, sent_at)
    return invitation


def remind_wave(**fields) -> Wave:
    defaults = {"opens_at": MONDAY, "closes_at": port("2026-12-31 18:00"), "reminders": 2, "remind_after_days": 5}
    return make_wave(**defaults | fields)


def settle(mail: OutgoingEmail, state: str, at: dt.datetime) -> None:
    settled = None if state in (MailState.UNCERTAIN, MailState.WAITING) else at
    OutgoingEmail.objects.filter(pk=mail.pk).update(state=state, settled_at=settled, due_at=at)


def remind(wave, at) -> int:
    """How many reminders there are after all that were due have been written."""
    after = 0
    while after is not None:
        after = write_reminders(wave_id=wave.pk, at=at, by=system_user(), after=after, limit=2)
    return Reminder.objects.filter(invitation__wave=wave).count()


@pytest.mark.parametrize(
    ("sent", "looked", "reminded"),
    [
        ("2026-11-09 10:00", "2026-11-13 23:59", 0),  # Friday: the fourth business day
        ("2026-11-09 10:00", "2026-11-15 23:59", 0),  # a Sunday counts for nothing
        ("2026-11-09 10:00", "2026-11-16 00:00", 1),
        ("2026-11-09 23:59", "2026-11-16 09:00", 1),
        ("2026-11-10 00:00", "2026-11-16 23:59", 0),
        ("2026-09-29 10:00", "2026-10-12 23:59", 1),  # the holidays from 1 October last a week, and 10 October is worked
        ("2026-09-29 10:00", "2026-10-11 23:59", 0),
    ],
)
def test_somebody_is_reminded_five_business_days_after_the_mail_was_sent(sent, looked, reminded):
    wave = remind_wave(opens_at=port("2026-09-01 10:00"))
    asked(wave=wave, sent_at=port(sent))

    assert remind(wave, port(looked)) == reminded


def test_the_second_reminder_comes_five_business_days_after_the_first_was_sent_and_no_third():
    invitation = asked()
    wave, last = invitation.wave, OutgoingEmail.objects.order_by("-pk")

    first = remind(wave, FIFTH_DAY)
    settle(last.first(), MailState.SENT, FIFTH_DAY)
    too_early, second = remind(wave, port("2026-11-20 10:00")), remind(wave, port("2026-11-23 10:00"))
    settle(last.first(), MailState.SENT, port("2026-11-23 10:00"))
    later = remind(wave, port("2026-12-14 10:00"))

    assert (first, too_early, second, later) == (1, 1, 2, 2)
    assert list(OutgoingEmail.objects.order_by("pk").values_list("dedupe_key", flat=True)) == [
        f"survey:{invitation.wave_id}:{invitation.contact_id}:{turn}" for turn in ("invite", "rem1", "rem2")
    ]


def test_writing_twice_writes_each_once():
    invitation = asked()

    assert [remind(invitation.wave, FIFTH_DAY), remind(invitation.wave, FIFTH_DAY)] == [1, 1]
    assert OutgoingEmail.objects.filter(kind="feedback.reminder").count() == 1


def leave(invitation):
    Contact.objects.filter(pk=invitation.contact_id).update(left_on=dt.date(2026, 11, 12))


def withdraw(invitation):
    Contact.objects.filter(pk=invitation.contact_id).update(consent_withdrawn_at=MONDAY)


@pytest.mark.parametrize(
    "prepare",
    [
        lambda invitation: make_response(invitation=invitation),
        leave,
        withdraw,
        lambda invitation: settle(invitation.mail, MailState.FAILED, MONDAY),
        lambda invitation: settle(invitation.mail, MailState.WITHHELD, MONDAY),
        lambda invitation: settle(invitation.mail, MailState.WAITING, MONDAY),
        lambda invitation: pause_wave(wave=invitation.wave, by=make_staff()),
        lambda invitation: close_wave(wave=invitation.wave, at=MONDAY, by=make_staff()),
        lambda invitation: Wave.objects.update(reminders=0),
        lambda invitation: Wave.objects.update(closes_at=port("2026-11-16 18:00")),
    ],
)
def test_who_must_not_or_need_not_be_reminded_is_not(prepare):
    invitation = asked()
    prepare(invitation)

    assert remind(invitation.wave, FIFTH_DAY) == 0


def test_those_who_must_not_be_reminded_keep_none_of_the_others_waiting():
    wave = remind_wave()
    gone = [asked(wave=wave) for _number in range(3)]
    for invitation in gone:
        leave(invitation)
    due = asked(wave=wave)

    remind(wave, FIFTH_DAY)

    assert list(Reminder.objects.values_list("invitation", "number")) == [(due.pk, 1)]


def test_a_mail_of_unknown_outcome_is_made_good_by_a_reminder_one_day_later():
    invitation = asked(state=MailState.UNCERTAIN)

    assert [remind(invitation.wave, FIFTH_DAY), remind(invitation.wave, FIFTH_DAY + dt.timedelta(days=1))] == [0, 1]


def test_a_reminder_carries_the_same_link_and_is_held_back_once_there_is_an_answer():
    invitation = asked()
    remind(invitation.wave, FIFTH_DAY)
    mail = Reminder.objects.get().mail

    before = reason_to_withhold(mail)
    make_response(invitation=invitation)

    assert before == ""
    assert personal_link(mail) == invitation_url(invitation.public_id)
    assert LINK_PLACEHOLDER in mail.text
    assert str(reason_to_withhold(mail)) != ""
    assert mail.not_after == invitation.wave.closes_at


def test_a_reminder_leaves_within_the_sending_times():
    invitation = asked(wave=remind_wave(any_hour=False))

    remind(invitation.wave, port("2026-11-21 03:00"))

    assert Reminder.objects.get().mail.not_before == port("2026-11-23 09:00")


def test_a_reminder_speaks_the_contacts_language_and_knows_what_was_begun():
    wave = remind_wave()
    begun, untouched = asked(wave=wave, language="en", name="Demo contact 02"), asked(wave=wave, name="演示联系人 01")
    save_draft(invitation=begun, read=ReadAnswers({"overall": 4}), language="en", at=MONDAY, by=system_user())

    remind(wave, FIFTH_DAY)

    english, chinese = (Reminder.objects.get(invitation=one).mail for one in (begun, untouched))
    assert english.text.splitlines()[0] == "Dear Demo contact 02,"
    assert "What you have filled in is kept" in english.text
    assert chinese.text.splitlines()[0] == "尊敬的演示联系人 01："
    assert "目前尚未收到您的答复" in chinese.text


def test_pausing_and_closing_a_wave_reach_its_reminders():
    closes_at = now() + dt.timedelta(days=30)
    wave, staff = asked(wave=remind_wave(closes_at=closes_at)).wave, make_staff()
    remind(wave, FIFTH_DAY)
    mail = OutgoingEmail.objects.filter(kind="feedback.reminder")

    pause_wave(wave=wave, by=staff)
    aside = mail.get().due_at
    resume_wave(wave=wave, by=staff)
    again = mail.get().due_at
    close_wave(wave=wave, at=now(), by=staff)

    assert aside == closes_at
    assert again <= now()
    assert mail.get().state == MailState.WITHHELD


def test_the_wave_shows_who_was_reminded(client):
    wave = remind_wave()
    asked(wave=wave)
    make_response(invitation=asked(wave=wave))
    remind(wave, FIFTH_DAY)
    client.force_login(make_staff(language="en"))

    rows = reverse("feedback:wave_invitations", args=[wave.pk])
    page = client.get(reverse("feedback:wave", args=[wave.pk])).content.decode()
    listed = client.get(f"{rows}?form=reminded").content.decode()

    assert live_figures(wave).reminded == 1
    assert f'<a class="figure-value" href="{rows}?form=reminded">1</a>' in page
    assert "1 result" in listed


@pytest.mark.database
def test_the_database_refuses_a_second_reminder_of_one_number_and_a_third_number():
    reminder = Reminder.objects.create(invitation=make_invitation(), number=1, written_at=MONDAY)

    with pytest.raises(IntegrityError, match="invitation_is_reminded_once_a_number"), transaction.atomic():
        Reminder.objects.create(invitation=reminder.invitation, number=1, written_at=MONDAY)
    with pytest.raises(IntegrityError, match="invitation_is_reminded_twice_at_most"), transaction.atomic():
        Reminder.objects.create(invitation=reminder.invitation, number=3, written_at=MONDAY)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_reminding_and_write_each_reminder_once():
    wave = remind_wave()
    for _number in range(6):
        asked(wave=wave)
    actor, barrier, failed = system_user(), threading.Barrier(2), []

    def work():
        barrier.wait(timeout=10)
        try:
            after = 0
            while after is not None:
                after = write_reminders(wave_id=wave.pk, at=FIFTH_DAY, by=actor, after=after, limit=2)
        except IntegrityError as error:
            failed.append(error)
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=20)

    assert failed == []
    assert Reminder.objects.count() == 6
    assert OutgoingEmail.objects.filter(kind="feedback.reminder").count() == 6
    assert Wave.objects.get().state == WaveState.OPEN
