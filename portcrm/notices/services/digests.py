"""Unread notifications by mail: one mail a person and period, however many workers look and wherever one is killed."""

import datetime as dt
import hashlib

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.notices.enums import WEEKEND, Rhythm
from portcrm.notices.models import Digest
from portcrm.notices.queries import notices_for_mail
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.rendering import render_mail
from portcrm.outbox.services import EmailDraft, queue_email
from portcrm.pages.formats import reader_zone

KIND = "notices.digest"
SHOWN = 40
TOO_LATE = dt.timedelta(hours=12)


@action("digest.edit")
def change_digest(*, rhythm: str, hour: int, weekday: int, quiet_weekends: bool, by: User) -> Digest:
    """Say when one wants one's notifications by mail; the next mail is the next one due, with what is told from now on."""
    if rhythm == Rhythm.WEEKLY and quiet_weekends and weekday in WEEKEND:
        raise RuleBroken(_("Choose a working day, or allow mail on Saturdays and Sundays."), field="weekday")
    digest, _made = Digest.objects.select_for_update().get_or_create(user=by)
    was_off = digest.rhythm == Rhythm.OFF
    digest.rhythm, digest.hour, digest.weekday, digest.quiet_weekends = rhythm, hour, weekday, quiet_weekends
    moment = now()
    last = digest.last_due(moment.astimezone(reader_zone(by)))
    digest.sent_for = last if was_off or digest.sent_for is None else max(digest.sent_for, last)
    digest.covered_until = moment if was_off or digest.covered_until is None else digest.covered_until
    digest.save()
    return digest


@action("digest.send")
def send_digests(*, at: dt.datetime, by: User) -> int:
    """Write the mails that are due by now; returns how many people were looked after. Run twice, the second finds nothing."""
    due = [digest.pk for digest in Digest.objects.wanted().select_related("user") if digest.is_due(at.astimezone(reader_zone(digest.user)))]
    return sum(_settle(pk, at) for pk in due)


def _settle(pk: int, at: dt.datetime) -> bool:
    """Mail and mark in one transaction; a row another worker holds is that worker's."""
    digest = Digest.objects.wanted().select_for_update(skip_locked=True, of=("self",)).select_related("user").filter(pk=pk).first()
    if digest is None:
        return False
    local = at.astimezone(reader_zone(digest.user))
    if not digest.is_due(local):
        return False
    day = digest.last_due(local)
    _write(digest, day, at)
    digest.sent_for, digest.covered_until = day, at
    digest.save(update_fields=["sent_for", "covered_until"])
    return True


def _write(digest: Digest, day: dt.date, at: dt.datetime) -> None:
    """The mail, if there is anything to say."""
    user = digest.user
    notices = notices_for_mail(user, since=digest.covered_until or at - dt.timedelta(days=7), until=at)
    if not notices:
        return
    context = {
        "person": user, "day": day, "notices": notices[:SHOWN], "more": max(0, len(notices) - SHOWN), "count": len(notices),
        "notices_url": settings.PORTCRM_SITE_URL + reverse("notices:notice_list"),
        "settings_url": settings.PORTCRM_SITE_URL + reverse("notices:digest"),
    }  # fmt: skip
    mail = render_mail("notices/email/digest", context, language=user.language)
    queue_email(
        EmailDraft(
            kind=KIND,
            to_address=user.email,
            to_name=user.name,
            language=user.language,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            link_ref=f"{user.pk}:{rights_mark(user)}",
            dedupe_key=f"{KIND}:{user.pk}:{day.isoformat()}",
            not_after=at + TOO_LATE,
        )
    )


def rights_mark(user: User) -> str:
    """Changes whenever what the person may do changes."""
    return hashlib.sha256(" ".join(sorted(user.permissions)).encode()).hexdigest()[:16]


def reason_against(mail: OutgoingEmail):
    """Why a mail that waited should not go after all: the account is closed, or the person may see less or more by now."""
    key, _colon, mark = mail.link_ref.partition(":")
    user = User.objects.active().filter(pk=int(key)).first()
    if user is None:
        return _("The account is closed.")
    return "" if rights_mark(user) == mark else _("What this person may see has changed since the mail was written.")
