"""What may be seen, and the port's words for asking."""

import datetime as dt
import re

from django.db import models
from django.db.models import Q

from cargo.enums import OPEN_STAGES, CandidateState, CheckState, FlowState
from cargo.permissions import VIEW_CANDIDATE, VIEW_DOCUMENT, VIEW_LEAD, VIEW_SHIPMENT

NUMBER = re.compile(r"[Ll]\d{1,9}")


class ShipmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Handled cargo is the port's own book: who may see it sees all of it."""
        return self if user.has_perm(VIEW_SHIPMENT) else self.none()

    def for_list(self):
        """Rows with the names a list shows, in one query."""
        return self.select_related("customer", "cargo_class", "unit", "origin", "destination")

    def for_record(self):
        return self.for_list().select_related("recorded_by", "corrects")

    def handled_between(self, start: dt.date, end: dt.date):
        """Both days count."""
        return self.filter(handled_on__range=(start, end))

    def of_document(self, number: str):
        """All lots of one document, by the range of their identities: the index knows no other way to a document."""
        return self.filter(identity__gte=f"doc:{number}#", identity__lt=f"doc:{number}$")

    def through_port(self, port):
        return self.filter(Q(origin=port) | Q(destination=port))


class MonthlyRollupQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_SHIPMENT) else self.none()

    def months_between(self, start: dt.date, end: dt.date):
        """`start` and `end` are any days; their whole months count."""
        return self.filter(month__range=(start.replace(day=1), end.replace(day=1)))


class LeadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Marketing, operations and service work on leads together."""
        return self if user.has_perm(VIEW_LEAD) else self.none()

    def for_list(self):
        return self.select_related("customer", "channel", "cargo_class", "unit", "origin", "destination", "owner", "rival_port")

    def for_record(self):
        return self.for_list().select_related("introducer", "recorded_by")

    def search(self, text: str):
        """By number (L00012), company or goods."""
        text = text.strip()
        if not text:
            return self
        if NUMBER.fullmatch(text):
            return self.filter(pk=int(text[1:]))
        named = Q(party_name__icontains=text) | Q(goods__icontains=text)
        return self.filter(named | Q(customer__name_zh__icontains=text) | Q(customer__name_en__icontains=text))

    def open(self):
        return self.filter(stage__in=OPEN_STAGES)

    def due(self, on: dt.date):
        """Open leads whose next step should have been taken by `on`."""
        return self.open().filter(next_step_on__lte=on)


class CargoDocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Documents name cargo of many parties: who may see them sees all of them."""
        return self if user.has_perm(VIEW_DOCUMENT) else self.none()

    def for_list(self):
        """With who took it in and the head of its first message, whatever the number of messages: two queries."""
        messages = self.model._meta.get_field("messages").related_model.objects
        heads = messages.filter(position=1).defer("facts", "remarks")
        return self.select_related("received_by").prefetch_related(models.Prefetch("messages", heads, to_attr="first_messages"))

    def search(self, text: str):
        """By document number or file name (their beginning), voyage, or part of the vessel's name."""
        text = text.strip()
        if not text:
            return self
        said = Q(messages__number__istartswith=text) | Q(messages__vessel__icontains=text) | Q(messages__voyage__iexact=text)
        return self.filter(pk__in=self.model.objects.filter(said | Q(file_name__istartswith=text)).values("pk"))

    def of_kind(self, kind: str):
        return self.filter(pk__in=self.model.objects.filter(messages__kind=kind).values("pk"))

    def of_type(self, message_type: str):
        return self.filter(pk__in=self.model.objects.filter(messages__type=message_type).values("pk"))


class LedgerCheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_SHIPMENT) else self.none()

    def waiting_since(self, at: dt.datetime):
        return self.filter(state=CheckState.WAITING, requested_at__lt=at)

    def begun_before(self, at: dt.datetime):
        """Under way since before `at`."""
        return self.filter(state=CheckState.RUNNING, started_at__lt=at)


class CandidateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Marketing and operations work on candidates together."""
        return self if user.has_perm(VIEW_CANDIDATE) else self.none()

    def for_list(self):
        return self.select_related("customer", "decided_by")

    def for_record(self):
        return self.for_list().select_related("lead", "rule")

    def open(self):
        return self.filter(state=CandidateState.OPEN)

    def search(self, text: str):
        """By a part of the name as written, or of the address."""
        text = text.strip()
        return self.filter(Q(name__icontains=text) | Q(address__icontains=text)) if text else self

    def before(self, candidate):
        """What stands above this one in the queue, nearest first: the heaviest come first."""
        heavier = Q(tonnes__gt=candidate.tonnes) | Q(tonnes=candidate.tonnes, pk__lt=candidate.pk)
        return self.filter(heavier).order_by("tonnes", "-pk")

    def after(self, candidate):
        lighter = Q(tonnes__lt=candidate.tonnes) | Q(tonnes=candidate.tonnes, pk__gt=candidate.pk)
        return self.filter(lighter).order_by("-tonnes", "pk")


class SightingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_CANDIDATE) else self.none()

    def standing(self):
        """Those that no later message has changed or cancelled."""
        return self.filter(withdrawn_by=None)

    def of_document(self, document):
        """One line for each company and message, as far as a page is long; in the order of the file."""
        return self.filter(message__document=document).select_related("candidate", "customer", "message").order_by("message", "pk")

    def for_desk(self):
        return self.select_related("message__document", "withdrawn_by", "flow", "note").defer(
            *(f"{message}__{name}" for message in ("message", "withdrawn_by") for name in ("facts", "remarks"))
        )


class IgnoreRuleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_CANDIDATE) else self.none()

    def in_force(self):
        return self.filter(lifted_at=None)


class FlowLineQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who works on candidates pins down the firms behind flows as well."""
        return self if user.has_perm(VIEW_CANDIDATE) else self.none()

    def for_list(self):
        return self.select_related("unit", "told_by", "recorded_by")

    def open(self):
        return self.filter(state__in=(FlowState.OPEN, FlowState.ASKED))

    def search(self, text: str):
        """By goods, trading firm, who told it, or either place."""
        text = text.strip()
        fields = ("goods", "company", "told_by_name", "origin", "destination")
        return self.filter(*[Q(*[(f"{name}__icontains", text) for name in fields], _connector=Q.OR)]) if text else self


class MediaNoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_CANDIDATE) else self.none()
