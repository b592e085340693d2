"""Interactions, follow-ups, visits and calendars."""

import datetime as dt

from django.db import models
from django.db.models import Q

from customers import permissions
from customers.enums import FollowUpState, RemindDays, VisitState
from customers.querysets.parts import CustomerPartQuerySet


class InteractionQuerySet(CustomerPartQuerySet):
    def for_timeline(self):
        return self.select_related("recorded_by", "channel").prefetch_related("contacts", "colleagues")

    def for_list(self):
        return self.select_related("customer", "recorded_by").defer("summary")

    def recorded_by(self, user):
        return self.filter(recorded_by=user)


PERSONAL_KEY = "remember:"  # begins the key of a reminder of somebody's day


class FollowUpQuerySet(CustomerPartQuerySet):
    def visible_to(self, user):
        """With the customer; the due day of a reminder is a birthday, so it is for its owner and those who may read profiles."""
        rows = super().visible_to(user)
        if user.has_perm(permissions.VIEW_PERSONAL):
            return rows
        return rows.filter(Q(owner=user.pk) | ~Q(dedupe_key__startswith=PERSONAL_KEY))

    def open(self):
        return self.filter(state=FollowUpState.OPEN)

    def overdue(self, on: dt.date):
        return self.open().filter(due_on__lt=on)

    def owned_by(self, user):
        return self.filter(owner=user)

    def due_by(self, on: dt.date):
        """Open and due on that day or before."""
        return self.open().filter(due_on__lte=on)

    def to_remind_of(self, on: dt.date):
        """Open, not due yet, and so near that its owner asked to be reminded."""
        near = Q()
        for days in RemindDays.values:
            near |= Q(remind_days=days, due_on__lte=on + dt.timedelta(days=days))
        return self.open().filter(near, due_on__gt=on)

    def for_list(self):
        return self.select_related("customer", "owner")


class VisitQuerySet(CustomerPartQuerySet):
    def planned(self):
        return self.filter(state=VisitState.PLANNED)

    def to_report(self, on: dt.date):
        """Planned for a day that is over or for today, and nobody has said what became of it."""
        return self.planned().filter(planned_for__lte=on)

    def made_by(self, user):
        return self.filter(visitor=user)

    def within(self, first: dt.date, last: dt.date):
        return self.filter(planned_for__range=(first, last))

    def for_list(self):
        return self.select_related("customer", "visitor")


class CalendarFeedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody sees their own calendar address and nobody else's."""
        return self.filter(user_id=user.pk)
