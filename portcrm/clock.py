"""Time in one place: instants are UTC, "today" is the port's date.

Rules never call these themselves; they take the date as an argument. Views, tasks and commands ask here.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def port_zone() -> ZoneInfo:
    return ZoneInfo(settings.PORT_TIME_ZONE)


def now() -> dt.datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()


def port_today() -> dt.date:
    """Today's date at the port, whatever the reader's or the server's zone is."""
    return now().astimezone(port_zone()).date()
