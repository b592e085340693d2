import datetime as dt

from django.db import models
from django.db.models import Case, Q, When

from portcrm.outbox.enums import EventState, Fate, MailState, ReturnState
from portcrm.outbox.kinds import closed_kinds, private_kinds
from portcrm.outbox.permissions import CHECK_DOMAIN, VIEW_MAIL, VIEW_RETURNS


class JournalEntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What was sent before a restore is for those who see mails; the lines name no person."""
        return self if user.has_perm(VIEW_MAIL) else self.none()

    def not_taken_over(self):
        return self.filter(taken_over_at=None)


class OutgoingEmailQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Mails hold addresses and what we wrote to whom: those who may see mails see them, but what goes to one of us
        about their own work (a private kind) is for that person. `is_readable`: text and recipient too, see kinds.needs."""
        if not user.has_perm(VIEW_MAIL):
            return self.none()
        mails = self.filter(~Q(kind__in=private_kinds()) | Q(to_address=user.email))
        return mails.annotate(is_readable=Case(When(kind__in=closed_kinds(user), then=False), default=True))

    def for_list(self):
        return self.defer("text", "html")

    def due(self, at: dt.datetime):
        """Waiting mails whose time has come and has not passed, and that no worker looks at just now: service mail before surveys,
        then oldest first."""
        waiting = self.filter(Q(lease_until=None) | Q(lease_until__lt=at), state=MailState.WAITING, due_at__lte=at)
        waiting = waiting.exclude(not_after__lt=at)
        return waiting.order_by("-service_mail", "due_at", "pk")

    def too_late(self, at: dt.datetime):
        return self.filter(state=MailState.WAITING, not_after__lt=at)

    def abandoned(self, at: dt.datetime):
        """Being sent by a worker whose lease has run out: nobody can say whether they arrived."""
        return self.filter(state=MailState.SENDING, lease_until__lt=at)

    def about(self, record: str, record_pk):
        """Mails about one record, e.g. about("feedback.invitation", invitation.pk)."""
        return self.filter(record=record, record_pk=str(record_pk))

    def matching(self, text: str):
        """Of the mails of `visible_to`: a search must not tell what the list masks."""
        return self.filter(is_readable=True).filter(Q(to_address__icontains=text) | Q(to_name__icontains=text))


class MailReportQuerySet(models.QuerySet):
    def soft_since_delivery(self, address: str, after: dt.datetime):
        """Soft refusals of an address after that moment, those before its last delivery forgiven."""
        rows = self.filter(address=address, heard_at__gt=after)
        delivered = rows.filter(fate=Fate.DELIVERED).order_by("-heard_at").values_list("heard_at", flat=True).first()
        return rows.filter(fate=Fate.SOFT, heard_at__gt=delivered or after)


class AddressBlockQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Addresses are personal: those who may work with returned mails, or read them, see which are blocked."""
        return self if user.has_perm(VIEW_RETURNS) else self.none()

    def in_force(self):
        return self.filter(lifted_at=None)

    def for_list(self):
        return self.select_related("blocked_by", "lifted_by", "mail")


class ReturnedMailQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What people write back is read by those who write to customers, not by administrators."""
        return self if user.has_perm(VIEW_RETURNS) else self.none()

    def open(self):
        return self.filter(state=ReturnState.OPEN)

    def for_list(self):
        return self.select_related("mail", "settled_by").defer("raw", "text", "mail__text", "mail__html")


class MailEventQuerySet(models.QuerySet):
    def new(self):
        return self.filter(state=EventState.NEW).order_by("pk")


class DomainCheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        """How we send is for those who can put it right."""
        return self if user.has_perm(CHECK_DOMAIN) else self.none()
