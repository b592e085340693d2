"""Business status and the views of departments for programs: dated rows, added and never changed."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from customers import permissions
from customers.api.serializers.seen import AssessmentSerializer, DepartmentViewSerializer
from customers.api.views.access import permission_map
from customers.enums import Part
from customers.filters.programs import AssessmentFilter, DepartmentViewFilter
from customers.models import BusinessAssessment, DepartmentView
from customers.services.needs import add_department_view
from customers.services.parts import add_assessment, verify_part
from portcrm.api.views import AddViewSet


class AssessmentViewSet(AddViewSet):
    """Business status of customers as seen on a day. A later view is a row of its own."""

    model = BusinessAssessment
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter
    permissions = permission_map(permissions.VIEW_CUSTOMER, permissions.CHANGE_CUSTOMER, "verify")
    ordering = "-pk"

    def with_related(self, rows):
        return rows.filter(customer__merged_into=None).select_related("customer", "channel")

    def create_record(self, *, by, **fields):
        return add_assessment(by=by, **fields)

    @extend_schema(request=None, responses=AssessmentSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request, pk=None):
        """The latest view of the customer is still true, as of today."""
        return self.step(serializers.Serializer, self._verify)

    def _verify(self, row: BusinessAssessment) -> BusinessAssessment:
        verify_part(customer=row.customer, part=Part.BUSINESS, entry=row.pk, by=self.request.user)
        return self.get_object()


class DepartmentViewViewSet(AddViewSet):
    """What each department thinks of customers, with its scores. The answer of `/customers/{id}/needs/` lays them side by side."""

    model = DepartmentView
    serializer_class = DepartmentViewSerializer
    filterset_class = DepartmentViewFilter
    permissions = permission_map(permissions.VIEW_CUSTOMER, permissions.RECORD_NEED)
    ordering = "-pk"

    def with_related(self, rows):
        return rows.filter(customer__merged_into=None).select_related("channel").prefetch_related("scores")

    def create_record(self, *, by, **fields):
        return add_department_view(by=by, **fields)
