"""The score of a customer and its parts, in whole numbers so that the parts add up to the last digit.

A raw figure (tonnes, days, …) is scaled to 0–100 within its criterion, counted in ten-thousandths (SCALE), and weighted.
A score is counted in thousandths of a point (POINT); its parts are rounded by the largest remainder, so their sum *is*
the score.

Scaling methods
- percentile rank: (customers with a smaller figure + half of the *other* customers with the same one) / (n − 1);
- min–max: (figure − smallest) / (largest − smallest).
The smallest figure gets 0, the largest 100; turned round where less is better. Where all figures are equal each gets 50.

A figure that is missing is never 0: the criterion is left out and its weight spread over the others in proportion – for
the whole ranking where no customer has a figure, for one customer where only that customer has none.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

SCALE = 1_000_000  # 100.0000 in ten-thousandths
POINT = 1_000  # one point in thousandths
FULL_SCORE = 100 * POINT
FULL_SHARE = 100_000  # 100.000 % of the weight in thousandths of a per cent

Scaling = Literal["percentile", "min_max"]
Figure = Decimal | int | None


@dataclass(frozen=True, slots=True)
class Criterion:
    key: str
    weight: int  # any whole number > 0; only proportions count
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    key: str
    raw: Figure
    scaled: int | None  # 0 … SCALE; None: no figure
    share: int  # of the weight that counted for this customer, thousandths of a per cent; shares add up to 100.000
    points: int  # thousandths; the parts add up to the score


@dataclass(frozen=True, slots=True)
class Score:
    points: int  # thousandths, 0 … FULL_SCORE
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Scoring:
    scores: dict[int, Score]
    used: tuple[Criterion, ...]
    left_out: tuple[Criterion, ...]  # nobody has a figure


def score_customers(*, figures: Mapping[int, Mapping[str, Figure]], criteria: Sequence[Criterion], scaling: Scaling) -> Scoring:
    """Score every customer of `figures` (customer key -> criterion key -> figure or None)."""
    used = tuple(c for c in criteria if any(row.get(c.key) is not None for row in figures.values()))
    left_out = tuple(c for c in criteria if c not in used)
    scaled = {c.key: scale({k: row.get(c.key) for k, row in figures.items()}, scaling, c.higher_is_better) for c in used}
    shares: dict[tuple[int, ...], list[int]] = {}
    scores = {}
    for customer, row in figures.items():
        places = [scaled[c.key].get(customer) for c in used]
        weights = tuple(0 if place is None else c.weight for c, place in zip(used, places, strict=True))
        if weights not in shares:
            shares[weights] = largest_remainder([FULL_SHARE * weight for weight in weights], sum(weights))
        total, parts = _points(places, weights)
        scores[customer] = Score(
            total,
            tuple(
                Part(c.key, row.get(c.key), place, share, points)
                for c, place, share, points in zip(used, places, shares[weights], parts, strict=True)
            ),
        )
    return Scoring(scores, used, left_out)


def _points(places: Sequence[int | None], weights: Sequence[int]) -> tuple[int, list[int]]:
    """Score and parts of one customer: 100 points × weight / weights × scaled / SCALE, exact until the one rounding."""
    numerators = [FULL_SCORE * weight * (place or 0) for place, weight in zip(places, weights, strict=True)]
    parts = largest_remainder(numerators, SCALE * sum(weights))
    return sum(parts), parts


def largest_remainder(numerators: Sequence[int], denominator: int) -> list[int]:
    """Whole numbers nearest to numerator/denominator whose sum is the rounded (half up) sum of the exact fractions.

    The units left after rounding down go to the largest remainders; equal remainders are served in the order given.
    """
    if denominator == 0:
        return [0] * len(numerators)
    whole = [numerator // denominator for numerator in numerators]
    rounded_sum = (2 * sum(numerators) + denominator) // (2 * denominator)
    by_remainder = sorted(range(len(numerators)), key=lambda i: -(numerators[i] % denominator))
    for i in by_remainder[: rounded_sum - sum(whole)]:
        whole[i] += 1
    return whole


def scale(figures: Mapping[int, Figure], scaling: Scaling, higher_is_better: bool = True) -> dict[int, int]:
    """Scaled place 0 … SCALE of every customer that has a figure (half a ten-thousandth rounds up)."""
    known = {customer: figure for customer, figure in figures.items() if figure is not None}
    if not known:
        return {}
    place_of = _percentile_places(known) if scaling == "percentile" else _min_max_places(known)
    if not higher_is_better:
        place_of = {figure: SCALE - place for figure, place in place_of.items()}
    return {customer: place_of[figure] for customer, figure in known.items()}


def _percentile_places(known: Mapping[int, Decimal | int]) -> dict[Decimal | int, int]:
    ordered = sorted(known.values())
    others = len(ordered) - 1
    if others == 0 or ordered[0] == ordered[-1]:
        return dict.fromkeys(ordered, SCALE // 2)
    places = {}
    for figure in dict.fromkeys(ordered):
        smaller, not_larger = bisect_left(ordered, figure), bisect_right(ordered, figure)
        places[figure] = _round_half_up(SCALE * (smaller + not_larger - 1), 2 * others)
    return places


def _min_max_places(known: Mapping[int, Decimal | int]) -> dict[Decimal | int, int]:
    smallest, largest = min(known.values()), max(known.values())
    if smallest == largest:
        return dict.fromkeys(known.values(), SCALE // 2)
    digits = max(_decimals(figure) for figure in known.values())
    as_int = {figure: int(Decimal(figure).scaleb(digits)) for figure in set(known.values())}
    spread = as_int[largest] - as_int[smallest]
    return {figure: _round_half_up(SCALE * (number - as_int[smallest]), spread) for figure, number in as_int.items()}


def _decimals(figure: Decimal | int) -> int:
    return max(0, -int(Decimal(figure).as_tuple().exponent))


def _round_half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
