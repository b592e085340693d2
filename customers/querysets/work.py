"""Interactions, follow-ups, visits and calendars."""

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Upper

from customers import permissions
from customers.enums import FollowUpState, RemindDays, VisitState
from customers.naming.keys import CHINESE
from customers.naming.searching import RARE
from customers.naming.words import TRIGRAM, Grams
from customers.querysets.parts import CustomerPartQuerySet

BEFORE_A_WORD = " （(-/：、，"


def is_beginning(text: str) -> bool:
    """Too short for a trigram within a word, and no Chinese, whose characters have grams."""
    return len(text) < TRIGRAM and not CHINESE.search(text)


class WorkQuerySet(CustomerPartQuerySet):
    """Work for a customer, said in one line: the field named by `said_in`."""

    said_in = "title"

    def search(self, text: str):
        """Rows that say this, or whose customer is found by it.

        Text and customers are asked for themselves, each by its index: one condition over both reads every row. Where many
        rows or customers are found, the order of the list comes to a page of them sooner than any index.
        """
        customers = self.model._meta.get_field("customer").related_model.objects.search(text)
        own, of_few = _few(self.model._default_manager.saying(text)), _few(customers)
        says = self._says(text) if own is None else Q(pk__in=own)
        return self.filter(says | Q(customer__in=customers if of_few is None else of_few))

    def saying(self, text: str):
        """Rows in whose line this text stands. One or two Chinese characters make no trigram; their grams have an index of their own."""
        if not any(sign.isalnum() for sign in text):
            return self.none()
        rows = self
        if len(text) < TRIGRAM and CHINESE.search(text):
            rows = rows.alias(grams=Grams(Upper(self.said_in))).filter(grams__contains=[text.upper()])
        return rows.filter(self._says(text))

    def _says(self, text: str) -> Q:
        """One or two letters only where a word begins with them, as in names of customers: the trigrams know beginnings of words."""
        if not is_beginning(text):
            return Q(**{f"{self.said_in}__icontains": text})
        found = Q(**{f"{self.said_in}__istartswith": text})
        for sign in BEFORE_A_WORD:
            found |= Q(**{f"{self.said_in}__icontains": f"{sign}{text}"})
        return found


def _few(rows: models.QuerySet) -> list[int] | None:
    """The keys of these rows, or None where they are many."""
    keys = list(rows.order_by().values_list("pk", flat=True)[: RARE + 1])
    return keys if len(keys) <= RARE else None


class InteractionQuerySet(WorkQuerySet):
    said_in = "subject"

    def involving(self, person: int):
        """Recorded by one of us, or with them."""
        with_them = self.model._meta.get_field("colleagues").remote_field.through._default_manager.filter(user=person)
        return self.filter(Q(recorded_by=person) | Q(pk__in=with_them.values("interaction")))

    def telling(self, words: str):
        """With these words in what was said, planned or noted of it, or in the name of somebody who took part."""
        told = Q()
        for name in ("subject", "summary", "next_step", "other_participants"):
            told |= Q(**{f"{name}__icontains": words})
        for field, names in (("contacts", ("contact__name", "contact__name_en")), ("colleagues", ("user__name", "user__name_en"))):
            through = self.model._meta.get_field(field).remote_field.through._default_manager
            named = Q(**{f"{names[0]}__icontains": words}) | Q(**{f"{names[1]}__icontains": words})
            told |= Exists(through.filter(named, interaction=OuterRef("pk")))
        return self.filter(told)

    def for_timeline(self):
        return self.select_related("recorded_by", "channel").prefetch_related("contacts", "colleagues")

    def for_list(self):
        return self.select_related("customer", "recorded_by").defer("summary")

    def recorded_by(self, user):
        return self.filter(recorded_by=user)


PERSONAL_KEY = "remember:"  # begins the key of a reminder of somebody's day


class FollowUpQuerySet(WorkQuerySet):
    def visible_to(self, user):
        """With the customer; the due day of a reminder is a birthday, so it is for those who may read profiles, whoever owns it."""
        rows = super().visible_to(user)
        if user.has_perm(permissions.VIEW_PERSONAL):
            return rows
        return rows.of_business()

    def of_personal_days(self):
        return self.filter(dedupe_key__startswith=PERSONAL_KEY)

    def of_business(self):
        """All but the reminders of persons' days."""
        return self.filter(~Q(dedupe_key__startswith=PERSONAL_KEY))

    def without_days_for_others(self, user):
        """For places that write down no reading: of the reminders of persons' days, those this user was sent."""
        return self.filter(~Q(dedupe_key__startswith=PERSONAL_KEY) | Q(owner=user))

    def involving(self, person: int):
        """Owned or closed by one of us."""
        return self.filter(Q(owner=person) | Q(closed_by=person))

    def telling(self, words: str):
        """With these words in what was to be done or in what came of it."""
        return self.filter(Q(title__icontains=words) | Q(result__icontains=words))

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


class VisitQuerySet(WorkQuerySet):
    said_in = "purpose"

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
