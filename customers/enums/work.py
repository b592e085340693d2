"""Closed lists of daily work: what happened, what is to be done, who is to be visited."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InteractionKind(models.TextChoices):
    CALL = "call", pgettext_lazy("interaction", "Call")
    VISIT = "visit", pgettext_lazy("interaction", "Visit")
    MAIL = "mail", pgettext_lazy("interaction", "Mail")
    MESSAGE = "message", pgettext_lazy("interaction", "Message")
    MEETING = "meeting", pgettext_lazy("interaction", "Meeting")
    FAIR = "fair", pgettext_lazy("interaction", "Trade fair")
    SEMINAR = "seminar", pgettext_lazy("interaction", "Seminar")


class Direction(models.TextChoices):
    OURS = "ours", _("We approached the customer")
    THEIRS = "theirs", _("The customer approached us")


class Outcome(models.TextChoices):
    AGREED = "agreed", _("Agreement reached")
    POSITIVE = "positive", _("Positive")
    NEUTRAL = "neutral", _("Neutral")
    NEGATIVE = "negative", _("Negative")
    NOT_REACHED = "not_reached", _("Nobody reached")


class FollowUpKind(models.TextChoices):
    TASK = "task", pgettext_lazy("follow-up", "Task")
    CALL = "call", pgettext_lazy("follow-up", "Call")
    VISIT = "visit", pgettext_lazy("follow-up", "Visit")
    VERIFY = "verify", pgettext_lazy("follow-up", "Check the file")


class FollowUpState(models.TextChoices):
    OPEN = "open", pgettext_lazy("follow-up", "Open")
    DONE = "done", pgettext_lazy("follow-up", "Done")
    DROPPED = "dropped", pgettext_lazy("follow-up", "Dropped")


class RemindDays(models.IntegerChoices):
    """How long before the day it is due somebody is reminded; on the day itself everybody is."""

    ONE = 1, _("One day before")
    TWO = 2, _("Two days before")
    THREE = 3, _("Three days before")
    WEEK = 7, _("A week before")
    FORTNIGHT = 14, _("Two weeks before")
    MONTH = 30, _("30 days before")


class RepeatUnit(models.TextChoices):
    WEEK = "week", pgettext_lazy("repeats every so many", "weeks")
    MONTH = "month", pgettext_lazy("repeats every so many", "months")


class VisitState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("visit", "Planned")
    DONE = "done", pgettext_lazy("visit", "Done")
    MISSED = "missed", pgettext_lazy("visit", "Did not take place")
    CANCELLED = "cancelled", pgettext_lazy("visit", "Cancelled")


class Period(models.TextChoices):
    """Periods a list is narrowed to, from today's date at the port."""

    TODAY = "today", _("Today")
    THIS_WEEK = "this_week", _("This week")
    NEXT_WEEK = "next_week", _("Next week")
    THIS_MONTH = "this_month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    THIS_YEAR = "this_year", _("This year")
