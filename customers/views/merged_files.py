"""Whoever asks for a file that was merged into another comes to that one, on every page of every app."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.services.locking import refuse_merged
from portcrm.errors import RuleBroken
from portcrm.pages.middleware import RuleBrokenMiddleware

PAGES_OF_A_CUSTOMER = "customers/<int:pk>/"


class MergedFilesMiddleware(RuleBrokenMiddleware):
    """Readers are led on to the same page of the kept file; writers are told, because they meant another file."""

    def process_exception(self, request, exception) -> HttpResponse | None:
        match = request.resolver_match
        if not isinstance(exception, Http404) or match is None or PAGES_OF_A_CUSTOMER not in match.route:
            return None
        merged = Customer.every.visible_to(request.user).filter(pk=match.kwargs["pk"], merged_into__isnull=False).first()
        if merged is None:
            return None
        if request.method not in ("GET", "HEAD"):
            try:
                refuse_merged(merged)
            except RuleBroken as refusal:
                return super().process_exception(request, refusal)
        return self._lead_on(request, merged)

    def _lead_on(self, request, merged: Customer) -> HttpResponse:
        if not request.htmx:
            messages.info(request, _("%(file)s was merged into this file.") % {"file": merged})
        match = request.resolver_match
        response = redirect(match.view_name, **{**match.kwargs, "pk": merged.merged_into_id})
        if request.GET:
            response["Location"] += f"?{request.GET.urlencode()}"
        return response
