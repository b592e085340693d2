"""Bulk changes for programs: count what a filter finds, ask with that number, follow the run, read what was refused."""

from django.conf import settings
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response

from portcrm.accounts.models import User
from portcrm.api.reading import read
from portcrm.api.views import ReadViewSet
from portcrm.bulk.actions import BulkAction, registry
from portcrm.bulk.api.serializers import (
    AskSerializer,
    BulkRunSerializer,
    ChoiceSerializer,
    CountSerializer,
    OfferSerializer,
    RefusalSerializer,
)
from portcrm.bulk.choosing import Choice, chosen, told_with
from portcrm.bulk.models import BulkRun
from portcrm.bulk.permissions import RUN_BULK
from portcrm.bulk.running import work_at_once
from portcrm.bulk.services.runs import cancel_run, count_rows, start_run, too_many
from portcrm.errors import RuleBroken


class BulkRunViewSet(ReadViewSet):
    """Changes of many rows at once. Asking takes the permission of the action, for every row."""

    model = BulkRun
    serializer_class = BulkRunSerializer
    http_method_names = ("get", "post", "head", "options")
    ordering = "-pk"
    permissions = dict.fromkeys(("list", "retrieve", "offered", "count", "create", "cancel", "refusals"), RUN_BULK)

    @extend_schema(responses=OfferSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=None)
    def offered(self, request):
        """What you may do to many rows of which list."""
        return Response(OfferSerializer([_offer(one, request.user) for one in _offered_to(request.user)], many=True).data)

    @extend_schema(request=ChoiceSerializer, responses=CountSerializer)
    @action(detail=False, methods=["post"])
    def count(self, request):
        """How many rows are meant; this number is sent along when the change is asked for."""
        _given, choice = self._asked(ChoiceSerializer)
        number = count_rows(choice.rows)
        if number > settings.BULK_MOST_ROWS:
            raise RuleBroken(too_many())
        return Response({"count": number})

    @extend_schema(request=AskSerializer, responses={201: BulkRunSerializer})
    def create(self, request):
        """Few rows are changed before the answer comes; more are left to a worker, whose progress is read at the run."""
        given, choice = self._asked(AskSerializer)
        form = choice.action.form(MultiValueDict(given["values"]), user=request.user)
        if not form.is_valid():
            raise ValidationError({"values": form.errors})
        run = start_run(
            chosen=choice.action, rows=choice.rows, values=form.as_sent(), by=request.user,
            form_key=given.get("form_key"), counted=given.get("counted"), **told_with(choice, request),
        )  # fmt: skip
        return Response(self.get_serializer(work_at_once(run)).data, status=201)

    def _asked(self, serializer_class) -> tuple[dict, Choice]:
        if not _offered_to(self.request.user):
            raise PermissionDenied
        given = read(serializer_class(data=self.request.data, context=self.get_serializer_context()))
        query, rows = given.get("query"), given.get("rows", ())
        return given, chosen(self.request, given["record"], given["action"], query=query or "", everything=query is not None, ticked=rows)

    @extend_schema(request=None, responses=BulkRunSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk=None):
        """Stop what one has asked for, after the rows under way. What was changed stays."""
        run = cancel_run(run=self.get_object(), by=request.user)
        return Response(self.get_serializer(run).data)

    def filter_queryset(self, queryset):
        """Others' runs may be seen, not stopped."""
        rows = super().filter_queryset(queryset)
        return rows.filter(created_by=self.request.user) if self.action == "cancel" else rows

    @extend_schema(responses=RefusalSerializer(many=True))
    @action(detail=True, methods=["get"], serializer_class=RefusalSerializer, ordering="target")
    def refusals(self, request, pk=None):
        """The rows that stayed as they were, each with the reason."""
        rows = self.paginate_queryset(self.get_object().refusals.all())
        return self.get_paginated_response(RefusalSerializer(rows, many=True).data)


def _offered_to(user: User) -> list[BulkAction]:
    return [one for one in registry.actions.values() if user.has_perm(one.permission)]


def _offer(one: BulkAction, user: User) -> dict:
    fields = one.form(user=user).fields.items()
    values = [{"name": name, "label": str(field.label), "required": field.required} for name, field in fields]
    return {"record": one.record, "action": one.key, "label": one.label, "values": values}
