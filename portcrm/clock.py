"""Time in one place: instants are UTC, "today" is the port's date.

Rules never call these themselves; they take the date as an argument. Views, tasks and commands ask here.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def port_zone() -> ZoneInfo:
    return ZoneInfo(settings.PORT_TIME_ZONE)


def start_of_day(day: dt.date) -> dt.datetime:
    """The instant at which a day of the port begins."""
    return dt.datetime.combine(day, dt.time.min, tzinfo=port_zone())


def first_day_from(moment: dt.datetime) -> dt.date:
    """The first day of the port that begins at the moment or after it: days before it began before the moment."""
    return (moment.astimezone(port_zone()) + dt.timedelta(days=1) - dt.timedelta(microseconds=1)).date()


def now() -> dt.datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()


def port_date(moment: dt.datetime) -> dt.date:
    """The port's day in which an instant lies, whatever the reader's zone is."""
    return moment.astimezone(port_zone()).date()


def port_today() -> dt.date:
    """Today's date at the port, whatever the reader's or the server's zone is."""
    return port_date(now())
