import datetime as dt
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime

from portcrm.pages.forms import TimelineForm
from portcrm.pages.queries.timeline import ON_RECORD, TimelinePage, read_timeline, records_visible, sources_of
from portcrm.pages.registry import TimelineSource, Wanted
from portcrm.pages.render import page


def _instant(word: str) -> dt.datetime | None:
    """What the page itself has put into an address; ValueError for what it never does."""
    moment = parse_datetime(word)
    if moment is not None and moment.tzinfo is None:
        raise ValueError(word)
    return moment


def timeline(request, record, pk):
    """A record's timeline from a moment back: of all kinds or one, of one of us, a period, with words."""
    try:
        obj = get_object_or_404(records_visible(record, request.user), pk=pk)
        before, until = (_instant(request.GET.get(name, "")) for name in ("before", "until"))
    except (LookupError, ValueError) as problem:
        raise Http404 from problem
    form = TimelineForm(request.GET)
    status = 200 if form.is_valid() else 422
    wanted = form.wanted(request.GET.get("kind", ""))
    found = read_timeline(record, obj, user=request.user, before=before or until, wanted=wanted)
    context = {"timeline": found, "obj": obj, "form": form, "wanted": wanted, "until": until.isoformat() if until else ""}
    context |= _links(request.path, wanted, context["until"], sources_of(record), found)
    response = page(request, "pages/timeline.html", context, fragments=("timeline", "timeline-more"), status=status)
    if request.htmx.target == "timeline" and request.htmx.current_url:
        response["HX-Replace-Url"] = _shown_on(request, wanted)
    return response


def _links(path: str, wanted: Wanted, until: str, sources: list[TimelineSource], found: TimelinePage) -> dict:
    """The choices of a kind with what else was asked for, all without it, and where the next page starts."""

    def to(query: dict[str, str]) -> str:
        query |= {"until": until} if until else {}
        return f"{path}?{urlencode(query)}" if query else path

    return {
        "kinds": [(one, to(replace(wanted, kind=one.key).query), one.key == wanted.kind) for one in sources],
        "all_kinds_url": to(replace(wanted, kind="").query),
        "unnarrowed_url": to(Wanted(wanted.kind).query),
        "further_url": to(wanted.query | {"before": found.before_word}),
        "narrowing": len(replace(wanted, kind="").query),
    }


def _shown_on(request: HttpRequest, wanted: Wanted) -> str:
    """The address of the page the timeline stands on, saying what is asked for: to be shared, reloaded and come back to."""
    shown = urlsplit(request.htmx.current_url_abs_path or request.path)
    if shown.path == request.path:
        others, mine = {"until": request.GET.get("until", "")}, wanted.query
    else:
        others = {name: value for name, value in parse_qsl(shown.query) if not name.startswith(ON_RECORD)}
        mine = {f"{ON_RECORD}{name}": value for name, value in wanted.query.items()}
    query = {name: value for name, value in {**others, **mine}.items() if value}
    return f"{shown.path}?{urlencode(query)}" if query else shown.path
