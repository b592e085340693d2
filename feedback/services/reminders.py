"""Reminders: who was written to days ago and has not answered is asked once more, twice at most."""

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy, override

from feedback.enums import WaveState
from feedback.models import Draft, Invitation, Reminder, Wave
from feedback.querysets import InvitationQuerySet
from feedback.services.invitations import closing_text
from feedback.services.last_look import reasons_against_asking
from feedback.services.promises import promise_of
from feedback.services.sending_times import SendingTimes
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.bilingual import pick
from portcrm.business_days import business_days_later, is_business_day
from portcrm.clock import port_date, start_of_day
from portcrm.outbox.enums import MailState
from portcrm.outbox.rendering import render_mail
from portcrm.outbox.services import EmailDraft, queue_emails

KIND = "feedback.reminder"
DAY = dt.timedelta(days=1)


def dedupe_key(invitation: Invitation, number: int) -> str:
    return f"survey:{invitation.wave_id}:{invitation.who}:rem{number}"


@action("wave.write_reminders", gettext_lazy("Reminders written"))
def write_reminders(*, wave_id: int, at: dt.datetime, by: User, after: int = 0, limit: int = 500) -> int | None:
    """Write down the next reminder of up to `limit` people whose turn it is, in the order of their invitations behind the
    one with the key `after`. Returns the key of the last one looked at, None when nobody is left.

    Several workers may call this at once, each takes other rows; a number of an invitation is written once.
    """
    wave = Wave.objects.get(pk=wave_id)
    locked = due_reminders(wave, at).filter(pk__gt=after).order_by("pk").select_for_update(skip_locked=True, of=("self",))
    keys = list(locked.values_list("pk", flat=True)[:limit])
    # Looked at once more under the lock: another worker may have written theirs while this one was choosing.
    found = list(
        due_reminders(wave, at)
        .filter(pk__in=keys)
        .select_related("wave__programme__owner", "wave__signed_by", "wave__version__questionnaire", "customer", "contact", "user")
    )
    _write([one for one, reason in zip(found, reasons_against_asking(found), strict=True) if not reason], at)
    return keys[-1] if keys else None


def due_reminders(wave: Wave, at: dt.datetime) -> InvitationQuerySet:
    """Whose turn it is: the last mail went out so many business days ago, no answer came, and the form is open on the next
    business day too. `reminded` says how often each was reminded so far."""
    today = port_date(at)
    if wave.closes_at < start_of_day(business_days_later(today, 1)):
        return Invitation.objects.none()
    sent = Q(last_state=MailState.SENT, last_mail_at__lt=_sent_before(today, wave.remind_after_days))
    # Nobody knows when a mail of unknown outcome went; its own moment is when it was due, so it is given a day more.
    uncertain = Q(last_state=MailState.UNCERTAIN, last_mail_at__lt=_sent_before(today, wave.remind_after_days + 1))
    silent = Invitation.objects.filter(wave=wave, wave__state=WaveState.OPEN, declined_at=None).silent().with_last_mail()
    return silent.filter(sent | uncertain, reminded__lt=wave.reminders)


def _sent_before(today: dt.date, business_days: int) -> dt.datetime:
    """What was sent before this moment lies at least so many business days back."""
    day = today
    while business_days > 0:
        business_days -= is_business_day(day)
        day -= DAY
    return start_of_day(day + DAY)


def _write(invitations: list[Invitation], at: dt.datetime) -> None:
    begun = set(Draft.objects.filter(invitation__in=invitations).exclude(answers={}).values_list("invitation", flat=True))
    not_before = SendingTimes.from_settings(at=at).first_moment(at)
    drafts = {one.pk: reminder_mail(one, begun=one.pk in begun, not_before=not_before) for one in invitations}
    mails = queue_emails(drafts.values())
    Reminder.objects.bulk_create(
        Reminder(invitation=one, number=one.reminded + 1, mail=mails[drafts[one.pk].dedupe_key], written_at=at) for one in invitations
    )


def reminder_mail(invitation: Invitation, *, begun: bool, not_before: dt.datetime) -> EmailDraft:
    """The mail that asks once more, with the same link; it tells whoever has begun that nothing is lost."""
    wave = invitation.wave
    with override(invitation.language):
        company = invitation.company
        purpose = wave.version.purpose(port=pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN), company=company)
        promise = promise_of(wave)
    context = {
        "invitation": invitation,
        "company": company,
        "purpose": purpose,
        "begun": begun,
        "closes": closing_text(wave),
        "promise": promise,
        "owner": wave.signed_by or wave.programme.owner,
    }
    mail = render_mail("feedback/email/reminder", context, language=invitation.language)
    return EmailDraft(
        kind=KIND,
        to_address=invitation.address,
        to_name=invitation.name,
        language=invitation.language,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        dedupe_key=dedupe_key(invitation, invitation.reminded + 1),
        not_before=None if wave.any_hour else not_before,
        not_after=wave.closes_at,
        link_ref=invitation.public_id,
        record="feedback.invitation",
        record_pk=str(invitation.pk),
    )
