"""Suggestions, opinions heard and seminars."""

import datetime as dt

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Cast, Concat

from customers.enums import FollowUpState
from customers.models import FollowUp
from feedback import permissions
from feedback.enums import (
    SEMINAR_DECISION,
    UNDECIDED_SUGGESTIONS,
    SuggestionState,
)
from portcrm.accounts.roles import roles_with

SEARCHED_IN_SUGGESTIONS = (
    "number", "text", "company_name", "customer__name_zh", "customer__name_en", "customer__short_name", "reporter_name",
    "reporter_email", "contact__name",
)  # fmt: skip


class SuggestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What customers suggest is open to all who serve them."""
        return self if user.has_perm(permissions.VIEW_SUGGESTION) else self.none()

    def undecided(self):
        return self.filter(state__in=UNDECIDED_SUGGESTIONS)

    def left_behind(self):
        """Under consideration by somebody whose account is closed or who may not decide any more."""
        may = Q(owner__is_active=True, owner__roles__overlap=roles_with(permissions.DECIDE_SUGGESTION))
        return self.filter(state=SuggestionState.CONSIDERED).exclude(may)

    def ownerless(self):
        """Undecided, and nobody who could decide has it."""
        return self.undecided().filter(Q(owner=None) | Q(pk__in=self.model.objects.left_behind().values("pk")))

    def published(self):
        """What others may read; one that was taken back is not among them. Newest first."""
        return self.filter(state=SuggestionState.ADOPTED, published_at__isnull=False).order_by("-published_at", "-pk")

    def for_list(self):
        return self.select_related("customer", "owner")

    def containing(self, text: str):
        """Number, words, company or whoever suggested it hold the text."""
        rules = Q()
        for name in SEARCHED_IN_SUGGESTIONS:
            rules |= Q(**{f"{name}__icontains": text})
        return self.filter(rules)


class HeardOpinionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What customers say in daily contact is open to all who serve them, as suggestions are."""
        return self if user.has_perm(permissions.VIEW_SUGGESTION) else self.none()

    def for_list(self):
        return self.select_related("customer", "channel", "recorded_by")

    def containing(self, text: str):
        """The words or the customer's name hold the text."""
        named = Q(customer__name_zh__icontains=text) | Q(customer__name_en__icontains=text) | Q(customer__short_name__icontains=text)
        return self.filter(Q(text__icontains=text) | named)


class SeminarQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Seminars are open to all who serve customers."""
        return self if user.has_perm(permissions.VIEW_SEMINAR) else self.none()

    def for_list(self):
        """With `guest_count`, `invited` and `came`: how many guests there are, were written to, and were there."""
        written, there = Q(guests__invited_at__isnull=False), Q(guests__attended=True)
        return self.select_related("host").annotate(
            guest_count=Count("guests"), invited=Count("guests", filter=written), came=Count("guests", filter=there)
        )

    def with_minutes(self):
        """Topics, guests and decisions, each decision with `carried_out`: with its wave what the API tells of a seminar."""
        decisions = self.model._meta.get_field("decisions").related_model.objects.with_carried_out()
        return self.select_related("wave").prefetch_related("topics", "guests", Prefetch("decisions", decisions))


class SeminarDecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As the seminar they come from."""
        return self if user.has_perm(permissions.VIEW_SEMINAR) else self.none()

    def to_do_by(self, on: dt.date):
        return self.filter(done_on=None, due_on__lte=on)

    def with_carried_out(self):
        """`carried_out`: marked as done, or by the follow-up of its customer that was done."""
        key = Concat(Value(SEMINAR_DECISION), Cast(OuterRef("pk"), models.CharField()))
        followed = FollowUp.objects.filter(dedupe_key=key, state=FollowUpState.DONE)
        return self.annotate(carried_out=models.ExpressionWrapper(Q(done_on__isnull=False) | Exists(followed), models.BooleanField()))
