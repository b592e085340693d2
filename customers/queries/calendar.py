"""Somebody's open follow-ups and visits as a calendar (RFC 5545); nothing else, and of others nothing.

A follow-up is an event of a whole day that leaves one free; a visit with an hour is an event in UTC, right in any zone.
What a calendar shows leaves the house, so it holds what is to be done, for which customer, and the address of the page:
no contacts, no details, no talking points; of a day of a person only that there is one.
"""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from customers.enums import VisitState
from customers.models import FollowUp, PlannedVisit
from portcrm.accounts.models import User
from portcrm.bilingual import pick
from portcrm.clock import port_zone

MOST = 500
KEPT_DAYS = 30  # visits of the last weeks stay in sight
DAY = dt.timedelta(days=1)
NINE = dt.timedelta(hours=9)


def calendar_of(user: User, *, today: dt.date) -> bytes:
    """The text a calendar program reads. The same rows give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//PortCRM//Follow-ups and visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"PortCRM · {pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN)}")
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"value": "DURATION"})
    follow_ups = FollowUp.objects.visible_to(user).open().owned_by(user).for_list()
    for row in follow_ups[:MOST]:
        calendar.add_component(_follow_up(row))
    visits = PlannedVisit.objects.visible_to(user).made_by(user).filter(planned_for__gte=today - KEPT_DAYS * DAY).for_list()
    for visit in visits.exclude(state=VisitState.CANCELLED)[:MOST]:
        calendar.add_component(_visit(visit))
    return calendar.to_ical()


def _follow_up(row: FollowUp) -> Event:
    what = _("A day worth remembering") if row.is_of_a_personal_day else f"{row.title} · {row.customer.label}"
    event = _event(f"follow-up-{row.pk}", what, reverse("customers:follow_up", args=[row.pk]), row.opened_at)
    _whole_day(event, row.due_on)
    if row.remind_days:
        event.add_component(_alarm(what if row.is_of_a_personal_day else row.title, NINE - row.remind_days * DAY))
    return event


def _visit(visit: PlannedVisit) -> Event:
    title = _("Visit: %(customer)s · %(purpose)s") % {"customer": visit.customer.label, "purpose": visit.purpose}
    event = _event(f"visit-{visit.pk}", title, visit.get_absolute_url(), visit.planned_at)
    if visit.starts_at:
        start = dt.datetime.combine(visit.planned_for, visit.starts_at, tzinfo=port_zone()).astimezone(dt.UTC)
        event.add("dtstart", start)
        event.add("dtend", start + dt.timedelta(minutes=visit.minutes))
    else:
        _whole_day(event, visit.planned_for)
    if visit.place:
        event.add("location", visit.place)
    return event


def _event(key: str, summary: str, path: str, stamp: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{key}@{settings.PORTCRM_SITE_URL.partition('//')[2]}")
    event.add("dtstamp", stamp.astimezone(dt.UTC).replace(microsecond=0))
    event.add("summary", " ".join(summary.split()))
    event.add("url", settings.PORTCRM_SITE_URL + path)
    return event


def _whole_day(event: Event, day: dt.date) -> None:
    event.add("dtstart", day)
    event.add("dtend", day + DAY)
    event.add("transp", "TRANSPARENT")


def _alarm(text: str, trigger: dt.timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", " ".join(text.split()))
    alarm.add("trigger", trigger)
    return alarm
