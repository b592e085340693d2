"""Complaints, what is found and done about them, and the mails they come by."""

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast

from feedback import permissions
from feedback.enums import (
    OPEN_COMPLAINTS,
    UNANSWERED_COMPLAINTS,
)
from portcrm.accounts.roles import roles_with
from portcrm.outbox.enums import SENDABLE_AGAIN
from portcrm.outbox.models import OutgoingEmail

SEARCHED_IN_COMPLAINTS = (
    "number", "subject", "company_name", "customer__name_zh", "customer__name_en", "customer__short_name",
    "cargo_reference", "bl_no", "vessel", "reporter_name", "reporter_email", "reporter_phone", "contact__name",
)  # fmt: skip


class ComplaintQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Complaints are handled in the open: all who serve customers read them, so that nobody promises against one."""
        return self if user.has_perm(permissions.VIEW_COMPLAINT) else self.none()

    def open(self):
        return self.filter(state__in=OPEN_COMPLAINTS)

    def unanswered(self):
        return self.filter(state__in=UNANSWERED_COMPLAINTS)

    def waiting(self):
        """Standing still until the customer has answered what we asked."""
        pauses = self.model._meta.get_field("pauses").related_model.objects.filter(complaint=OuterRef("pk"), until_at=None)
        return self.filter(Exists(pauses))

    def not_waiting(self):
        return self.exclude(pk__in=self.model.objects.waiting().values("pk"))

    def left_behind(self):
        """Not closed, and with an owner whose account is closed or who may not work on complaints any more."""
        may = Q(owner__is_active=True, owner__roles__overlap=roles_with(permissions.ANSWER_COMPLAINT))
        return self.open().filter(owner__isnull=False).exclude(may)

    def ownerless(self):
        """Not closed, and nobody who could work on it has it."""
        return self.open().filter(Q(owner=None) | Q(pk__in=self.model.objects.left_behind().values("pk")))

    def overdue(self, on: dt.date):
        """Past the deadline and still without an answer."""
        return self.unanswered().not_waiting().filter(due_on__lt=on)

    def due(self, on: dt.date):
        """Still without an answer, which is due on that very day."""
        return self.unanswered().not_waiting().filter(due_on=on)

    def with_a_mail_that_did_not_arrive(self):
        """A mail to the customer failed, or nobody knows whether it arrived."""
        mails = OutgoingEmail.objects.filter(record="feedback.complaint", state__in=SENDABLE_AGAIN)
        return self.filter(pk__in=mails.values_list(Cast("record_pk", models.BigIntegerField())))

    def about_cargo(self):
        """Naming at least one row of the ledger."""
        links = self.model._meta.get_field("shipment_links").related_model.objects.filter(complaint=OuterRef("pk"))
        return self.filter(Exists(links))

    def for_list(self):
        return self.select_related("customer", "owner")

    def containing(self, text: str):
        """Number, subject, company, whoever reported it, or vessel, voyage and bill of lading hold the text."""
        rules = Q()
        for name in SEARCHED_IN_COMPLAINTS:
            rules |= Q(**{f"{name}__icontains": text})
        return self.filter(rules)


class ComplaintResultQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As the complaints that are counted: their reader may open every one of them."""
        return self if user.has_perm(permissions.VIEW_COMPLAINT) else self.none()


class CorrectiveActionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As the complaint they come from."""
        return self if user.has_perm(permissions.VIEW_COMPLAINT) else self.none()

    def to_do_by(self, on: dt.date):
        """Not done, and to be done by that day."""
        return self.filter(done_on=None, due_on__lte=on)

    def to_check_by(self, on: dt.date):
        """Done, and to be checked by that day."""
        return self.filter(done_on__isnull=False, effective="", check_on__lte=on)


class ComplaintClockQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As the complaint they belong to."""
        return self if user.has_perm(permissions.VIEW_COMPLAINT) else self.none()

    def running(self):
        """Not met, of a case that is not closed."""
        return self.filter(met_at=None, complaint__state__in=OPEN_COMPLAINTS)

    def not_waiting(self):
        """Without those that stand still while the customer is asked something."""
        waiting = self.model._meta.get_field("complaint").related_model.objects.waiting()
        return self.exclude(complaint__in=waiting.values("pk"))


class InboundMailQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever reads complaints reads the mails they come in."""
        return self if user.has_perm(permissions.VIEW_COMPLAINT) else self.none()

    def for_list(self):
        return self.select_related("complaint").defer("raw", "text")

    def lately_of(self, sender: str, since: dt.datetime):
        return self.filter(sender=sender, received_at__gt=since)
