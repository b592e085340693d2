from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime

from portcrm.pages.queries.timeline import read_timeline, records_visible, sources_of
from portcrm.pages.render import page


def timeline(request, record, pk):
    """A record's timeline from a moment back, of all kinds or one."""
    try:
        obj = get_object_or_404(records_visible(record, request.user), pk=pk)
        before, until = (parse_datetime(request.GET.get(name, "")) for name in ("before", "until"))
    except (LookupError, ValueError) as problem:
        raise Http404 from problem
    kind = request.GET.get("kind", "")
    found = read_timeline(record, obj, user=request.user, before=before or until, kind=kind)
    context = {"timeline": found, "kinds": sources_of(record), "kind": kind, "record": record, "obj": obj, "is_further": before is not None}
    context["until"] = until.isoformat() if until else ""
    return page(request, "pages/timeline.html", context, fragments=("timeline", "timeline-more"))
