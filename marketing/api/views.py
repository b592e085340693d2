from rest_framework import serializers

from marketing.filters import RankingRunFilter, RowOfRunFilter
from marketing.models import RankingRow, RankingRun
from marketing.permissions import VIEW_RANKING
from portcrm.api.views import ReadViewSet


class RunSerializer(serializers.ModelSerializer):
    version = serializers.IntegerField(source="model.version")

    class Meta:
        model = RankingRun
        fields = (
            "id", "as_of", "version", "origin", "state", "window_start", "started_at", "finished_at", "customers", "ranked", "excluded",
            "criteria", "totals", "classes", "notes", "ledger_mark", "ledger_rows", "previous",
        )  # fmt: skip


class RowSerializer(serializers.ModelSerializer):
    customer_code = serializers.CharField(source="customer.code")

    class Meta:
        model = RankingRow
        fields = (
            "id", "run", "customer", "customer_code", "position", "rank", "value_class", "score", "parts", "share_before", "share_after",
            "tonnes", "tonnes_before", "teu", "lots", "revenue", "cost", "contribution", "growth", "last_handled_on", "satisfaction",
            "answers", "open_complaints", "rank_by_tonnes", "rank_by_revenue", "rank_by_contribution", "previous_rank", "movement",
            "previous_class", "previous_score", "reasons",
        )  # fmt: skip


class RunViewSet(ReadViewSet):
    """Rankings with their weights, totals and what was missing."""

    model = RankingRun
    serializer_class = RunSerializer
    filterset_class = RankingRunFilter
    permissions = {"list": VIEW_RANKING, "retrieve": VIEW_RANKING}
    ordering = "-pk"

    def with_related(self, rows):
        return rows.select_related("model")


class RowViewSet(ReadViewSet):
    """Rows of complete rankings; `run` narrows to one, otherwise the newest rows come first."""

    model = RankingRow
    serializer_class = RowSerializer
    filterset_class = RowOfRunFilter
    permissions = {"list": VIEW_RANKING, "retrieve": VIEW_RANKING}
    ordering = "-pk"

    def with_related(self, rows):
        return rows.select_related("customer")
