"""What people do with the outbox: send a mail again, stop everything, let it go, confirm a copied database."""

from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.outbox import gate, instance
from portcrm.outbox.enums import SENDABLE_AGAIN, MailState
from portcrm.outbox.models import OutboxControl, OutgoingEmail
from portcrm.outbox.services.queue import is_address, nudge_on_commit


@action("outbox.send_again")
def send_again(*, mail: OutgoingEmail, by: User) -> OutgoingEmail:
    """Put a failed or uncertain mail back in the queue, with the Message-ID it always had."""
    mail = _queued_again(mail, by)
    nudge_on_commit()
    return mail


@action("outbox.send_again")
def send_again_one(*, row: OutgoingEmail, values: dict, by: User) -> OutgoingEmail:
    """One of many chosen from the list; the sweep of the next minute sends them, a nudge for each would flood the queue."""
    return _queued_again(row, by)


def _queued_again(mail: OutgoingEmail, by: User) -> OutgoingEmail:
    mail = OutgoingEmail.objects.select_for_update().get(pk=mail.pk)
    if mail.state not in SENDABLE_AGAIN:
        raise RuleBroken(_("Only a mail that failed or whose outcome is unknown can be sent again."))
    if mail.not_after and mail.not_after < now():
        raise RuleBroken(_("It is too late for this mail: its time has passed."))
    if not is_address(mail.to_address):
        raise RuleBroken(_("This is not an e-mail address."))
    record(by=by, action="outbox.send_again", target=mail, state=mail.state, attempts=mail.attempts)
    # The claim stays: should the earlier attempt turn out to have arrived, its worker can still say so.
    mail.state, mail.due_at, mail.attempts = MailState.WAITING, now(), 0
    mail.reason, mail.answer, mail.settled_at = {}, "", None
    mail.save(update_fields=["state", "due_at", "attempts", "reason", "answer", "settled_at"])
    return mail


@action("outbox.pause")
def pause_outbox(*, by: User) -> OutboxControl:
    """Let no further mail out; a conversation that has begun ends as it will."""
    row = _locked()
    if row.paused_at is None:
        row.paused_at, row.paused_by = now(), by.name
        row.save(update_fields=["paused_at", "paused_by"])
        record(by=by, action="outbox.pause")
    return row


@action("outbox.resume")
def resume_outbox(*, by: User) -> OutboxControl:
    """Let mails out again, whether a person had stopped them or the outbox itself."""
    row = _locked()
    if row.paused_at is not None or row.stopped_at is not None:
        row.paused_at, row.paused_by = None, ""
        row.save(update_fields=["paused_at", "paused_by"])
        gate.let_go()
        record(by=by, action="outbox.resume")
        nudge_on_commit()
    return row


@action("outbox.confirm_instance")
def confirm_instance(*, by: User) -> OutboxControl:
    """A person says that this installation, and no other, may write to the recipients of this database."""
    row = _locked()
    mine = instance.make_local_id()
    if row.instance_id != mine or row.held_at:
        record(by=by, action="outbox.confirm_instance", before=row.instance_id[:8], after=mine[:8])
        row.instance_id, row.held_at = mine, None
        row.save(update_fields=["instance_id", "held_at"])
        nudge_on_commit()
    return row


def _locked() -> OutboxControl:
    instance.control()
    return OutboxControl.objects.select_for_update().get(pk=1)
