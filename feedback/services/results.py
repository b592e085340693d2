"""Figures of a wave, computed by a job and stored with their origin."""

import datetime as dt
from collections import Counter, defaultdict

from django.conf import settings
from django.db.models import Count, Max
from django.utils.translation import gettext_lazy

from feedback.analysis.disclosure import hidden_groups
from feedback.analysis.means import mean_of
from feedback.analysis.proportions import top_two_box
from feedback.analysis.recommendation import recommendation
from feedback.enums import ItemKind
from feedback.models import Answer, GroupResult, ItemResult, Response, ResponseVersion, Wave, WaveResult
from portcrm.accounts.models import User
from portcrm.audit.actions import action

METHOD_VERSION = 1


@action("wave.compute", gettext_lazy("Figures computed"))
def compute_results(*, wave_id: int, at: dt.datetime, by: User) -> WaveResult | None:
    """Compute and store a wave's figures anew; None for a wave that is gone. Twice gives the same figures."""
    wave = Wave.objects.select_for_update(no_key=True).filter(pk=wave_id).first()
    if wave is None:
        return None
    result, _made = WaveResult.objects.update_or_create(wave=wave, defaults=_figures(wave) | {"computed_at": at})
    result.items.all().delete()
    ItemResult.objects.bulk_create(_item_results(result))
    result.groups.all().delete()
    GroupResult.objects.bulk_create(_tier_results(result))
    return result


def watermark(wave: Wave) -> int:
    """The latest sent answer of the wave; a stored result with another one is stale."""
    return ResponseVersion.objects.filter(response__wave=wave).aggregate(latest=Max("pk"))["latest"] or 0


def _figures(wave: Wave) -> dict:
    responses = Response.objects.filter(wave=wave)
    mean = mean_of(_histogram(responses, "overall"))
    top = top_two_box(_histogram(responses, "overall"))
    would = recommendation(_histogram(responses, "recommend"))
    return {
        "method_version": METHOD_VERSION,
        "watermark": watermark(wave),
        "invited": wave.invitations.count(),
        "responses": responses.count(),
        "overall_n": mean.n if mean else 0,
        "overall_mean": mean.value if mean else None,
        "top_two": top.share if top else None,
        "top_two_low": top.low if top else None,
        "top_two_high": top.high if top else None,
        "promoters": would.promoters if would else 0,
        "passives": would.passives if would else 0,
        "detractors": would.detractors if would else 0,
        "recommend": would.score if would else None,
        "recommend_low": would.low if would else None,
        "recommend_high": would.high if would else None,
    }


def _histogram(responses, field: str) -> dict[int, int]:
    """How often each score was given, counted by the database."""
    return dict(responses.exclude(**{field: None}).order_by().values_list(field).annotate(Count("pk")))


def _item_results(result: WaveResult) -> list[ItemResult]:
    counts: dict[int, Counter] = defaultdict(Counter)
    rows = Answer.objects.filter(response__wave=result.wave).order_by().values_list("item", "score").annotate(Count("pk"))
    for item, score, number in rows:
        counts[item][score] += number
    return [_item_result(result, item, counts[item.pk]) for item in result.wave.version.items.exclude(kind=ItemKind.COMMENT)]


def _item_result(result: WaveResult, item, counts: Counter) -> ItemResult:
    not_applicable = counts.pop(None, 0)
    mean, top = mean_of(counts), top_two_box(counts, maximum=item.maximum)
    return ItemResult(
        result=result,
        item=item,
        n=mean.n if mean else 0,
        not_applicable=not_applicable,
        mean=mean.value if mean else None,
        top_two=top.share if top else None,
        top_two_low=top.low if top else None,
        top_two_high=top.high if top else None,
    )


def _tier_results(result: WaveResult) -> list[GroupResult]:
    """Overall satisfaction by service tier; what is too small to show is not even stored."""
    counts: dict[str, Counter] = defaultdict(Counter)
    rows = Response.objects.filter(wave=result.wave).exclude(overall=None).exclude(customer=None)
    for tier, score, number in rows.order_by().values_list("customer__tier", "overall").annotate(Count("pk")):
        counts[tier or ""][score] += number
    hidden = hidden_groups({tier: sum(histogram.values()) for tier, histogram in counts.items()}, settings.HIDE_GROUPS_BELOW)
    groups = []
    for tier, histogram in counts.items():
        mean = mean_of(histogram)
        shown = {} if tier in hidden else {"n": mean.n, "mean": mean.value}
        groups.append(GroupResult(result=result, dimension="tier", group=tier, hidden=tier in hidden, **shown))
    return groups
