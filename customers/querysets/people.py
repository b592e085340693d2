"""People at customers, and who of us knows them."""

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from customers import permissions
from customers.enums import Part
from customers.naming import squash
from customers.naming.keys import CHINESE
from customers.naming.words import TRIGRAM, Digits, Grams
from customers.querysets.archive import unconfirmed


class ContactQuerySet(models.QuerySet):
    def with_digits(self):
        return self.alias(phone_digits=Digits("phone", "mobile"))

    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CONTACT) else self.none()

    def reachable(self):
        """May be written to: still there, has an address, has not withdrawn consent."""
        return self.filter(consent_withdrawn_at=None, left_on=None, customer__merged_into=None).exclude(email="")

    def present(self):
        return self.filter(left_on=None, customer__merged_into=None)

    def stale(self, on: dt.date):
        """Works there now, and nobody has confirmed that for longer than the tier allows basic data."""
        return self.present().filter(unconfirmed(Part.BASICS, on, "customer__"), erased_on=None)

    def longest_unconfirmed(self):
        """Of each company's people who work there now the one nobody has stood for longest."""
        others = self.model._default_manager.present().filter(erased_on=None, customer=OuterRef("customer"))
        others = others.alias(stood_for=Coalesce("verified_on", "recorded_on"))
        mine = Coalesce(OuterRef("verified_on"), OuterRef("recorded_on"))
        return self.exclude(Exists(others.filter(Q(stood_for__lt=mine) | Q(stood_for=mine, pk__lt=OuterRef("pk")))))

    def of_company(self, customer):
        """Whose main company this is or was the last, and who works there beside another."""
        beside = self.model._meta.get_field("employments").related_model._default_manager.current().filter(customer=customer)
        return self.filter(Q(customer=customer) | Q(pk__in=beside.values("contact")))

    def working_for(self, customer):
        return self.present().of_company(customer)

    def on_staff(self, on: dt.date):
        """At their main company by then, as far as we know, and had not left."""
        return self.filter(Q(here_since=None) | Q(here_since__lte=on), Q(left_on=None) | Q(left_on__gt=on))

    def search(self, text: str):
        """Contacts whose name (either language, pinyin) or address holds every word of `text`."""
        words = text.split()
        found = self if words else self.none()
        for word in words:
            key = squash(word)
            if CHINESE.search(key) and len(key) < TRIGRAM:
                found = found.alias(grams=Grams("search_key")).filter(grams__contains=[key], search_key__contains=key)
            else:
                found = found.filter(search_key__contains=key) if key else found.none()
        return found


class ObservationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Personal data: only roles that serve key persons read it. Whoever reads it is logged (queries.personal)."""
        return self if user.has_perm(permissions.VIEW_PERSONAL) else self.none()

    def current(self):
        return self.filter(withdrawn_on=None)


class AcquaintanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """It names a contact, so it is seen by whoever reads contacts."""
        return self if user.has_perm(permissions.VIEW_CONTACT) else self.none()

    def known_on(self, on: dt.date):
        """People who met later do not count then."""
        return self.filter(Q(since=None) | Q(since__lte=on))
