"""SERVQUAL: what customers expect of an excellent port (E) against what they see here (P), on one scale. Gap = P - E."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from feedback.analysis.intervals import Estimate, of_values
from feedback.analysis.reliability import Alpha, cronbach_alpha

Pair = tuple[float | None, float | None]  # expected, perceived; None = not answered or not applicable


@dataclass(frozen=True)
class DimensionGap:
    """`gap`: the mean of the `items`' mean gaps; negative = below expectation. `by_respondent`: n and the 95 % interval of
    the respondents' own gaps; `alpha` of the gaps, None where it cannot be told."""

    gap: float
    items: dict[str, Estimate]
    by_respondent: Estimate
    alpha: Alpha | None


@dataclass(frozen=True)
class Gaps:
    """`overall`: the mean of the dimensions' gaps, not of all items; `overall_by_respondent`: n and the 95 % interval of the own
    overall gaps of those who answered a pair of every dimension, None without any. `weighted`: of the respondents' own weighted
    gaps, see servqual; `points`: the mean weight these gave each dimension."""

    dimensions: dict[str, DimensionGap]
    overall: float
    overall_by_respondent: Estimate | None
    weighted: Estimate | None
    points: dict[str, float]


def servqual(
    answers: Sequence[Mapping[str, Pair]],
    dimensions: Mapping[str, Sequence[str]],
    weights: Sequence[Mapping[str, float]] = (),
    population: int | None = None,
) -> Gaps | None:
    """Gaps of respondents' answers {item: (E, P)}, items standing in `dimensions`; only pairs with both answers count.

    `weights`, one per respondent, split 100 points over the dimensions; an empty one: this respondent gave none. One's weighted
    gap is SUM w / 100 * own gap of the dimension, and the figure is their mean, never that of mean weights. Who left a weighted
    dimension unanswered has none. None where nobody answered a pair; a dimension without pairs is left out. Raises ValueError
    for weights that do not sum to 100 or are not one per respondent. Intervals are narrowed where `population` is known, see estimate.
    """
    if weights and len(weights) != len(answers):
        raise ValueError("Weights are needed from every respondent or from none.")
    if any(abs(sum(split.values()) - 100) > 1e-9 or min(split.values()) < 0 for split in weights if split):
        raise ValueError("The weights of a respondent must sum to 100.")
    own = [{name: _own_gap(one, items) for name, items in dimensions.items()} for one in answers]
    found = {name: gap for name, items in dimensions.items() if (gap := _dimension(answers, items, population)) is not None}
    if not found:
        return None
    weighed = [(split, mine) for split, gaps in zip(weights, own, strict=False) if (mine := _weighted_gap(split, gaps)) is not None]
    points = {name: sum(split.get(name, 0) for split, _mine in weighed) / len(weighed) for name in dimensions if weighed}
    overall = sum(gap.gap for gap in found.values()) / len(found)
    whole = [sum(given) / len(found) for gaps in own if len(given := _given(gaps, found)) == len(found)]
    return Gaps(found, overall, of_values(whole, population), of_values([mine for _split, mine in weighed], population), points)


def _gap(pair: Pair) -> float | None:
    expected, perceived = pair
    return None if expected is None or perceived is None else perceived - expected


def _gaps(one: Mapping[str, Pair], items: Sequence[str]) -> list[float | None]:
    return [_gap(one.get(item, (None, None))) for item in items]


def _given(gaps: Mapping[str, float | None], names: Iterable[str]) -> list[float]:
    return [gap for name in names if (gap := gaps[name]) is not None]


def _own_gap(one: Mapping[str, Pair], items: Sequence[str]) -> float | None:
    given = [gap for gap in _gaps(one, items) if gap is not None]
    return sum(given) / len(given) if given else None


def _weighted_gap(split: Mapping[str, float], gaps: Mapping[str, float | None]) -> float | None:
    if not split or any(weight and gaps[name] is None for name, weight in split.items()):
        return None
    return sum(weight / 100 * gap for name, weight in split.items() if (gap := gaps[name]) is not None)


def _dimension(answers: Sequence[Mapping[str, Pair]], items: Sequence[str], population: int | None) -> DimensionGap | None:
    rows = [_gaps(one, items) for one in answers]
    columns = {item: [gap for row in rows if (gap := row[place]) is not None] for place, item in enumerate(items)}
    means = {item: told for item, given in columns.items() if (told := of_values(given, population)) is not None}
    own = of_values([gap for one in answers if (gap := _own_gap(one, items)) is not None], population)
    if own is None:
        return None
    return DimensionGap(sum(told.mean for told in means.values()) / len(means), means, own, _alpha(rows))


def _alpha(rows: Sequence[Sequence[float | None]]) -> Alpha | None:
    try:
        return cronbach_alpha(rows)
    except ValueError:
        return None
