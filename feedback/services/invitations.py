"""Invitations: their mail, and whether it should still go when its turn comes."""

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy, override
from django.utils.translation import gettext_lazy as _

from feedback.models import Invitation, Wave
from feedback.queries.questions import asked_in_mail
from feedback.services.promises import promise_of
from feedback.services.sending_times import SendingTimes
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.bilingual import pick
from portcrm.clock import port_zone
from portcrm.outbox.rendering import render_mail
from portcrm.outbox.services import EmailDraft, queue_emails

KIND = "feedback.invitation"
WAVE_IS_PAUSED = _("The wave is paused.")
WAVE_IS_CLOSED = _("The wave is closed.")


def dedupe_key(invitation: Invitation) -> str:
    return f"survey:{invitation.wave_id}:{invitation.who}:invite"


@action("wave.write_mails", gettext_lazy("Invitations written"))
def write_mails(*, wave_id: int, at: dt.datetime, by: User, limit: int = 500) -> int:
    """Write down the mails of up to `limit` invitations that have none and return how many; 0 when all are written.

    Several workers may call this at once, each takes other rows; a key is written once, whatever happens between.
    """
    taken = list(
        Invitation.objects.without_mail()
        .filter(wave=wave_id)
        .select_related("wave__programme__owner", "wave__signed_by", "wave__version__questionnaire", "customer")
        .prefetch_related("wave__version__items")
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
        company = invitation.company
        purpose = wave.version.purpose(port=pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN), company=company)
        closes, promise = closing_text(wave), promise_of(wave)
    first = asked_in_mail(wave.version)
    context = {
        "invitation": invitation,
        "company": company,
        "purpose": purpose,
        "minutes": wave.version.minutes,
        "closes": closes,
        "promise": promise,
        "owner": wave.signed_by or wave.programme.owner,
        "first": first,
        "scale": first.points if first else (),
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
    """When the wave closes, or was closed by hand before, on the port's clock and with its zone: "2026-12-07 18:00 UTC+8"."""
    closes = timezone.localtime(min(wave.closes_at, wave.closed_at or wave.closes_at), port_zone())
    hours, minutes = divmod(int(closes.utcoffset().total_seconds()) // 60, 60)
    return f"{closes:%Y-%m-%d %H:%M} UTC{hours:+d}" + (f":{minutes:02d}" if minutes else "")
