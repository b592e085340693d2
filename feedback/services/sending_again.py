"""Mails of a wave that failed or whose outcome is unknown, put back into the queue by a person: many at once, each once."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.enums import WaveState
from feedback.models import Invitation, Wave
from feedback.services.last_look import reasons_against_asking
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.errors import RuleBroken
from portcrm.outbox.enums import SENDABLE_AGAIN, MailState
from portcrm.outbox.services import send_again, suppressed_among

AT_ONCE = 500  # of one press; whoever waits for the page does not wait for a hundred thousand


@dataclass
class Again:
    """Whose mail goes once more, and how many are left out for which reason."""

    invitations: list[Invitation] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def to_send_again(*, wave: Wave, state: str) -> Again:
    """What `send_wave_again` would do now with the wave's mails in this state."""
    found = (
        wave.invitations.filter(mail__state=state)
        .with_reminded()
        .select_related("contact", "mail", "wave__version")
        .order_by("pk")[:AT_ONCE]
    )
    found = list(found)
    again, stopped = Again(), suppressed_among(one.address for one in found)
    for invitation, against in zip(found, reasons_against_asking(found), strict=True):
        if reason := _reason_against(invitation, stopped) or against:
            again.left_out[str(reason)] += 1
        else:
            again.invitations.append(invitation)
    return again


@action("wave.send_again", gettext_lazy("Mails of a wave sent again"))
def send_wave_again(*, wave: Wave, state: str, by: User) -> Again:
    """Put the wave's mails in this state (failed or uncertain) back into the queue and say which were left out.

    A second call finds them waiting and sends none.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if state not in SENDABLE_AGAIN:
        raise RuleBroken(_("Only a mail that failed or whose outcome is unknown can be sent again."))
    if wave.state == WaveState.CLOSED:
        raise RuleBroken(_("This wave is closed already."))
    again, sent = to_send_again(wave=wave, state=state), []
    for invitation in again.invitations:
        try:
            send_again(mail=invitation.mail, by=by)
        except RuleBroken as refusal:
            again.left_out[str(refusal.message)] += 1
        else:
            sent.append(invitation)
    again.invitations = sent
    if sent:
        record(by=by, action="wave.send_again", target=wave, state=state, sent=len(sent), left_out=again.left_out.total())
    return again


def _reason_against(invitation: Invitation, stopped: set[str]):
    if invitation.answered_at is not None:
        return _("Answered already.")
    if invitation.opened_at is not None and invitation.mail.state == MailState.UNCERTAIN:  # it became so after that
        return _("Form opened meanwhile.")
    if invitation.reminded:
        return _("Reminded meanwhile.")
    if invitation.address in stopped:
        return _("Address is not written to any more")
    return ""
