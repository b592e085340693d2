"""The annual task for programs: its cells, how far it is done, and setting it, by the rules of the pages."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from cargo.api.target_serializers import (
    CompletionSerializer,
    SetTargetsSerializer,
    TargetSerializer,
    TargetWriteSerializer,
    cells_of,
    slot_of,
)
from cargo.enums import Direction, TargetUnit
from cargo.filters.targets import TargetFilter
from cargo.forms.targets import APART, TOGETHER, BoardForm
from cargo.models import Target
from cargo.permissions import EDIT_TARGET, VIEW_TARGET
from cargo.queries.completion import completion, default_month
from cargo.services.targets import set_targets
from portcrm.api.reading import read
from portcrm.api.views import ReadViewSet
from portcrm.clock import port_today

ASKED = [
    OpenApiParameter("year", int, description="Left out: the year of the last whole month of the ledger"),
    OpenApiParameter("month", int, description="Up to this month; left out: the last whole one"),
    OpenApiParameter("unit", str, enum=TargetUnit.values, default=TargetUnit.TONNES.value),
    OpenApiParameter("direction", str, enum=Direction.values, description="Left out: both"),
    OpenApiParameter("customer", int, description="The task of a customer; left out with `manager`: of the port as a whole"),
    OpenApiParameter("manager", int, description="The task of an account manager"),
    OpenApiParameter("spring", str, enum=[TOGETHER, APART], default=TOGETHER, description="January and February together or one by one"),
]


class TargetViewSet(ReadViewSet):
    """The annual task, cell by cell: how much is to be handled in a year or month."""

    model = Target
    serializer_class = TargetSerializer
    filterset_class = TargetFilter
    http_method_names = ("get", "post", "head", "options")
    permissions = dict.fromkeys(("list", "retrieve", "completion_of_slot"), VIEW_TARGET) | {"set_cells": EDIT_TARGET}
    ordering = "-pk"

    def with_related(self, rows):
        return rows.select_related("customer")

    @extend_schema(request=SetTargetsSerializer, responses=TargetWriteSerializer, filters=False)
    @action(detail=False, methods=["post"], url_path="set", pagination_class=None)
    def set_cells(self, request) -> Response:
        """Set cells of one grid, as the page of the annual task does; cells that are not named stay."""
        given = read(SetTargetsSerializer(data=request.data, context=self.get_serializer_context()))
        wanted, seen = cells_of(given)
        written = set_targets(slot=slot_of(given), cells=wanted, seen=seen, by=request.user)
        return Response(TargetWriteSerializer(written).data)

    @extend_schema(parameters=ASKED, responses=CompletionSerializer, filters=False)
    @action(detail=False, url_path="completion", pagination_class=None)
    def completion_of_slot(self, request) -> Response:
        """How far the task is done per class: all classes together, then each with a task or cargo."""
        today = port_today()
        asked = BoardForm(request.query_params, user=request.user, year=default_month(today).year)
        if asked.errors:
            raise ValidationError(asked.errors)
        found = completion(request.user, asked.slot, today=today, month=asked.up_to, merged=asked.merged)
        return Response(CompletionSerializer(found).data)
