"""Rows that belong to one customer."""

import datetime as dt

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q

from customers import permissions
from customers.enums import Part
from customers.querysets.archive import unconfirmed


class TagQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def with_numbers(self):
        """With the number of files each stands on; on a merged file stays what the kept one has too."""
        return self.annotate(number=models.Count("links", filter=Q(links__customer__merged_into=None)))


class CustomerPartQuerySet(models.QuerySet):
    """Rows that belong to one customer and are seen with it."""

    def stale(self, part: Part, on: dt.date):
        """Nobody has confirmed these facts for longer than the customer's tier allows this part of its file.

        What stayed on a merged file is nobody's to confirm: the kept one has its own.
        """
        return self.filter(unconfirmed(part, on, "customer__"), customer__merged_into=None)

    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()


class AssessmentQuerySet(CustomerPartQuerySet):
    def latest_of_customers(self):
        """The last word on each customer's business status."""
        same = self.model._default_manager.filter(customer=OuterRef("customer"))
        later = Q(assessed_on__gt=OuterRef("assessed_on")) | Q(assessed_on=OuterRef("assessed_on"), pk__gt=OuterRef("pk"))
        return self.exclude(Exists(same.filter(later)))

    def saying(self, field: str, value):
        """With one of several levels, an end or both of a range (a slice), or words in a text."""
        if isinstance(value, slice):
            ends = {"gte": value.start, "lte": value.stop}
            return self.filter(**{f"{field}__{end}": limit for end, limit in ends.items() if limit is not None})
        return self.filter(**{f"{field}__icontains" if isinstance(value, str) else f"{field}__in": value})


class TeamMemberQuerySet(CustomerPartQuerySet):
    def current(self):
        return self.filter(until=None)

    def on_duty(self, on: dt.date):
        return self.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


class CreditHoldQuerySet(CustomerPartQuerySet):
    def in_force(self):
        return self.filter(lifted_on=None)


class OpenProblemQuerySet(CustomerPartQuerySet):
    def unsolved(self):
        return self.filter(solved_on=None)


class DepartmentViewQuerySet(CustomerPartQuerySet):
    def as_of(self, day: dt.date):
        """What had been seen and written down by the end of a day."""
        return self.filter(viewed_on__lte=day, recorded_on__lte=day)

    def for_reading(self):
        return self.select_related("department", "recorded_by", "channel")


class ViewScoreQuerySet(models.QuerySet):
    """Scores belong to a department's view of a customer and are seen with it."""

    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def as_of(self, day: dt.date):
        return self.filter(view__viewed_on__lte=day, view__recorded_on__lte=day)

    def newest_first(self):
        return self.order_by("-view__viewed_on", "-pk")

    def current(self):
        """The last word of each department on each matter; an earlier score is history."""
        same = {name: OuterRef(name) for name in ("matter", "side", "view__customer", "view__department")}
        later = Q(view__viewed_on__gt=OuterRef("view__viewed_on")) | Q(view__viewed_on=OuterRef("view__viewed_on"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(self.model._default_manager.filter(later, **same)))


class ReferenceQuerySet(models.QuerySet):
    """Reference data is read by everybody who is logged in."""

    def active(self):
        return self.filter(is_active=True)

    def in_use_with(self, current_pk):
        """What a form offers: the active entries, and the one that is chosen already."""
        return self.filter(Q(is_active=True) | Q(pk=current_pk))


class ChannelQuerySet(ReferenceQuerySet):
    def of_files(self, current_pk=None):
        """What a form about a customer offers: its family of channels, and the channel a fact came through already, whatever its family:
        a file or a program may name any."""
        return self.filter(Q(is_active=True, family="customer") | Q(pk=current_pk))


class InForce(Func):
    """The days from `since` up to but without `until`; an open end where there is none."""

    function = "DATERANGE"
    output_field = DateRangeField()


class RelationQuerySet(CustomerPartQuerySet):
    def of(self, customer):
        """Those in which this firm stands, on whichever side."""
        return self.filter(Q(from_customer=customer) | Q(to_customer=customer))

    def standing(self):
        """Between files that stand for themselves: what a merge left behind hangs on the merged file."""
        return self.filter(from_customer__merged_into=None, to_customer__merged_into=None)

    def in_force(self, on: dt.date):
        return self.filter(Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gt=on))
