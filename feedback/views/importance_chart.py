"""Importance beside performance as a picture: each row a point, the cuts, and the line on which both are the same."""

import math

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from feedback import permissions
from feedback.analysis.importance import Cut, Quadrant
from feedback.models import Wave
from feedback.queries.importance import Weighed, Wishes, wishes
from feedback.templatetags.feedback import quadrant
from portcrm.bilingual import enumerated
from portcrm.pages.charts import Chart


def asked_cut(request: HttpRequest) -> Cut:
    """The rule named in the address, else that of the means."""
    asked = request.GET.get("cut", "")
    return Cut(asked) if asked in set(Cut) else Cut.MEANS


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def importance_chart(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows to the left and above ask to be seen to first; the table says of each what follows from where it lies."""
    wave = get_object_or_404(Wave.objects.visible_to(request.user).select_related("result"), pk=pk)
    found = wishes(request.user, wave, asked_cut(request))
    drawn = found.weighed if found.cuts else []
    chart = Chart(
        title=_finding(drawn),
        n=wave.result.responses if drawn else 0,
        unit=_("across: performance, upwards: importance"),
        note=_("Broken lines: where high begins. Slanting line: as good as it is important; what lies above it falls short."),
        option=_drawing(found) if drawn else {},
        columns=[_("Question"), pgettext("scale", "Importance"), pgettext("scale", "Performance"), _("What follows from it")],
        rows=[[f"{place}. {_text(one)}", *_means(one), quadrant(one.quadrant)] for place, one in enumerate(drawn, start=1)],
    )
    return chart.response()


def _drawing(found: Wishes) -> dict:
    ends = [figure for one in found.weighed for figure in (one.importance.mean, one.performance.mean)] + list(found.cuts)
    low, high = math.floor(min(ends) * 2) / 2, math.ceil(max(ends) * 2) / 2  # to the next half point
    axis = {"type": "value", "min": low, "max": high}
    return {
        "tooltip": {"trigger": "item", "formatter": "{b}"},
        "xAxis": axis | {"name": pgettext("scale", "Performance"), "nameLocation": "middle", "nameGap": 28},
        "yAxis": axis | {"name": pgettext("scale", "Importance")},
        "grid": {"left": 8, "right": 24, "top": 36, "bottom": 32, "containLabel": True},
        "series": [_points(found, low, high)],
    }


def _points(found: Wishes, low: float, high: float) -> dict:
    """Each row with its number beside it, the two cuts, and the line from corner to corner."""
    important, good = found.cuts
    same = [{"coord": [low, low], "lineStyle": {"type": "solid"}}, {"coord": [high, high]}]
    lines = [{"xAxis": good}, {"yAxis": important}, same]
    return {
        "type": "scatter",
        "name": _("Question"),
        "symbolSize": 12,
        "data": [{"name": _told(place, one), "value": [*reversed(_means(one)), place]} for place, one in enumerate(found.weighed, start=1)],
        "label": {"show": True, "position": "right", "formatter": "{@[2]}"},
        "markLine": {"silent": True, "symbol": "none", "label": {"show": False}, "data": lines},
    }


def _means(one: Weighed) -> list[float]:
    return [round(one.importance.mean, 2), round(one.performance.mean, 2)]


def _text(one: Weighed) -> str:
    return one.performance.item.text


def _told(place: int, one: Weighed) -> str:
    return _("%(place)s. %(question)s: importance %(importance).2f, performance %(performance).2f") % {
        "place": place,
        "question": _text(one),
        "importance": one.importance.mean,
        "performance": one.performance.mean,
    }


def _finding(drawn: list[Weighed]) -> str:
    first = [_text(one) for one in drawn if one.quadrant == Quadrant.CONCENTRATE]
    if not drawn:
        return ""
    return _("Act here first: %(questions)s") % {"questions": enumerated(first)} if first else _("Nothing is both important and poor")
