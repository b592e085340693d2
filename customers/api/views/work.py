"""Daily work for programs: interactions, follow-ups, planned visits and their reports."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from customers import permissions
from customers.api.serializers.work import (
    CallOffSerializer,
    FollowUpCloseSerializer,
    FollowUpPlanSerializer,
    FollowUpSerializer,
    InteractionSerializer,
    PeriodPlanSerializer,
    ReportSerializer,
    VisitSerializer,
)
from customers.api.views.access import permission_map
from customers.enums import FollowUpState, VisitState
from customers.filters.programs import CustomerFollowUpFilter, CustomerInteractionFilter, CustomerVisitFilter
from customers.models import FollowUp, Interaction, PlannedVisit
from customers.services.followups import close_follow_up, open_follow_up, plan_follow_up
from customers.services.interactions import correct_interaction, log_interaction
from customers.services.remembering import tell_reminders_read
from customers.services.seen_states import state_of
from customers.services.visits import call_off_visit, change_visit, plan_period, plan_visit, report_visit
from portcrm.api.reading import read
from portcrm.api.views import RecordViewSet

BESIDE = ("contacts", "colleagues")
VISIT_FIELDS = ("visitor", "planned_for", "purpose", "starts_at", "minutes", "place", "talking_points")


class InteractionViewSet(RecordViewSet):
    """Contact with customers as it took place. A next step with a day opens a follow-up of who recorded it."""

    model = Interaction
    serializer_class = InteractionSerializer
    filterset_class = CustomerInteractionFilter
    fixed = ("customer",)  # what took place with one customer took place with no other
    permissions = permission_map(permissions.VIEW_CUSTOMER, permissions.RECORD_INTERACTION)
    ordering = "-pk"

    def with_related(self, rows):
        return rows.for_timeline()

    def create_record(self, *, by, version=None, **fields):
        return log_interaction(by=by, **fields)

    def update_record(self, record, *, by, version=None, form_key=None, **fields):
        people = {name: fields.pop(name) for name in BESIDE if name in fields}
        return correct_interaction(interaction=record, changes=fields, seen={}, version=version, by=by, **people)


class FollowUpViewSet(RecordViewSet):
    """What is to be done for customers, by whom and by when; closing is a step of its own."""

    model = FollowUp
    serializer_class = FollowUpSerializer
    filterset_class = CustomerFollowUpFilter
    permissions = permission_map(permissions.VIEW_CUSTOMER, permissions.RECORD_INTERACTION, "close")
    ordering = "-pk"

    def paginate_queryset(self, queryset):
        rows = super().paginate_queryset(queryset)
        tell_reminders_read(rows=rows, by=self.request.user)
        return rows

    def get_object(self):
        row = super().get_object()
        tell_reminders_read(rows=[row], by=self.request.user)
        return row

    def get_serializer_class(self):
        return FollowUpPlanSerializer if self.action == "partial_update" else FollowUpSerializer

    def create_record(self, *, by, version=None, **fields):
        return open_follow_up(by=by, **fields)

    def update_record(self, record, *, by, version=None, **fields):
        """What is not sent stays as it was read here, so a change in between is refused even without a version."""
        kept = {"due_on": record.due_on, "remind_days": record.remind_days}
        return plan_follow_up(follow_up=record, by=by, version=version or state_of(record), **kept | fields)

    @extend_schema(request=FollowUpCloseSerializer, responses=FollowUpSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        """Done, which opens the next one where it repeats; or dropped."""
        return self.step(FollowUpCloseSerializer, self._close)

    def _close(self, row: FollowUp, *, dropped: bool, result: str) -> FollowUp:
        state = FollowUpState.DROPPED if dropped else FollowUpState.DONE
        return close_follow_up(follow_up=row, state=state, result=result, by=self.request.user)


class VisitViewSet(RecordViewSet):
    """Planned visits; the report and calling a visit off are steps of their own."""

    model = PlannedVisit
    serializer_class = VisitSerializer
    filterset_class = CustomerVisitFilter
    fixed = ("customer",)
    permissions = permission_map(permissions.VIEW_CUSTOMER, permissions.RECORD_INTERACTION, "report", "call_off", "plan_period")
    ordering = "-pk"

    def with_related(self, rows):
        return rows.prefetch_related("contacts")

    def create_record(self, *, by, version=None, **fields):
        return plan_visit(by=by, **fields)

    def update_record(self, record, *, by, version=None, form_key=None, **fields):
        """What is not sent stays as it was read here, so a change in between is refused even without a version."""
        kept = {name: getattr(record, name) for name in VISIT_FIELDS} | {"contacts": record.contacts.all()}
        return change_visit(visit=record, by=by, version=version or state_of(record), **kept | fields)

    @extend_schema(request=ReportSerializer, responses={201: InteractionSerializer})
    @action(detail=True, methods=["post"])
    def report(self, request, pk=None):
        """The visit took place: its report is an interaction of kind visit, written once.

        Before the day it was planned for it is refused, unless `move_to_today` says that it took place earlier.
        """
        visit, context = self.get_object(), self.get_serializer_context()
        given = read(ReportSerializer(data=request.data, context=context))
        interaction = report_visit(visit=visit, by=request.user, **given)
        return Response(InteractionSerializer(interaction, context=context).data, status=201)

    @extend_schema(request=CallOffSerializer, responses=VisitSerializer)
    @action(detail=True, methods=["post"], url_path="call-off")
    def call_off(self, request, pk=None):
        """Cancelled, or it did not take place; with the reason."""
        return self.step(CallOffSerializer, self._call_off)

    def _call_off(self, row: PlannedVisit, *, missed: bool, reason: str) -> PlannedVisit:
        state = VisitState.MISSED if missed else VisitState.CANCELLED
        return call_off_visit(visit=row, state=state, reason=reason, by=self.request.user)

    @extend_schema(request=PeriodPlanSerializer, responses={201: VisitSerializer(many=True)}, filters=False)
    @action(detail=False, methods=["post"], url_path="plan-period", pagination_class=None)
    def plan_period(self, request):
        """One visit to each of the customers, spread over the business days of a period."""
        context = self.get_serializer_context()
        given = read(PeriodPlanSerializer(data=request.data, context=context))
        made = plan_period(by=request.user, **given)
        rows = PlannedVisit.objects.visible_to(request.user).filter(pk__in=[visit.pk for visit in made]).prefetch_related("contacts")
        return Response(VisitSerializer(rows, many=True, context=context).data, status=201)
