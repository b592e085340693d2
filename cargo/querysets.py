"""What may be seen, and the port's words for asking."""

import datetime as dt
import re
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from cargo.enums import OPEN_STAGES, CandidateState, CheckState, FlowListState, ReadingState
from cargo.permissions import VIEW_CANDIDATE, VIEW_DOCUMENT, VIEW_LEAD, VIEW_SHIPMENT, VIEW_STATISTIC, VIEW_TARGET
from customers.naming import squash

NUMBER = re.compile(r"[Ll]\d{1,9}")


class ShipmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Handled cargo is the port's own book: who may see it sees all of it."""
        return self if user.has_perm(VIEW_SHIPMENT) else self.none()

    def for_list(self):
        """Rows with the names a list shows, in one query."""
        return self.select_related("customer", "cargo_class", "form", "trade_kind", "unit", "origin", "destination")

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

    def in_effect(self):
        """Rows that nothing has taken back: no reversals, and none that was reversed."""
        reversals = self.model.objects.filter(is_reversal=True, corrects=OuterRef("pk"))
        return self.filter(~Exists(reversals), is_reversal=False)

    def with_party(self, customer, role: str = ""):
        """Rows on which this customer has the role, or any role, besides being the one they are booked to."""
        parties = self.model._meta.get_field("parties").related_model.objects.filter(customer=customer)
        return self.filter(pk__in=(parties.filter(role=role) if role else parties).values("shipment"))

    def with_role(self, role: str):
        """Rows on which somebody has this role."""
        parties = self.model._meta.get_field("parties").related_model.objects
        return self.filter(Exists(parties.filter(shipment=OuterRef("pk"), role=role)))


class ShipmentPartyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As the rows they belong to."""
        return self if user.has_perm(VIEW_SHIPMENT) else self.none()


class SumsQuerySet(models.QuerySet):
    """Stored sums of the ledger by month."""

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
        return self.select_related(
            "customer", "channel", "cargo_class", "unit", "origin", "destination", "owner", "rival_port", "outlook", "flow", "contract"
        )

    def for_record(self):
        return self.for_list().select_related("form", "trade_kind", "introducer", "recorded_by", "joined_into")

    def search(self, text: str):
        """By number (L00012), company, goods, or the number of a project, contract or plan."""
        text = text.strip()
        if not text:
            return self
        if NUMBER.fullmatch(text):
            return self.filter(pk=int(text[1:]))
        named = Q(party_name__icontains=text) | Q(goods__icontains=text)
        named |= Q(project_no__iexact=text) | Q(plan_no__iexact=text)
        return self.filter(named | Q(customer__name_zh__icontains=text) | Q(customer__name_en__icontains=text))

    def open(self):
        return self.filter(stage__in=OPEN_STAGES)

    def stale(self, on: dt.date):
        """Open leads nobody worked on for longer than their stage allows, and whose next step does not lie ahead."""
        still = Q(pk__in=())
        for stage, days in settings.LEAD_STALE_DAYS.items():
            still |= Q(stage=stage, active_on__lt=on - dt.timedelta(days=days))
        return self.filter(still).exclude(next_step_on__gte=on)

    def due(self, on: dt.date):
        """Open leads whose next step should have been taken by `on`."""
        return self.open().filter(next_step_on__lte=on)


class LeadEvidenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Companies seen are for those who work on candidates; what stands in a document is for those who may see documents."""
        if not user.has_perm(VIEW_CANDIDATE):
            return self.none()
        return self if user.has_perm(VIEW_DOCUMENT) else self.filter(sighting__message=None)

    def for_record(self):
        """With what the sighting stands in, but without the facts of its message."""
        heavy = (f"sighting__message__{name}" for name in ("facts", "remarks"))
        return self.select_related("sighting__message__document", "sighting__flow", "sighting__note").defer(*heavy)


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
        """By the beginning of a number in it (bill of lading, booking, container, its own), of a vessel's name or any word of it,
        of a voyage, of the file's name: whatever was noted of it (DocumentKey), however it is spaced and spelt."""
        if not text.strip():
            return self
        return self.filter(Exists(self._keys(text).filter(document=OuterRef("pk"))))

    def _keys(self, text: str):
        keys, begins = self.model._meta.get_field("keys").related_model.objects, squash(text)
        return keys.filter(key__startswith=begins) if begins else keys.none()

    def with_what_was_found(self, text: str):
        """With the kind and the key that the search found first, in one query more."""
        found = self._keys(text).order_by("document_id", "key").distinct("document_id")
        return self.prefetch_related(models.Prefetch("keys", found, to_attr="found_keys"))

    def read(self):
        return self.filter(state=ReadingState.READ)

    def claimable(self, at: dt.datetime):
        """Waiting to be read, or with a reader that has not been heard of since its lease ran out."""
        return self.filter(Q(state=ReadingState.WAITING) | Q(state=ReadingState.READING, lease_until__lt=at))

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


class ReferenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What codes mean is told to everybody who may read a row of them."""
        return self

    def in_use(self, *, held: Iterable = ()):
        """What is offered for new rows, and what the row that is edited holds already."""
        return self.filter(Q(is_active=True) | Q(pk__in=[key for key in held if key]))

    def for_list(self):
        """With what a list shows of other tables: the class of a sub-class or rule, the aliases of a port."""
        along = [field.name for field in self.model._meta.concrete_fields if field.is_relation]
        rows = self.select_related(*along) if along else self
        return rows.prefetch_related("aliases") if self.model._meta.model_name == "port" else rows


class StatisticSeriesQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Published figures: who may see some sees all."""
        return self if user.has_perm(VIEW_STATISTIC) else self.none()

    def for_list(self):
        """With the names of the ports and the last figure."""
        values = self.model._meta.get_field("values").related_model.objects
        last = values.filter(series=OuterRef("pk"), is_latest=True).order_by("-period")
        return self.select_related("place", "other_place", "cargo_class").annotate(
            last_period=Subquery(last.values("period")[:1]), last_value=Subquery(last.values("value")[:1])
        )

    def search(self, text: str):
        """Every word in the name, the publisher or a place of the source."""
        found = self
        for word in text.split():
            name = Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(source__icontains=word)
            code = Q(place_code__iexact=word) | Q(other_place_code__iexact=word)
            place = Q(place_name__icontains=word) | Q(other_place_name__icontains=word)
            found = found.filter(name | code | place)
        return found

    def at_place(self, port):
        return self.filter(Q(place=port) | Q(other_place=port))

    def with_unknown_codes(self):
        """A code of the source stands for no port of ours."""
        return self.filter(Q(place=None) & ~Q(place_code="") | Q(other_place=None) & ~Q(other_place_code=""))

    def with_known_codes(self):
        return self.exclude(pk__in=self.model.objects.with_unknown_codes().values("pk"))

    def of_import(self, run_id: int):
        values = self.model._meta.get_field("values").related_model.objects
        return self.filter(pk__in=values.filter(import_run_id=run_id, taken_back_at=None).values("series"))

    def with_figures(self):
        """Without those whose figures were all taken back."""
        values = self.model._meta.get_field("values").related_model.objects
        return self.filter(Exists(values.filter(series=OuterRef("pk"), is_latest=True)))


class StatisticValueQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_STATISTIC) else self.none()

    def for_list(self):
        return self.select_related("series")

    def last_said(self):
        """Of each period what was said last, in order."""
        return self.filter(is_latest=True).order_by("series", "period")


class TargetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The task is the port's own: who may see it sees all of it."""
        return self if user.has_perm(VIEW_TARGET) else self.none()

    def of_slot(self, slot):
        """The cells of one grid: a year, direction and unit, of a customer, a manager or the port as a whole."""
        return self.filter(year=slot.year, direction=slot.direction, unit=slot.unit, customer=slot.customer_id, manager=slot.manager_id)


class ProjectionRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_TARGET) else self.none()

    def done(self):
        return self.filter(state=CheckState.DONE)

    def under_way(self):
        return self.filter(state__in=(CheckState.WAITING, CheckState.RUNNING))

    def waiting_since(self, at: dt.datetime):
        return self.filter(state=CheckState.WAITING, requested_at__lt=at)

    def begun_before(self, at: dt.datetime):
        """Under way since before `at`."""
        return self.filter(state=CheckState.RUNNING, started_at__lt=at)


class CargoMeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_TARGET) else self.none()


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

    def of_customer(self, customer):
        """Seen at the file itself, or under a name that was decided to be this customer."""
        names = list(customer.candidates.values_list("pk", flat=True))  # asked first: both ways then have an index
        return self.filter(Q(customer=customer) | Q(candidate__in=names))

    def heaviest_first(self):
        """Those that say how much, by their largest single consignment."""
        weighed = Q(largest_tonnes__gt=0) | Q(largest_teu__gt=0)
        return self.filter(weighed).order_by("-largest_tonnes", "-largest_teu", "pk")

    def for_list(self):
        """With whose file each is."""
        return self.for_desk().select_related("candidate")

    def of_document(self, document):
        """One line for each company and message, as far as a page is long; in the order of the file."""
        return (
            self.filter(message__document=document).select_related("candidate__customer", "customer", "message").order_by("message", "pk")
        )

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
        return self.filter(state__in=(FlowListState.OPEN, FlowListState.ASKED))

    def search(self, text: str):
        """By goods, trading firm, who told it, or either place."""
        text = text.strip()
        fields = ("goods", "company", "told_by_name", "origin", "destination")
        return self.filter(*[Q(*[(f"{name}__icontains", text) for name in fields], _connector=Q.OR)]) if text else self


class MediaNoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_CANDIDATE) else self.none()
