"""Opinions and complaints at a glance."""

import datetime as dt

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from feedback import permissions
from feedback.queries.disclosure import reads_answers
from feedback.queries.heard import heard_by_group
from feedback.queries.loop import loop_figures
from feedback.queries.overview import loads, low_score_follow_ups, poorest_items, standings
from feedback.views.charts import answers_url
from portcrm.clock import port_today
from portcrm.pages.render import page

SHOWN = 10
HEARD_DAYS = dt.timedelta(days=90)


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def overview(request: HttpRequest) -> HttpResponse:
    """The latest wave of each programme, where to act, what became of low marks, whose complaints wait; all from stored results."""
    user, reader = request.user, reads_answers(request.user)
    found, since = standings(user), port_today() - HEARD_DAYS
    latest = found[0].wave if found else None
    low = list(low_score_follow_ups(user)[: SHOWN + 1]) if reader else []
    context = {
        "standings": found,
        "answers": answers_url() if reader else "",
        "latest": latest,
        "poorest": [
            (one, answers_url(wave=latest.pk, item=one.item.key) if reader else "")
            for one in (poorest_items(user, latest) if latest else [])
        ],
        "loop": loop_figures(latest.result) if latest and reader else None,
        "loads": loads(user, on=port_today()) if user.has_perm(permissions.VIEW_COMPLAINT) else [],
        "low": low[:SHOWN],
        "more_low": len(low) > SHOWN,
        "heard": heard_by_group(user, since=since),
        "heard_since": since,
        "reader": reader,
        "today": port_today(),
    }
    return page(request, "feedback/overview.html", context)
