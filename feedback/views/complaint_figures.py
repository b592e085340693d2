"""Complaints in figures: by month, and of one chosen month, quarter or year and service."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from feedback import permissions
from feedback.enums import ServiceGroup
from feedback.queries.complaint_figures import (
    cases_query,
    claims_of,
    figures_of,
    group_label,
    lines_of,
    months_of,
    read_span,
    shares_of,
    span_word,
    spans_with_figures,
)
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_COMPLAINT, raise_exception=True)
def complaint_figures(request: HttpRequest) -> HttpResponse:
    """?period=2026, 2026-Q4 or 2026-11, without one the newest year; ?group= one service. What is no period shows the newest year."""
    spans = spans_with_figures(request.user)
    group = request.GET.get("group", "") if request.GET.get("group") in ServiceGroup.values else ""
    chosen = read_span(request.GET.get("period", "")) or (read_span(spans[0]) if spans else None)
    result = figures_of(request.user, *chosen, group) if chosen else None
    context = {
        "spans": spans,
        "period": span_word(*chosen) if chosen else "",
        "groups": [("", group_label("")), *ServiceGroup.choices],
        "group": group,
        "result": result,
        "lines": lines_of(result) if result else [],
        "shares": shares_of(result) if result else [],
        "claims": claims_of(result) if result else [],
        "months": [(span_word(one.span, one.starts_on), one, cases_query(one)) for one in months_of(request.user, group)],
    }
    return page(request, "feedback/complaint_figures.html", context)
