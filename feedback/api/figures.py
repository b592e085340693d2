"""Complaints in figures, for programs: what the page shows, as it was stored."""

import django_filters
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from feedback import permissions
from feedback.enums import ComplaintSpan, ServiceGroup
from feedback.models import ClaimResult, ComplaintResult, ComplaintShare
from feedback.queries.complaint_figures import last_day, read_span, span_word
from portcrm.api.views import ReadViewSet

OF_ALL = "all"


class ComplaintFiguresFilter(django_filters.FilterSet):
    period = django_filters.CharFilter(method="by_period", label=_("Period"), help_text=_("2026, 2026-Q4 or 2026-11"))
    span = django_filters.ChoiceFilter(choices=ComplaintSpan.choices, label=_("Months, quarters or years"))
    group = django_filters.ChoiceFilter(
        choices=[(OF_ALL, _("All services")), *ServiceGroup.choices], method="by_group", label=_("Service concerned")
    )
    starts_on = django_filters.DateFromToRangeFilter(label=_("Begins between"))

    class Meta:
        model = ComplaintResult
        fields = ()

    def by_period(self, rows, _name, word):
        """What is no period has no figures."""
        span = read_span(word)
        return rows.filter(span=span[0], starts_on=span[1]) if span else rows.none()

    def by_group(self, rows, _name, group):
        return rows.filter(group="" if group == OF_ALL else group)


class ComplaintShareSerializer(serializers.ModelSerializer):
    class Meta:
        model = ComplaintShare
        fields = ("kind", "key", "number")


class ClaimResultSerializer(serializers.ModelSerializer):
    class Meta:
        model = ClaimResult
        fields = (
            "currency", "number", "claimed", "agreed_n", "agreed", "paid_n", "paid", "settled", "settled_claimed", "days_to_payment",
            "oldest_unpaid_on",
        )  # fmt: skip


class ComplaintFiguresSerializer(serializers.ModelSerializer):
    """Complaints received in a period; `group` "" counts all services. Times are minutes of office hours without pauses.

    Of each deadline `…_n` cases have met or missed it and `…_in_time` met it; times are null where too few cases tell them.
    `tonnes` and `shipments` are those of the whole port. Sums of claims are of one currency each.
    """

    period = serializers.SerializerMethodField()
    ends_on = serializers.SerializerMethodField()
    shares = ComplaintShareSerializer(many=True, read_only=True)
    claims = ClaimResultSerializer(many=True, read_only=True)

    class Meta:
        model = ComplaintResult
        fields = (
            "id", "period", "span", "starts_on", "ends_on", "group", "computed_at", "method_version", "received", "acknowledge_n",
            "acknowledge_in_time", "first_answer_n", "first_answer_in_time", "decision_n", "decision_in_time", "answered", "answer_median",
            "answer_p90", "decided", "decision_median", "decision_p90", "reopened", "found", "justified", "checked", "effective", "tonnes",
            "shipments", "shares", "claims",
        )  # fmt: skip

    def get_period(self, result) -> str:
        return span_word(result.span, result.starts_on)

    def get_ends_on(self, result) -> str:
        return str(last_day(result.span, result.starts_on))


class ComplaintFiguresViewSet(ReadViewSet):
    """Figures of complaints by month, quarter and year and by service, as a job stored them; the latest period first."""

    model = ComplaintResult
    serializer_class = ComplaintFiguresSerializer
    filterset_class = ComplaintFiguresFilter
    permissions = {"list": permissions.VIEW_COMPLAINT, "retrieve": permissions.VIEW_COMPLAINT}
    ordering = "-starts_on"

    def with_related(self, rows):
        return rows.prefetch_related("shares", "claims")
