"""methods/published-examples.csv of the sample files, row by row: what it says is what our figures say."""

import csv
import re
from functools import partial

import pytest

from feedback.analysis.control import p_chart
from feedback.analysis.proportions import wilson
from feedback.analysis.recommendation import from_counts
from feedback.analysis.reliability import cronbach_alpha
from feedback.analysis.samples import sample_size

# Rows whose figures are made elsewhere than in opinions; a row of a new area is neither here nor below and fails.
NOT_OF_OPINIONS = {"BG/NBD", "Gamma-Gamma", "AHP", "TOPSIS", "Seasonal index"}


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", text)]


def table(samples, address: str) -> list[dict[str, str]]:
    with (samples.parent / address).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def wilson_ends(row) -> list[float]:
    hits, n = numbers(row["input"])
    found = wilson(int(hits), int(n))
    return [found.low, found.high]


def score_and_error(row) -> list[float]:
    found = from_counts(*(int(one) for one in numbers(row["input"])))
    return [found.score, found.standard_error]


def alpha_and_ends(row, samples) -> list[float]:
    found = cronbach_alpha([[float(value) for value in one.values()] for one in table(samples, row["input"])])
    return [found.value, found.low, found.high]


def centre(row, samples) -> list[float]:
    waves = table(samples, row["input"])
    return [p_chart([int(one["nonconforming"]) for one in waves], [int(one["n"]) for one in waves]).centre]


def sizes(row) -> list[float]:
    return [sample_size(int(one)) for one in numbers(row["input"])]


def digits_of(text: str) -> int:
    return len(text.partition(".")[2])


@pytest.mark.samples
def test_every_published_example_is_reproduced_to_its_last_digit(samples):
    ours = {
        "Wilson": wilson_ends,
        "NPS": score_and_error,
        "Cronbach alpha": partial(alpha_and_ends, samples=samples),
        "p chart": partial(centre, samples=samples),
        "Krejcie-Morgan": sizes,
    }
    rows = table(samples, "methods/published-examples.csv")

    wrong = []
    for row in rows:
        if row["area"] in NOT_OF_OPINIONS:
            continue
        printed = row["value"].split()
        found = [f"{one:.{digits_of(text)}f}" for one, text in zip(ours[row["area"]](row), printed, strict=True)]
        wrong += [] if found == printed else [(row["area"], found, printed)]

    assert wrong == []
    assert {row["area"] for row in rows} == NOT_OF_OPINIONS | set(ours)
