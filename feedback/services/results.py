"""Figures of a wave, computed by a job and stored with their origin."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext_lazy

from feedback.analysis.intervals import of_ratings
from feedback.analysis.proportions import top_two_box
from feedback.analysis.recommendation import recommendation
from feedback.enums import SCALES, WaveState
from feedback.models import Answer, GapResult, ItemResult, Response, ResponseVersion, Wave, WaveResult
from feedback.querysets import SATISFACTION
from feedback.services.result_groups import group_results, of_all_customers, scores_of_customers
from feedback.services.result_loop import store_customers, store_loop
from feedback.services.result_pairs import gap_results, option_results
from portcrm.accounts.models import User
from portcrm.audit.actions import action

# 2: intervals of means, customers first, tonnage, groups, the loop; 3: gaps and options stored; 4: gaps weighted;
# 5: whose mail bounced or was never written is not reached; 6: every interval is narrowed for the finite number of people asked;
# 7: gaps of each pair, the interval of their mean, and reliability with its interval.
METHOD_VERSION = 7
SETTLING = dt.timedelta(days=2)  # after the last day of typing in: what was on its way then is in the database long before


@dataclass(frozen=True)
class Basis:
    """Which sent answers a count has read. The highest number alone would not tell: a lower one may be committed later."""

    watermark: int
    versions: int


def basis(wave: Wave) -> Basis:
    """Of the answers there are now; a stored result with another one is stale."""
    sent = ResponseVersion.objects.filter(response__wave=wave).aggregate(latest=Max("pk"), versions=Count("pk"))
    return Basis(sent["latest"] or 0, sent["versions"])


@action("wave.compute", gettext_lazy("Figures computed"))
def compute_results(*, wave_id: int, at: dt.datetime, by: User) -> WaveResult | None:
    """Compute and store a wave's figures anew; None for a wave that is gone. Twice gives the same figures."""
    wave = Wave.objects.select_for_update(no_key=True).filter(pk=wave_id).first()
    if wave is None:
        return None
    read = basis(wave)  # first: an answer committed while the figures are read makes them stale, never unseen
    origin = {"computed_at": at, "method_version": METHOD_VERSION} | asdict(read)
    result, _made = WaveResult.objects.update_or_create(wave=wave, defaults=_figures(wave) | origin)
    result.items.all().delete()
    result.items.bulk_create(_item_results(result))
    result.options.all().delete()
    result.options.bulk_create(option_results(result))
    _store_gaps(result)
    result.groups.all().delete()
    result.groups.bulk_create(group_results(result))
    store_customers(result=result, by=by)
    store_loop(result=result, by=by)
    return result


def _store_gaps(result: WaveResult) -> None:
    result.gaps.all().delete()
    rows, found = gap_results(result)
    GapResult.objects.bulk_create(rows)
    weighted, whole = (found.weighted, found.overall_by_respondent) if found else (None, None)
    result.gap_overall = found.overall if found else None
    result.gap_overall_low = whole.low if whole else None
    result.gap_overall_high = whole.high if whole else None
    result.gap_overall_n = whole.n if whole else 0
    result.gap_weighted = weighted.mean if weighted else None
    result.gap_weighted_low = weighted.low if weighted else None
    result.gap_weighted_high = weighted.high if weighted else None
    result.gap_weighted_n = weighted.n if weighted else 0
    overall = ("gap_overall", "gap_overall_low", "gap_overall_high", "gap_overall_n")
    result.save(update_fields=[*overall, "gap_weighted", "gap_weighted_low", "gap_weighted_high", "gap_weighted_n"])


def renew_results(*, wave_id: int, at: dt.datetime, by: User) -> WaveResult | None:
    """Count only what the stored result does not know yet: many nudges for the same answers are one count."""
    known = WaveResult.objects.filter(wave=wave_id, method_version=METHOD_VERSION).select_related("wave").first()
    if known is not None and known.covers_closing and Basis(known.watermark, known.versions) == basis(known.wave):
        return known
    return compute_results(wave_id=wave_id, at=at, by=by)


def stale_waves(*, at: dt.datetime) -> list[int]:
    """Waves with answers their stored result does not know yet, or that was counted in an older way or before the closing.

    The answers themselves are compared while a wave takes some, from paper too, and for two days after; later none comes in.
    """
    moving = ~Q(state=WaveState.CLOSED) | Q(closed_at__gte=at - dt.timedelta(days=settings.SURVEY_PAPER_DAYS) - SETTLING)
    older = Q(result=None) | Q(result__method_version__lt=METHOD_VERSION) | Q(result__computed_at__lt=F("closed_at"))
    waves = Wave.objects.filter(moving | older).annotate(latest=Max("responses__versions"), sent=Count("responses__versions"))
    found = waves.exclude(latest=None).filter(older | ~Q(result__watermark=F("latest")) | ~Q(result__versions=F("sent")))
    return list(found.order_by("pk").values_list("pk", flat=True))


def _figures(wave: Wave) -> dict:
    responses = Response.objects.filter(wave=wave)
    reached = wave.invitations.answered_or_reached()
    counts = reached.aggregate(people=Count("pk"), customers=Count("customer", distinct=True))
    overall, drawn_from = _histogram(responses.exclude(overall=None), SATISFACTION), wave.sample_frame
    population = None if drawn_from else counts["people"]
    mean, top = of_ratings(overall, population), top_two_box(overall, population=population)
    would = recommendation(_histogram(responses.exclude(recommend=None), F("recommend")), population)
    return {
        "invited": wave.invitations.count(),
        "reached": counts["people"],
        "responses": responses.count(),
        "overall_n": mean.n if mean else 0,
        "overall_mean": mean.mean if mean else None,
        "overall_low": mean.low if mean else None,
        "overall_high": mean.high if mean else None,
        "top_two": top.share if top else None,
        "top_two_low": top.low if top else None,
        "top_two_high": top.high if top else None,
        "promoters": would.promoters if would else 0,
        "passives": would.passives if would else 0,
        "detractors": would.detractors if would else 0,
        "recommend": would.score if would else None,
        "recommend_low": would.low if would else None,
        "recommend_high": would.high if would else None,
    } | of_all_customers(scores_of_customers(wave), drawn_from or counts["customers"])


def _histogram(responses, score) -> dict[float, int]:
    """How often each score was given, counted by the database."""
    return dict(responses.order_by().annotate(told=score).values_list("told").annotate(Count("pk")))


def _item_results(result: WaveResult) -> list[ItemResult]:
    counts: dict[int, Counter] = defaultdict(Counter)
    rows = Answer.objects.filter(response__wave=result.wave).order_by().values_list("item", "score").annotate(Count("pk"))
    for item, score, number in rows:
        counts[item][score] += number
    return [_item_result(result, item, counts[item.pk]) for item in result.wave.version.items.filter(kind__in=SCALES)]


def _item_result(result: WaveResult, item, counts: Counter) -> ItemResult:
    not_applicable = counts.pop(None, 0)
    mean, top = of_ratings(counts, result.population), top_two_box(counts, item.maximum, result.population)
    return ItemResult(
        result=result,
        item=item,
        n=mean.n if mean else 0,
        not_applicable=not_applicable,
        mean=mean.mean if mean else None,
        deviation=mean.deviation if mean else None,
        low=mean.low if mean else None,
        high=mean.high if mean else None,
        top_two=top.share if top else None,
        top_two_low=top.low if top else None,
        top_two_high=top.high if top else None,
    )
