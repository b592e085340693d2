"""How many to ask, and what it is worth that a good part of all was asked."""

from math import floor, sqrt

CHI_SQUARE = 3.841  # one degree of freedom, 95 %


def sample_size(population: int, share: float = 0.5, exactness: float = 0.05) -> int:
    """How many of a `population` to ask, after Krejcie and Morgan 1970: X2 N P (1 - P) / (d2 (N - 1) + X2 P (1 - P)), to the nearest.

    Raises ValueError for a population below 1.
    """
    if population < 1:
        raise ValueError("There is nobody to ask.")
    spread = CHI_SQUARE * share * (1 - share)
    return min(population, floor(spread * population / (exactness**2 * (population - 1) + spread) + 0.5))


def finite_correction(n: int, population: int | None) -> float:
    """sqrt((N - n) / (N - 1)), by which a standard error of `n` out of a `population` of N shrinks; 1 where N is unknown.

    More answers than people asked say that N is not the population they come from: nothing is narrowed then.
    """
    if population is None or population < 2 or n > population:
        return 1.0
    return sqrt((population - n) / (population - 1))
