"""What holds the whole outbox back, and what two people or workers do at once."""

import threading

import pytest
from django.db import connection
from django.utils import translation

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.errors import RuleBroken
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutboxControl, OutgoingEmail
from portcrm.outbox.services import confirm_instance, pause_outbox, resume_outbox, send_again
from portcrm.outbox.tests.factories import claim_next, make_mail

pytestmark = pytest.mark.outbox


def at_once(call, times: int = 2) -> list:
    """Run `call` in several threads, each with its own connection; returns results and errors."""
    outcomes, barrier = [], threading.Barrier(times)

    def run():
        try:
            barrier.wait()
            outcomes.append(call())
        except RuleBroken as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db
def test_nothing_leaves_while_a_person_has_stopped_the_outbox(mailbox):
    admin, mail = make_user(Role.ADMIN), make_mail()
    pause_outbox(by=admin)

    deliver_due()
    while_stopped = list(mailbox.recipients)
    resume_outbox(by=admin)
    deliver_due()

    assert while_stopped == []
    assert mailbox.recipients == [mail.to_address]


@pytest.mark.django_db
def test_a_new_database_is_taken_by_the_installation_that_sends_first(mailbox):
    make_mail()

    deliver_due()

    assert OutboxControl.objects.get().instance_id == "this-installation"
    assert len(mailbox.received) == 1


@pytest.mark.django_db
def test_a_copied_database_sends_nothing_until_a_person_confirms(mailbox):
    OutboxControl.objects.create(instance_id="the-old-machine")
    make_mail()

    deliver_due()
    before = list(mailbox.recipients)
    confirm_instance(by=make_user(Role.ADMIN))
    deliver_due()

    assert (before, len(mailbox.received)) == ([], 1)
    assert AuditEvent.objects.get().action == "outbox.confirm_instance"


@pytest.mark.django_db
def test_a_state_folder_without_an_id_does_not_take_a_database_that_has_one(mailbox, settings, tmp_path):
    settings.PORTCRM_INSTANCE_ID, settings.PORTCRM_STATE = "", tmp_path
    OutboxControl.objects.create(instance_id="the-old-machine")
    make_mail()

    deliver_due()

    assert (mailbox.received, list(tmp_path.iterdir())) == ([], [])


@pytest.mark.django_db
def test_the_id_of_an_installation_is_kept_in_its_state_folder(mailbox, settings, tmp_path):
    settings.PORTCRM_INSTANCE_ID, settings.PORTCRM_STATE = "", tmp_path
    make_mail()

    deliver_due()

    assert OutboxControl.objects.get().instance_id == (tmp_path / "instance-id").read_text()
    assert len(mailbox.received) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_claim_two_mails():
    make_mail()
    make_mail()

    claimed = at_once(claim_next)

    assert len({mail.pk for mail in claimed}) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_claim_one_mail_once():
    make_mail()

    claimed = at_once(claim_next)

    assert sorted(mail is None for mail in claimed) == [False, True]
    assert OutgoingEmail.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_send_a_mail_again_once():
    mail, person = make_mail(state=MailState.FAILED), make_user(Role.SERVICE)

    outcomes = at_once(lambda: send_again(mail=mail, by=person))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["OutgoingEmail", "RuleBroken"]
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_stop_the_outbox_once():
    person = make_user(Role.ADMIN)

    at_once(lambda: pause_outbox(by=person))

    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"to_address": "no address"}, "This is not an e-mail address."),
        ({"state": MailState.FAILED, "not_after": "2020-01-01T00:00:00Z"}, "It is too late for this mail: its time has passed."),
        ({}, "Only a mail that failed or whose outcome is unknown can be sent again."),
    ],
)
def test_a_mail_that_cannot_arrive_is_not_sent_again(fields, message):
    mail = make_mail(**fields)

    with pytest.raises(RuleBroken) as refusal:
        send_again(mail=mail, by=make_user(Role.SERVICE))

    with translation.override("en"):
        assert str(refusal.value.message) == message
    assert not AuditEvent.objects.exists()
