"""Handled cargo and cargo leads for programs: the rows, filters, permissions and services of the pages."""

from cargo.api.serializers import LeadSerializer, ShipmentSerializer
from cargo.filters.leads import LeadFilter
from cargo.filters.shipments import ShipmentFilter
from cargo.models import Lead, Shipment
from cargo.permissions import EDIT_LEAD, VIEW_LEAD, VIEW_SHIPMENT
from cargo.services.leads import create_lead, edit_lead
from portcrm.api.views import ReadViewSet, RecordViewSet
from portcrm.clock import port_today


class ShipmentViewSet(ReadViewSet):
    """The ledger of handled cargo. Rows are never changed; a correction is a reversal and a new row."""

    model = Shipment
    serializer_class = ShipmentSerializer
    filterset_class = ShipmentFilter
    permissions = dict.fromkeys(("list", "retrieve"), VIEW_SHIPMENT)
    ordering = "-pk"

    def with_related(self, rows):
        return rows.select_related("customer", "origin", "destination").prefetch_related("parties__customer")


class LeadViewSet(RecordViewSet):
    """Cargo leads: what might come through this port, and who told us."""

    model = Lead
    serializer_class = LeadSerializer
    filterset_class = LeadFilter
    permissions = dict.fromkeys(("list", "retrieve"), VIEW_LEAD) | dict.fromkeys(("create", "partial_update"), EDIT_LEAD)
    ordering = "-pk"

    def with_related(self, rows):
        return rows.select_related("channel", "origin", "destination", "rival_port")

    def create_record(self, *, by, version=None, **fields):
        return create_lead(today=port_today(), by=by, **fields)

    def update_record(self, record, *, by, version=None, **fields):
        return edit_lead(lead=record, changes=fields, seen={}, version=version, by=by)
