"""What a worker has looked at a moment ago may have changed: the claim asks once more, in one statement."""

import datetime as dt

import pytest

from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.outbox import behind, claims, gate, kinds
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutboxControl, OutgoingEmail
from portcrm.outbox.services import confirm_instance, pause_outbox, put_off, withhold
from portcrm.outbox.tests.factories import make_mail

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(hours=1)


def set_aside() -> None:
    put_off(mails=OutgoingEmail.objects.all(), until=now() + LATER, reason="Paused.", by=system_user())


def withhold_all() -> None:
    withhold(mails=OutgoingEmail.objects.all(), reason="Answered.", by=system_user())


def pause() -> None:
    pause_outbox(by=make_user(Role.ADMIN))


def stop() -> None:
    gate.stop(gate.AWAY, "421")


def restore() -> None:
    """The journal knows a mail that the database has never heard of."""
    behind.journal_of(OutboxControl.objects.get()).hand_over(10**6, "survey:1", "<1@port.invalid>", now())


def belong_to_another_installation() -> None:
    OutboxControl.objects.update(instance_id="another")


def be_reserved_by_another_worker() -> None:
    OutgoingEmail.objects.update(lease_until=now() + LATER)


@pytest.mark.parametrize(
    "happen", [set_aside, withhold_all, pause, stop, restore, belong_to_another_installation, be_reserved_by_another_worker]
)
def test_what_has_changed_since_the_look_is_not_claimed(happen):
    mail = make_mail()
    row, reserved = gate.opened(), claims.reserve()

    happen()

    assert claims.claim(reserved.mails[0], reserved, row) is None
    mail.refresh_from_db()
    assert (mail.state == MailState.SENDING, mail.attempts) == (False, 0)


def test_a_mail_is_claimed_as_it_stands_then():
    make_mail()
    row, reserved = gate.opened(), claims.reserve()
    OutgoingEmail.objects.update(to_name="演示联系人 99")

    claimed = claims.claim(reserved.mails[0], reserved, row)

    assert (claimed.to_name, claimed.state, claimed.attempts) == ("演示联系人 99", MailState.SENDING, 1)
    assert OutgoingEmail.objects.get().claim == claimed.claim


def test_what_a_worker_holds_no_other_takes_up_until_its_time_is_over():
    make_mail(), make_mail()
    first = claims.reserve(1)

    second, third = claims.reserve(), claims.reserve()
    OutgoingEmail.objects.filter(pk=first.mails[0].pk).update(lease_until=now() - dt.timedelta(seconds=1))
    fourth = claims.reserve()

    assert {mail.pk for mail in (*first.mails, *second.mails)} == set(OutgoingEmail.objects.values_list("pk", flat=True))
    assert (third.mails, fourth.mails) == ([], first.mails)


def test_mails_of_one_kind_are_looked_at_together_and_answered_one_by_one(mailbox, registered):
    looks = []

    def check(mails):
        looks.append(len(mails))
        return [{"answered": "Answered.", "paused": kinds.NotYet("Paused.")}.get(mail.to_name, "") for mail in mails]

    kinds.register_common_check("test.note", check)
    answered, paused, free = make_mail(to_name="answered"), make_mail(to_name="paused"), make_mail()

    deliver_due()

    assert looks == [3]
    states = dict(OutgoingEmail.objects.values_list("pk", "state"))
    assert states == {answered.pk: MailState.WITHHELD, paused.pk: MailState.WAITING, free.pk: MailState.SENT}
    assert OutgoingEmail.objects.get(pk=paused.pk).due_at > now()


def test_a_fault_of_one_kinds_check_concerns_its_own_mails_only(mailbox, registered):
    def broken(mails):
        raise LookupError("no such wave")

    kinds.register_common_check("test.broken", broken)
    make_mail(kind="test.broken")
    free = make_mail()

    deliver_due()

    assert mailbox.recipients == [free.to_address]
    assert OutgoingEmail.objects.get(kind="test.broken").state == MailState.WAITING


def test_a_copied_database_once_confirmed_sends_what_was_looked_at_before():
    make_mail()
    gate.opened()
    belong_to_another_installation()
    assert gate.opened() is None

    confirm_instance(by=make_user(Role.ADMIN))

    row, reserved = gate.opened(), claims.reserve()
    assert claims.claim(reserved.mails[0], reserved, row) is not None
