"""Handled cargo and cargo leads for programs: the rows, filters, permissions and services of the pages."""

from cargo.api.serializers import LeadSerializer, ShipmentSerializer, StatisticSeriesSerializer, StatisticValueSerializer
from cargo.filters.leads import LeadFilter
from cargo.filters.shipments import ShipmentFilter
from cargo.filters.statistics import StatisticFilter, StatisticValueFilter
from cargo.models import Lead, Shipment, StatisticSeries, StatisticValue
from cargo.permissions import EDIT_LEAD, VIEW_LEAD, VIEW_SHIPMENT, VIEW_STATISTIC
from cargo.queries.seen_leads import evidence_along
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
        joined = rows.select_related("channel", "cargo_class", "origin", "destination", "rival_port", "outlook", "flow")
        return joined.prefetch_related(evidence_along(self.request.user))

    def create_record(self, *, by, version=None, **fields):
        return create_lead(today=port_today(), by=by, **fields)

    def update_record(self, record, *, by, version=None, **fields):
        return edit_lead(lead=record, changes=fields, seen={}, version=version, by=by)


class StatisticSeriesViewSet(ReadViewSet):
    """Series of published figures: what is counted, where, by whom. One whose figures were all taken back is found by its key only."""

    model = StatisticSeries
    serializer_class = StatisticSeriesSerializer
    filterset_class = StatisticFilter
    permissions = dict.fromkeys(("list", "retrieve"), VIEW_STATISTIC)
    ordering = "-pk"

    def with_related(self, rows):
        return (rows.with_figures() if self.action == "list" else rows).for_list()


class StatisticValueViewSet(ReadViewSet):
    """Published figures with their revisions; ?latest=true leaves the last word on each period."""

    model = StatisticValue
    serializer_class = StatisticValueSerializer
    filterset_class = StatisticValueFilter
    permissions = dict.fromkeys(("list", "retrieve"), VIEW_STATISTIC)
    ordering = "-pk"
