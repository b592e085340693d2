"""Reading the log, and the history of one record. Nothing here can be changed."""

import datetime as dt

from django.apps import apps
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from portcrm.audit.columns import EVENT_ORDERINGS, EVENTS
from portcrm.audit.filters import AuditEventFilter
from portcrm.audit.history import tracking_of
from portcrm.audit.models import AuditEvent
from portcrm.audit.permissions import SEE_AUDIT_LOG
from portcrm.audit.queries import field_changes
from portcrm.audit.reading import tell_reading
from portcrm.pages.lists import Listing
from portcrm.pages.render import page

HISTORY_PAGE = 20


@require_safe
@permission_required(SEE_AUDIT_LOG, raise_exception=True)
def log(request):
    """What people did that changed no archive: log-ins, exports, looks at personal data, sendings."""
    listing = Listing(
        request,
        record="audit.auditevent",
        queryset=AuditEvent.objects.visible_to(request.user),
        filterset_class=AuditEventFilter,
        columns=EVENTS,
        orderings=EVENT_ORDERINGS,
        page_size=50,
    )
    return page(request, "audit/log.html", {"listing": listing}, fragments=listing.fragments)


@require_safe
def history(request: HttpRequest, record: str, pk: int):
    """The changes of a tracked record that this reader may see, newest first; older ones by ?before=."""
    row = _visible_row(request, record, pk)
    tell_reading(row, by=request.user)
    hidden = tracking_of(type(row)).hidden_from(request.user)
    changes = field_changes(row, before=_moment(request), limit=HISTORY_PAGE, hidden=hidden)
    older = changes[-1].at.isoformat() if len(changes) >= HISTORY_PAGE else ""
    context = {"record": record, "row": row, "changes": changes, "older": older}
    return page(request, "audit/_history.html" if request.htmx else "audit/history.html", context)


def _visible_row(request: HttpRequest, record: str, pk: int):
    """The row, if its model is tracked and its own rule lets this user see it; 404 for everything else."""
    try:
        model = apps.get_model(record)
    except (LookupError, ValueError):
        raise Http404 from None
    visible_to = getattr(model._default_manager, "visible_to", None)
    if tracking_of(model) is None or visible_to is None:
        raise Http404
    return get_object_or_404(visible_to(request.user), pk=pk)


def _moment(request: HttpRequest) -> dt.datetime | None:
    """The instant after which nothing is wanted; what is no instant with a zone is ignored."""
    try:
        moment = parse_datetime(request.GET.get("before", ""))
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
