"""The office calendar for programs: by which dates deadlines are reckoned."""

from typing import ClassVar

from customers import permissions
from customers.api.serializers.office_days import OfficeDaySerializer
from customers.filters.office import OfficeDayFilter
from customers.models import OfficeDay
from portcrm.api.views import ReadViewSet


class OfficeDayViewSet(ReadViewSet):
    """Dates the port has decided on; all others are as the week and the public calendar say."""

    model = OfficeDay
    serializer_class = OfficeDaySerializer
    filterset_class = OfficeDayFilter
    permissions: ClassVar = dict.fromkeys(("list", "retrieve"), permissions.VIEW_CUSTOMER)
    ordering = "day"
