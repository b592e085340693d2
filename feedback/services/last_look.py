"""Between the writing of a mail and its turn lie hours or weeks: whether the people are still to be asked, looked at for many at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from feedback.enums import WaveState
from feedback.models import Invitation, OptOut
from feedback.queries.rules import survey_rules
from feedback.services.invitations import WAVE_IS_CLOSED, WAVE_IS_PAUSED
from feedback.services.sending_times import SendingTimes
from portcrm.clock import now, port_today
from portcrm.outbox.enums import MailState
from portcrm.outbox.kinds import NotYet
from portcrm.outbox.models import OutgoingEmail

OPTED_OUT = _("The contact opted out of these surveys.")
ASKED_SINCE = _("Asked by a later wave a short while ago.")
HAS_LEFT = _("The contact has left the company.")
NO_SUCH = _("There is no such invitation any more.")


def reasons_to_withhold(mails: Sequence[OutgoingEmail]) -> list[object]:
    """For each mail of a wave why it should not go any more, a NotYet where it should wait, or ""."""
    asked = Invitation.objects.filter(public_id__in=[mail.link_ref for mail in mails]).select_related("wave__version", "contact", "user")
    invitations = {one.public_id: one for one in asked}
    against = dict(zip(invitations, reasons_against_asking(list(invitations.values())), strict=True))
    since = _asked_since(list(invitations.values()))
    waits = _outside_sending_times(invitations.values())

    def reason(invitation: Invitation | None) -> object:
        if invitation is None:
            return NO_SUCH
        return (
            _settled(invitation)
            or against[invitation.public_id]
            or _moved(invitation)
            or (ASKED_SINCE if invitation.pk in since else "")
            or (NotYet(WAVE_IS_PAUSED) if invitation.wave.state == WaveState.PAUSED else "")
            or ("" if invitation.wave.any_hour else waits)
        )

    return [reason(invitations.get(mail.link_ref)) for mail in mails]


def reasons_against_asking(invitations: Sequence[Invitation]) -> list[object]:
    """For each person why nobody is to write to them any more, or "": asked for invitations and reminders alike."""
    opted_out = _opted_out(invitations)
    return [_said_no(one) or (OPTED_OUT if one.pk in opted_out else "") for one in invitations]


def _said_no(invitation: Invitation) -> object:
    if invitation.user is not None:
        return _declined(invitation) if invitation.user.is_active else HAS_LEFT
    contact = invitation.contact
    if contact is None or contact.consent_withdrawn_at is not None:
        return _("The contact does not want to be asked.")
    if contact.left_on is not None:
        return HAS_LEFT
    return _declined(invitation)


def _declined(invitation: Invitation) -> object:
    return _("The contact would rather not answer.") if invitation.declined_at is not None else ""


def _opted_out(invitations: Sequence[Invitation]) -> set[int]:
    """Keys of those whose contact or mailbox is out of their wave's kind of survey."""
    by_form: dict[int, list[Invitation]] = defaultdict(list)
    for one in invitations:
        by_form[one.wave.version.questionnaire_id].append(one)
    found: set[int] = set()
    for form, asked in by_form.items():
        said = OptOut.objects.against(form).of([one.contact_id for one in asked], [one.address.lower() for one in asked])
        contacts, mailboxes = _both_of(said.values_list("contact", "address"))
        found |= {one.pk for one in asked if one.contact_id in contacts or one.address.lower() in mailboxes}
    return found


def _both_of(rows) -> tuple[set[int], set[str]]:
    rows = list(rows)
    return {contact for contact, _address in rows if contact}, {address for _contact, address in rows if address}


def _settled(invitation: Invitation) -> object:
    if invitation.answered_at is not None:
        return _("Answered already.")
    return WAVE_IS_CLOSED if invitation.wave.state == WaveState.CLOSED else ""


def _moved(invitation: Invitation) -> object:
    """The person has another address than the wave was frozen with."""
    same = (invitation.user or invitation.contact).email.strip().lower() == invitation.address.lower()
    return "" if same else _("The contact's address has changed since the wave began.")


def _asked_since(invitations: Sequence[Invitation]) -> set[int]:
    """Keys of those whose contact or mailbox a later wave has written to within the days of rest."""
    if not invitations:
        return set()
    rest = port_today() - dt.timedelta(days=survey_rules().rest_days)
    people = Q(contact__in=[one.contact_id for one in invitations if one.contact_id])
    mailboxes = Q(mailbox__in=[one.address.lower() for one in invitations if one.address])
    sent = Invitation.objects.alias(mailbox=Lower("address")).filter(
        people | mailboxes, invited_on__gt=rest, mail__state__in=(MailState.SENT, MailState.UNCERTAIN)
    )
    last: dict[object, dt.date] = {}
    for contact, address, day in sent.values_list("contact", "address", "invited_on"):
        for who in {contact, address.lower()} - {None, ""}:
            last[who] = max(day, last.get(who, day))
    return {
        one.pk for one in invitations if any(last.get(who, dt.date.min) > one.invited_on for who in (one.contact_id, one.address.lower()))
    }


def _outside_sending_times(invitations) -> object:
    """NotYet where no mail may leave at this moment: a queue drains slowly, and somebody may declare a quiet period."""
    if all(one.wave.any_hour for one in invitations):
        return ""
    at = now()
    times = SendingTimes.from_settings(at=at)
    reason = times.reason(at)
    return NotYet(reason, until=times.first_moment(at)) if reason else ""
