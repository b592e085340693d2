"""What follow-ups, interactions and visits are narrowed by."""

import datetime as dt
from calendar import monthrange

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.enums import (
    FollowUpKind,
    FollowUpState,
    InteractionKind,
    Outcome,
    Period,
    VisitState,
)
from customers.filters.customers import YES
from customers.models import (
    FollowUp,
    Interaction,
    PlannedVisit,
)
from customers.querysets.work import is_beginning
from portcrm.accounts.choosing import ColleagueFilter
from portcrm.clock import port_today, start_of_day


class WorkFilter(django_filters.FilterSet):
    """Finds work by what it says or by its customer; `note` tells where so short a word is looked for."""

    note = ""

    def filter_words(self, rows, _name: str, words: str):
        if is_beginning(words):
            self.note = _("One or two letters or figures are looked for at the beginning of words. Three are found anywhere.")
        return rows.search(words)


class FollowUpFilter(WorkFilter):
    q = django_filters.CharFilter(label=_("Search follow-ups"), method="filter_words", help_text=_("What is to be done, or a customer"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=FollowUpState.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=FollowUpKind.choices)
    owner = ColleagueFilter(label=_("Owner"))
    due = django_filters.DateFromToRangeFilter(label=_("Due on"), field_name="due_on")
    mine = django_filters.ChoiceFilter(label=_("Mine"), choices=YES, method="filter_mine")
    overdue = django_filters.ChoiceFilter(label=_("Overdue"), choices=YES, method="filter_overdue")

    class Meta:
        model = FollowUp
        fields = ()

    def filter_mine(self, rows, _name: str, _value):
        return rows.owned_by(self.request.user)

    def filter_overdue(self, rows, _name: str, _value):
        return rows.overdue(port_today())


def days_of(period: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of a period, as the port counts days."""
    monday = today - dt.timedelta(days=today.weekday())
    first = today.replace(day=1)
    match period:
        case Period.THIS_WEEK:
            return monday, monday + dt.timedelta(days=6)
        case Period.NEXT_WEEK:
            return monday + dt.timedelta(days=7), monday + dt.timedelta(days=13)
        case Period.THIS_MONTH:
            return first, today.replace(day=monthrange(today.year, today.month)[1])
        case Period.LAST_MONTH:
            before = first - dt.timedelta(days=1)
            return before.replace(day=1), before
        case Period.THIS_YEAR:
            return dt.date(today.year, 1, 1), dt.date(today.year, 12, 31)
    return today, today


class InteractionFilter(WorkFilter):
    q = django_filters.CharFilter(label=_("Search interactions"), method="filter_words", help_text=_("What it was about, or a customer"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=InteractionKind.choices)
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=Outcome.choices)
    recorded_by = ColleagueFilter(label=_("Recorded by"))
    period = django_filters.ChoiceFilter(label=pgettext_lazy("filter", "Period"), choices=Period.choices, method="filter_period")
    day = django_filters.DateFromToRangeFilter(label=_("When"), method="filter_days")
    mine = django_filters.ChoiceFilter(label=_("Mine"), choices=YES, method="filter_mine")

    class Meta:
        model = Interaction
        fields = ()

    def filter_period(self, rows, _name: str, period: str):
        return self._between(rows, *days_of(period, port_today()))

    def filter_days(self, rows, _name: str, value: slice):
        first, last = (moment.date() if moment else None for moment in (value.start, value.stop))
        return self._between(rows, first, last)

    def filter_mine(self, rows, _name: str, _value):
        return rows.recorded_by(self.request.user)

    def _between(self, rows, first: dt.date | None, last: dt.date | None):
        rows = rows.filter(happened_at__gte=start_of_day(first)) if first else rows
        return rows.filter(happened_at__lt=start_of_day(last + dt.timedelta(days=1))) if last else rows


class VisitFilter(WorkFilter):
    q = django_filters.CharFilter(label=_("Search visits"), method="filter_words", help_text=_("What it is for, or a customer"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=VisitState.choices)
    visitor = ColleagueFilter(label=_("Who goes"))
    period = django_filters.ChoiceFilter(label=pgettext_lazy("filter", "Period"), choices=Period.choices, method="filter_period")
    day = django_filters.DateFromToRangeFilter(label=_("Day of the visit"), field_name="planned_for")
    mine = django_filters.ChoiceFilter(label=_("Mine"), choices=YES, method="filter_mine")
    to_report = django_filters.ChoiceFilter(label=_("To report"), choices=YES, method="filter_to_report")

    class Meta:
        model = PlannedVisit
        fields = ()

    def filter_period(self, rows, _name: str, period: str):
        return rows.within(*days_of(period, port_today()))

    def filter_mine(self, rows, _name: str, _value):
        return rows.made_by(self.request.user)

    def filter_to_report(self, rows, _name: str, _value):
        return rows.to_report(port_today())
