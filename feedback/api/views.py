"""Waves and answers to read; complaints to read, record, correct and take their steps."""

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response as ApiResponse

from feedback import permissions
from feedback.api.enclosures import FileStep
from feedback.api.findings import FindingSteps
from feedback.api.serializers import (
    AnswerTextSerializer,
    AssessSerializer,
    AssignSerializer,
    CloseSerializer,
    ComplaintSerializer,
    ResponseSerializer,
    WaveSerializer,
)
from feedback.filters import ComplaintFilter, ResponseFilter, WaveFilter
from feedback.models import Complaint, Response, Wave
from feedback.services.assessing import assess_complaint
from feedback.services.closing import close_complaint
from feedback.services.complaints import (
    ComplaintFacts,
    answer_complaint,
    assign_complaint,
    edit_complaint,
    record_complaint,
)
from portcrm.api.reading import read
from portcrm.api.views import ReadViewSet, RecordViewSet
from portcrm.clock import now


class WaveViewSet(ReadViewSet):
    """Waves with their stored figures."""

    model = Wave
    serializer_class = WaveSerializer
    filterset_class = WaveFilter
    permissions = {"list": permissions.VIEW_WAVE, "retrieve": permissions.VIEW_WAVE}

    def with_related(self, rows):
        return rows.select_related("result")


class ResponseViewSet(FileStep, ReadViewSet):
    """Answers as they count; whose they are is null in confidential waves for who may not know it, and in anonymous ones."""

    model = Response
    serializer_class = ResponseSerializer
    filterset_class = ResponseFilter
    permissions = dict.fromkeys(("list", "retrieve", "enclosed"), permissions.VIEW_RESPONSE)

    def with_related(self, rows):
        joined = rows.with_senders(self.request.user).select_related("channel", "wave__version")
        return joined.prefetch_related("answers__item", "answers__option", "versions", "wave__version__items")


class ComplaintViewSet(FindingSteps, RecordViewSet):
    """Complaints; assess, assign, answer and close, finding, claim and the plan of an action are steps of their own."""

    model = Complaint
    serializer_class = ComplaintSerializer
    filterset_class = ComplaintFilter
    http_method_names = ("get", "post", "patch", "head", "options")
    permissions = {
        "list": permissions.VIEW_COMPLAINT,
        "retrieve": permissions.VIEW_COMPLAINT,
        "create": permissions.ADD_COMPLAINT,
        "partial_update": permissions.CHANGE_COMPLAINT,
        "assess": permissions.ANSWER_COMPLAINT,
        "assign": permissions.CHANGE_COMPLAINT,
        "answer": permissions.ANSWER_COMPLAINT,
        "close": permissions.CHANGE_COMPLAINT,
        "finding": permissions.ANSWER_COMPLAINT,
        "claim": permissions.CHANGE_COMPLAINT,
        "plan": permissions.ANSWER_COMPLAINT,
    }

    def with_related(self, rows):
        return rows.select_related("channel", "finding", "claim").prefetch_related("corrective_actions", "shipment_links")

    def create_record(self, *, by, **fields):
        fields.pop("due_on", None)  # comes from the calendar; may be moved afterwards
        fields["shipments"] = fields.pop("shipment_links", ())
        contact = fields.get("contact")
        language = contact.language if contact else get_language()
        return record_complaint(facts=ComplaintFacts(**fields, language=language), form_key=None, at=now(), by=by)

    def update_record(self, record, *, by, **fields):
        shipments = fields.pop("shipment_links", None)
        return edit_complaint(complaint=record, changes=fields, shipments=shipments, at=now(), by=by)

    @extend_schema(request=AssessSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def assess(self, request, pk=None):
        return self._step(AssessSerializer, assess_complaint)

    @extend_schema(request=AssignSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request, pk=None):
        return self._step(AssignSerializer, assign_complaint)

    @extend_schema(request=AnswerTextSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request, pk=None):
        return self._step(AnswerTextSerializer, answer_complaint)

    @extend_schema(request=CloseSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        return self._step(CloseSerializer, close_complaint)

    def _step(self, serializer_class, service) -> ApiResponse:
        complaint = self.get_object()
        given = read(serializer_class(data=self.request.data))
        changed = service(complaint=complaint, **given, at=now(), by=self.request.user)
        return ApiResponse(self.get_serializer(changed).data)
