from django.db.models import QuerySet

from portcrm.accounts.api.serializers import DepartmentSerializer, PersonSerializer
from portcrm.accounts.models import Department, User
from portcrm.accounts.permissions import SEE_PEOPLE
from portcrm.api.permissions import USE_API
from portcrm.api.views import ReadViewSet


class DepartmentViewSet(ReadViewSet):
    """Departments, as the archive's records name them."""

    model = Department
    serializer_class = DepartmentSerializer
    permissions = {"list": USE_API, "retrieve": USE_API}
    ordering = "code"


class PersonViewSet(ReadViewSet):
    """The people who work with the system."""

    model = User
    serializer_class = PersonSerializer
    permissions = {"list": SEE_PEOPLE, "retrieve": SEE_PEOPLE}
    ordering = "pk"

    def with_related(self, rows: QuerySet) -> QuerySet:
        return rows.people()
