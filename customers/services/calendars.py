"""The secret address of somebody's calendar: made, renewed, ended."""

import datetime as dt
import hashlib
import secrets

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import CalendarFeed
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now

USE_IS_NOTED_EVERY = dt.timedelta(minutes=10)


def digest_of(token: str) -> str:
    """A token is 256 random bits, so one round of SHA-256 is enough to keep it."""
    return hashlib.sha256(token.encode()).hexdigest()


@action("calendar.open", _("Made a calendar address"))
def open_calendar(*, by: User) -> str:
    """Make one's calendar address and end the one before; returns the token, which cannot be shown again."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(user=by, defaults={"digest": digest_of(token), "made_at": now(), "last_read_at": None})
    return token


@action("calendar.end", _("Ended a calendar address"))
def end_calendar(*, by: User) -> None:
    """From now on the address leads nowhere."""
    CalendarFeed.objects.visible_to(by).delete()


def note_read(*, feed: CalendarFeed, at: dt.datetime) -> None:
    """Remember that a program read the calendar, written at most every ten minutes."""
    stale = Q(last_read_at=None) | Q(last_read_at__lt=at - USE_IS_NOTED_EVERY)
    CalendarFeed.objects.filter(stale, pk=feed.pk).update(last_read_at=at)
