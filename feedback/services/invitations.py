"""Invitations: their mail, and whether it should still go when its turn comes."""

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, override
from django.utils.translation import gettext_lazy as _

from feedback.enums import WaveState
from feedback.models import Invitation, OptOut, Wave
from feedback.services.sending_times import SendingTimes
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.bilingual import pick
from portcrm.clock import now, port_today, port_zone
from portcrm.outbox.enums import MailState
from portcrm.outbox.kinds import NotYet
from portcrm.outbox.rendering import render_mail
from portcrm.outbox.services import EmailDraft, queue_emails

KIND = "feedback.invitation"
WAVE_IS_PAUSED = _("The wave is paused.")
WAVE_IS_CLOSED = _("The wave is closed.")


def dedupe_key(invitation: Invitation) -> str:
    return f"survey:{invitation.wave_id}:{invitation.contact_id}:invite"


@action("wave.write_mails", gettext_lazy("Invitations written"))
def write_mails(*, wave_id: int, at: dt.datetime, by: User, limit: int = 500) -> int:
    """Write down the mails of up to `limit` invitations that have none and return how many; 0 when all are written.

    Several workers may call this at once, each takes other rows; a key is written once, whatever happens between.
    """
    taken = list(
        Invitation.objects.without_mail()
        .filter(wave=wave_id)
        .select_related("wave__programme__owner", "wave__signed_by", "wave__version", "customer")
        .select_for_update(skip_locked=True, of=("self",))[:limit]
    )
    not_before = SendingTimes.from_settings(at=at).first_moment(at)
    mails = queue_emails(invitation_mail(invitation, not_before=not_before) for invitation in taken)
    for invitation in taken:
        invitation.mail = mails[dedupe_key(invitation)]
        invitation.mail_written_at = at
    Invitation.objects.bulk_update(taken, ["mail", "mail_written_at"])
    return len(taken)


def invitation_mail(invitation: Invitation, *, not_before: dt.datetime) -> EmailDraft:
    """The mail that asks, in the contact's language; its link is filled in at delivery.

    It leaves at `not_before` or later, where its wave keeps to the sending times.
    """
    wave = invitation.wave
    with override(invitation.language):
        company = pick(invitation.customer.name_zh, invitation.customer.name_en)
        closes = closing_text(wave)
    context = {
        "invitation": invitation,
        "company": company,
        "minutes": wave.version.minutes,
        "closes": closes,
        "owner": wave.signed_by or wave.programme.owner,
        "scale": range(11),
    }
    mail = render_mail("feedback/email/invitation", context, language=invitation.language)
    return EmailDraft(
        kind=KIND,
        to_address=invitation.address,
        to_name=invitation.name,
        language=invitation.language,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        dedupe_key=dedupe_key(invitation),
        not_before=None if wave.any_hour else not_before,
        not_after=wave.closes_at,
        link_ref=invitation.public_id,
        record="feedback.invitation",
        record_pk=str(invitation.pk),
    )


def closing_text(wave: Wave) -> str:
    """When the wave closes, or was closed by hand before, on the port's clock: "2026-12-07 18:00"."""
    closes = min(wave.closes_at, wave.closed_at or wave.closes_at)
    return timezone.localtime(closes, port_zone()).strftime("%Y-%m-%d %H:%M")


def reason_against_asking(invitation: Invitation) -> str:
    """Why this person is not to be written to any more, or "": asked for invitations and reminders alike."""
    contact = invitation.contact
    if contact is None or contact.consent_withdrawn_at is not None:
        return _("The contact does not want to be asked.")
    if contact.left_on is not None:
        return _("The contact has left the company.")
    if _has_opted_out(invitation):
        return _("The contact opted out of these surveys.")
    return ""


def reason_to_withhold(mail) -> str:
    """Looked at once more when the mail's turn comes: why it should not go any more, or ""."""
    invitation = Invitation.objects.select_related("wave__version", "contact").filter(public_id=mail.link_ref).first()
    if invitation is None:
        return _("There is no such invitation any more.")
    if invitation.answered_at is not None:
        return _("Answered already.")
    if invitation.wave.state == WaveState.CLOSED:
        return WAVE_IS_CLOSED
    if reason := reason_against_asking(invitation) or _moved_on(invitation):
        return reason
    if invitation.wave.state == WaveState.PAUSED:
        raise NotYet(WAVE_IS_PAUSED)
    if not invitation.wave.any_hour:
        wait_for_sending_times(now())
    return ""


def _has_opted_out(invitation: Invitation) -> bool:
    said = OptOut.objects.against(invitation.wave.version.questionnaire_id)
    return said.of([invitation.contact_id], [invitation.address.lower()]).exists()


def wait_for_sending_times(at: dt.datetime) -> None:
    """NotYet where no mail may leave at that moment: a queue drains slowly, and somebody may declare a quiet period."""
    times = SendingTimes.from_settings(at=at)
    if reason := times.reason(at):
        raise NotYet(reason, until=times.first_moment(at))


def _moved_on(invitation: Invitation) -> str:
    """What has happened to the contact since the wave was frozen: another address, asked by a later wave."""
    contact = invitation.contact
    if contact.email.strip().lower() != invitation.address.lower():
        return _("The contact's address has changed since the wave began.")
    today = port_today()
    later = Invitation.objects.filter(
        Q(contact=contact) | Q(address__iexact=invitation.address),
        invited_on__gt=max(invitation.invited_on, today - dt.timedelta(days=settings.SURVEY_REST_DAYS)),
        mail__state__in=(MailState.SENT, MailState.UNCERTAIN),
    )
    return _("Asked by a later wave a short while ago.") if later.exists() else ""
