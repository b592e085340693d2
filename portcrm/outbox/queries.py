"""What the pages of the outbox show beside the mails."""

import datetime as dt
import html as html_text
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from portcrm.bilingual import said
from portcrm.outbox import instance
from portcrm.outbox.enums import Fate, MailState
from portcrm.outbox.kinds import LINK_PLACEHOLDER, STOP_PLACEHOLDER, personal_link, stop_link
from portcrm.outbox.models import JournalEntry, MailReport, OutboxControl, OutgoingEmail, SendingRate
from portcrm.outbox.transport import mail_server_named

SHOWN_DOMAINS = 5
MASKED_LINK = "https://…/•••"


@dataclass(frozen=True)
class OutboxStatus:
    """Whether mails can leave: at most one of the reasons against it is shown, the most important first."""

    is_held: bool
    is_paused: bool
    paused_by: str
    has_server: bool
    is_behind: bool = False  # the send journal knows more than the database
    stopped_reason: str = ""
    stopped_answer: str = ""
    stopped_at: dt.datetime | None = None
    slow_domains: tuple[tuple[str, int], ...] = ()  # those that asked us to slow down, with mails a minute

    @property
    def can_go(self) -> bool:
        return not (self.is_held or self.is_behind or self.is_paused or self.stopped_at)


def status() -> OutboxStatus:
    row = OutboxControl.objects.filter(pk=1).first() or OutboxControl()
    foreign = bool(row.instance_id) and row.instance_id != instance.local_id()
    slow = SendingRate.objects.exclude(per_minute=None).order_by("per_minute", "domain").values_list("domain", "per_minute")[:SHOWN_DOMAINS]
    return OutboxStatus(
        foreign or row.held_at is not None,
        row.paused_at is not None,
        row.paused_by,
        mail_server_named(),
        row.behind_at is not None,
        said(row.stopped_reason),
        row.stopped_answer,
        row.stopped_at,
        tuple((domain, round(rate)) for domain, rate in slow),
    )


def journal_entries(user) -> QuerySet[JournalEntry]:
    """What the send journal knew and a restored database did not, each with the state of its mail here, if there is one."""
    mails = OutgoingEmail.objects.filter(dedupe_key=OuterRef("dedupe_key"))
    entries = JournalEntry.objects.visible_to(user)
    return entries.annotate(mail_pk=Subquery(mails.values("pk")[:1]), mail_state=Subquery(mails.values("state")[:1]))


def shown_link(mail: OutgoingEmail) -> str:
    """The personal link as staff may see it: masked, but real in the demo, where no mail server carries it out."""
    if settings.PORTCRM_DEMO and not mail_server_named():
        return personal_link(mail)
    return MASKED_LINK


def shown_stop_link(mail: OutgoingEmail) -> str:
    """Where the recipient opts out, masked like the personal link."""
    return stop_link(mail) if settings.PORTCRM_DEMO and not mail_server_named() else MASKED_LINK


def shown_text(mail: OutgoingEmail) -> str:
    return mail.text.replace(LINK_PLACEHOLDER, shown_link(mail)).replace(STOP_PLACEHOLDER, shown_stop_link(mail))


def shown_html(mail: OutgoingEmail) -> str:
    """The HTML of the mail; its links open beside the page, for the frame around it may not be left."""
    html = mail.html.replace(LINK_PLACEHOLDER, html_text.escape(shown_link(mail)))
    html = html.replace(STOP_PLACEHOLDER, html_text.escape(shown_stop_link(mail)))
    head = '<base target="_blank">'
    return html.replace("<head>", f"<head>{head}", 1) if "<head>" in html else head + html


def record_url(mail: OutgoingEmail) -> str:
    """The page of the record that the mail is about, or "" where there is none."""
    if not mail.record:
        return ""
    try:
        model = apps.get_model(mail.record)
    except LookupError:
        return ""
    record = model._default_manager.filter(pk=mail.record_pk).first()
    return record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""


def junk_counts(at: dt.datetime) -> tuple[int, int]:
    """(mails that left in the last 30 days, how many of them their recipients called junk)."""
    since = at - dt.timedelta(days=30)
    sent = OutgoingEmail.objects.filter(settled_at__gte=since, state__in=(MailState.SENT, MailState.BOUNCED)).count()
    return sent, MailReport.objects.filter(heard_at__gte=since, fate=Fate.COMPLAINED).count()
