"""An import of statistics is taken back: the figure before it stands again, the history stays."""

from pathlib import Path

import pytest
from django.urls import reverse

from cargo.models import StatisticSeries, StatisticValue
from cargo.queries.statistics import monthly_series, series_report
from cargo.tests.factories import load_reference
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.enums import ChangeState, RunState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRevert
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.services import decide_change, start_revert

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HEAD = "月份,港口,吞吐量(万吨)"


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


def take_in(folder: Path, *rows: str, by=None):
    path = folder / "figures.csv"
    path.write_text("\n".join((HEAD, *rows)) + "\n")
    return ingest("statistics", path, by=by or make_user(), constants={"source": "演示统计局"})


def take_back(run, by) -> ImportRevert:
    revert = start_revert(run=run, by=by)
    run_revert(revert.pk)
    return ImportRevert.objects.get(pk=revert.pk)


def standing() -> list[tuple[str, int]]:
    return [(f"{month:%m}", int(value)) for month, value in monthly_series(StatisticSeries.objects.get())]


def rows() -> list[tuple]:
    """Month, revision, value, whether it was said last, whether it was taken back."""
    values = StatisticValue.objects.order_by("period", "revision")
    return [(one.period.month, one.revision, int(one.value), one.is_latest, one.taken_back_at is not None) for one in values]


def test_revised_figures_return_to_the_earlier_value_and_the_rows_stay(tmp_path, keeper):
    take_in(tmp_path, "2026-01,CNSHG,12.5", "2026-02,CNSHG,13")
    wrong = take_in(tmp_path, "2026-01,CNSHG,125", "2026-03,CNSHG,130")

    revert = take_back(wrong, keeper)

    assert (revert.state, revert.left) == (RunState.DONE, 0)
    assert standing() == [("01", 125_000), ("02", 130_000)]
    assert rows() == [
        (1, 1, 125_000, True, False),
        (1, 2, 1_250_000, False, True),
        (2, 1, 130_000, True, False),
        (3, 1, 1_300_000, False, True),
    ]


def test_the_right_file_after_the_wrong_one_was_taken_back_counts_on(tmp_path, keeper):
    take_in(tmp_path, "2026-01,CNSHG,12.5")
    take_back(take_in(tmp_path, "2026-01,CNSHG,125", "2026-02,CNSHG,130"), keeper)

    run = take_in(tmp_path, "2026-01,CNSHG,12.6", "2026-02,CNSHG,13")

    assert (run.created, run.updated, run.rejected) == (1, 1, 0)
    assert rows() == [
        (1, 1, 125_000, False, False),
        (1, 2, 1_250_000, False, True),
        (1, 3, 126_000, True, False),
        (2, 1, 1_300_000, False, True),
        (2, 2, 130_000, True, False),
    ]


def test_a_later_revision_stands_when_the_one_before_it_is_taken_back(tmp_path, keeper):
    take_in(tmp_path, "2026-01,CNSHG,12")
    middle = take_in(tmp_path, "2026-01,CNSHG,13")
    last = take_in(tmp_path, "2026-01,CNSHG,14")

    take_back(middle, keeper)
    between = standing()
    take_back(last, keeper)

    assert (between, standing()) == ([("01", 140_000)], [("01", 120_000)])


def test_a_figure_that_a_later_import_says_as_well_stays_until_somebody_insists(tmp_path, keeper):
    first = take_in(tmp_path, "2026-01,CNSHG,12", "2026-02,CNSHG,13")
    take_in(tmp_path, "2026-01,CNSHG,12")

    revert = take_back(first, keeper)
    after = standing()
    change = first.changes.get(state=ChangeState.LEFT)
    decide_change(change=change, insist=True, by=keeper)

    assert (revert.left, change.left[0]["en"]) == (1, "A later import says some of these figures as well; they stay.")
    assert (after, standing()) == ([("01", 120_000)], [])


def test_taken_back_twice_is_taken_back_once(tmp_path, keeper):
    run = take_in(tmp_path, "2026-01,CNSHG,12")

    states = [take_back(run, keeper).state for _each in range(2)]

    assert (states, rows()) == ([RunState.DONE] * 2, [(1, 1, 120_000, False, True)])


def test_pages_show_what_stands_and_the_history_says_what_was_taken_back(tmp_path, keeper, client):
    client.force_login(keeper)
    client.cookies["django_language"] = "en"
    take_in(tmp_path, "2026-01,CNSHG,12")
    take_back(take_in(tmp_path, "2026-01,CNSHG,120"), keeper)
    gone = take_in(tmp_path, "2026-01,CNTAO,9")
    take_back(gone, keeper)
    series = StatisticSeries.objects.get(place__unlocode="CNSHG")

    listed = client.get(reverse("cargo:statistic_list")).context["listing"].rows
    page = client.get(series.get_absolute_url()).content.decode()
    figures = client.get(f"{reverse('cargo:figure_list')}?taken_back=true").context["listing"].rows

    (point,) = series_report(series, keeper).points
    assert [row.pk for row in listed] == [series.pk]
    assert (int(point.value), [int(value.value) for value in point.earlier]) == (120_000, [1_200_000])
    assert "taken back</span>" in page
    assert sorted(int(row.value) for row in figures) == [90_000, 1_200_000]
    assert client.get(StatisticSeries.objects.get(place__unlocode="CNTAO").get_absolute_url()).status_code == 200


def test_the_page_of_the_import_offers_to_take_it_back(tmp_path, keeper, client):
    client.force_login(keeper)
    client.cookies["django_language"] = "en"
    run = take_in(tmp_path, "2026-01,CNSHG,12", by=keeper)

    page = client.get(run.get_absolute_url()).content.decode()

    assert reverse("exchange:import_revert", args=[run.pk]) in page
