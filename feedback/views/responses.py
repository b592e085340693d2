"""Answers of named customers: the list, and one answer with its versions."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback import columns, permissions
from feedback.filters import ResponseFilter
from feedback.forms.opinion import shown_answers
from feedback.models import Response
from feedback.services.closed_loop import is_low
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_RESPONSE, raise_exception=True)
def response_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="feedback.response",
        queryset=Response.objects.visible_to(request.user).for_list(),
        filterset_class=ResponseFilter,
        columns=columns.RESPONSE_COLUMNS,
        orderings=columns.RESPONSE_ORDERINGS,
        empty=Empty(_("No answers yet"), _("They appear here as customers send the form."), icon="message"),
        presets=(
            Preset("low", _("Not satisfied"), "overall_max=2"),
            Preset("comments", _("With a comment"), "with_comment=true"),
        ),
        export_permission=permissions.VIEW_RESPONSE,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "feedback/responses.html", {"listing": listing}, fragments=Listing.fragments)


@require_safe
@permission_required(permissions.VIEW_RESPONSE, raise_exception=True)
def response(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer as it counts, and what was sent before."""
    rows = Response.objects.visible_to(request.user).select_related("customer", "contact", "wave__version", "wave__programme", "channel")
    found = get_object_or_404(rows, pk=pk)
    versions = list(found.versions.order_by("-number"))
    context = {
        "response": found,
        "low": is_low(found.wave, found),
        "sections": shown_answers(found.wave.version, versions[0].answers) if versions else [],
        "earlier": [(version, shown_answers(found.wave.version, version.answers)) for version in versions[1:]],
    }
    return page(request, "feedback/response.html", context)
