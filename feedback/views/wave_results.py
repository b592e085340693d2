"""The figures of a wave as its page shows them, each with the way to the answers behind it; and the list of its low marks."""

from dataclasses import dataclass

from django.contrib.auth.decorators import permission_required
from django.db.models import Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from customers.enums import CustomerType, Tier
from customers.models import Region
from feedback import columns, permissions
from feedback.analysis.disclosure import is_indicative
from feedback.enums import JUDGING, SCALES
from feedback.filters import LoopFilter
from feedback.models import GroupResult, LoopResult, Section, Wave
from feedback.queries.choices import choices
from feedback.queries.disclosure import opens_answers, shown_result
from feedback.queries.importance import wishes
from feedback.queries.loop import loop_figures
from feedback.queries.low_marks import low_mark_figures
from feedback.queries.rules import fewest_shown, survey_rules
from feedback.queries.senders import knows_senders
from feedback.queries.trends import questions_of
from feedback.templatetags.feedback import SATISFACTION_SCALE
from feedback.views.charts import answers_url
from feedback.views.importance_chart import asked_cut
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page


@dataclass(frozen=True)
class GroupRow:
    group: GroupResult
    label: str
    url: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class GroupTable:
    """One way to divide the answers. `of_customers`: each customer counts once."""

    title: str
    of_customers: bool
    rows: list[GroupRow]


def result_context(request: HttpRequest, wave: Wave) -> dict:
    """What `_results.html` shows this reader."""
    stored, result = getattr(wave, "result", None), shown_result(request.user, wave)
    reader = opens_answers(request.user, wave)
    questions = questions_of(wave) if result else []
    return {
        "result": result,
        "kept_back": stored is not None and result is None and stored.responses > 0,
        "tables": _tables(result, reader=reader, of_customers=knows_senders(request.user, wave)) if result else [],
        "wishes": wishes(request.user, wave, asked_cut(request)) if result else None,
        "choices": choices(request.user, wave) if result else [],
        "low_marks": low_mark_figures(request.user, wave),
        "loop": loop_figures(result) if result and reader else None,
        "questions": questions,
        "question": _chosen(request.GET.get("question", ""), questions),
        "answers": answers_url(wave=wave.pk) if reader else "",
        "indicative": result is not None and is_indicative(result.responses, survey_rules().indicative_below),
        "indicative_below": survey_rules().indicative_below,
        "hide_below": fewest_shown(wave),
    }


def _chosen(asked: str, questions: list) -> str:
    """The question asked for, else the first group of questions."""
    keys = [key for _title, ones in questions for key, _text in ones]
    return asked if asked in keys else next(iter(keys), "")


DIVISIONS = {
    "service": gettext_lazy("By service"),
    "tier": gettext_lazy("By service tier"),
    "key_account": gettext_lazy("Key accounts and others"),
    "type": gettext_lazy("By customer type"),
    "region": gettext_lazy("By region"),
}


def _tables(result, *, reader: bool, of_customers: bool) -> list[GroupTable]:
    """Service groups first, then the ways customers are divided; a division into one group says nothing of its own.

    `reader` may open the answers behind a group, those behind a group of customers only with `of_customers`.
    """
    found: dict[str, list[GroupResult]] = {}
    for group in result.groups.all():
        found.setdefault(group.dimension, []).append(group)
    sections, opens = _sections(found, result), {"service": reader}
    words = _words(found, sections)
    return [
        GroupTable(
            title,
            dimension != "service",
            [_group_row(one, words, sections, reader=opens.get(dimension, reader and of_customers)) for one in found[dimension]],
        )
        for dimension, title in DIVISIONS.items()
        if len(found.get(dimension, [])) > 1
    ]


def _group_row(group: GroupResult, words: dict, sections: dict[str, Section], *, reader: bool) -> GroupRow:
    query = _query(group) if reader and not group.hidden else None
    url = answers_url(wave=group.result.wave_id, **query) if query else ""
    section = sections.get(group.group) if group.dimension == "service" else None
    scale = (section.lowest, section.highest) if section and section.highest else SATISFACTION_SCALE
    return GroupRow(group, words[group.dimension](group.group), url, *scale)


def _query(group: GroupResult) -> dict | None:
    """The filter that finds the answers of a group; None where no filter says it."""
    key = group.group
    if group.dimension == "service":
        return {"section": key}
    if group.dimension == "region":
        return {"overall_min": 1, "region": key or "null"}
    if not key:
        return None
    if group.dimension == "key_account":
        return {"overall_min": 1, "key_account": "true" if key == "yes" else "false"}
    return {"overall_min": 1, group.dimension: key}


def _sections(found: dict, result) -> dict[str, Section]:
    """The groups of questions by their keys, each with the lowest and the highest mark of its scales."""
    if "service" not in found:
        return {}
    judged = Q(items__kind__in=SCALES, items__aspect__in=JUDGING)
    marks = {"lowest": Min("items__minimum", filter=judged), "highest": Max("items__maximum", filter=judged)}
    return {one.key: one for one in Section.objects.filter(version=result.wave.version_id).annotate(**marks)}


def _words(found: dict, sections: dict[str, Section]) -> dict:
    """Per dimension, what a key is called."""
    regions = {one.code: one.label for one in Region.objects.filter(code__in=[one.group for one in found.get("region", [])])}
    return {
        "service": lambda key: sections[key].title if key in sections else key,
        "tier": lambda key: Tier(key).label if key in Tier.values else _("Without tier"),
        "key_account": lambda key: {"yes": _("Key accounts"), "no": _("Others")}.get(key, "–"),
        "type": lambda key: " · ".join(str(CustomerType(one).label) for one in key.split()) or _("Without type"),
        "region": lambda key: regions.get(key) or _("Without region"),
    }


@require_safe
@permission_required(permissions.VIEW_RESPONSE, raise_exception=True)
def wave_loop(request: HttpRequest, pk: int) -> HttpResponse:
    """Each low mark of the wave before beside what the same customer gave the same question this time."""
    wave = get_object_or_404(Wave.objects.visible_to(request.user), pk=pk)
    listing = Listing(
        request,
        record="feedback.loopresult",
        queryset=LoopResult.objects.filter(result__wave=wave).select_related("customer", "item", "before_wave"),
        filterset_class=LoopFilter,
        columns=columns.LOOP_COLUMNS,
        orderings=columns.LOOP_ORDERINGS,
        empty=Empty(_("No low marks the time before"), icon="circle-check"),
        presets=(Preset("worse", _("Worse"), "change=worse"), Preset("silent", _("Not rated again"), "change=silent")),
        export_permission=permissions.VIEW_RESPONSE,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "feedback/wave_loop.html", {"wave": wave, "listing": listing}, fragments=Listing.fragments)
