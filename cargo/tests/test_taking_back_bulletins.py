"""A bulletin stands among the imports and is taken back like them: the figure before it stands again, the history stays."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from cargo.models import StatisticSeries, StatisticValue
from cargo.services.bulletins import take_in_bulletins
from cargo.tests.factories import load_reference
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.exchange.enums import ChangeState, RunState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRevert, ImportRun
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.services import decide_change, start_revert

pytestmark = [pytest.mark.django_db, pytest.mark.database]
UPLOAD = "/cargo/statistics/bulletins/new/"
TITLE = "2026年6月港口生产完成情况一览表"


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def staff(client, keeper):
    client.force_login(keeper)
    client.cookies["django_language"] = "en"
    return client


def text_of(*lines: str) -> str:
    return "\n".join([TITLE, *lines])


def take_in(*lines: str, by) -> ImportRun:
    return take_in_bulletins(content=text_of(*lines).encode(), source="演示交通厅", by=by).run


def take_back(run: ImportRun, by) -> ImportRevert:
    revert = start_revert(run=run, by=by)
    run_revert(revert.pk)
    return ImportRevert.objects.get(pk=revert.pk)


def rows(measure: str = "period") -> list[tuple]:
    """Value, revision, whether it was said last, whether it was taken back."""
    values = StatisticValue.objects.filter(series__measure=measure, series__place_name="演示港").order_by("revision")
    return [(int(one.value), one.revision, one.is_latest, one.taken_back_at is not None) for one in values]


def test_the_figures_before_it_stand_again_and_the_rows_stay(keeper):
    take_in("1.演示港 万吨 30 5 1 1", by=keeper)
    wrong = take_in("1.演示港 万吨 300 50 1 1", "2.近港 万吨 7 2 1 1", by=keeper)

    revert = take_back(wrong, keeper)

    assert (wrong.created, wrong.updated, wrong.skipped, wrong.rejected, wrong.state) == (1, 1, 0, 0, RunState.DONE)
    assert (revert.state, revert.left) == (RunState.DONE, 0)
    assert rows() == [(50_000, 1, True, False), (500_000, 2, False, True)]
    nearby = StatisticValue.objects.filter(series__place_name="近港")
    assert {(value.is_latest, value.taken_back_at is None) for value in nearby} == {(False, False)}


def test_the_right_text_after_the_wrong_one_counts_on(keeper):
    take_back(take_in("1.演示港 万吨 300 50 1 1", by=keeper), keeper)

    take_in("1.演示港 万吨 30 5 1 1", by=keeper)

    assert rows() == [(500_000, 1, False, True), (50_000, 2, True, False)]


def test_a_figure_that_a_later_bulletin_says_as_well_stays_until_somebody_insists(keeper):
    first = take_in("1.演示港 万吨 30 5 1 1", by=keeper)
    again = take_in("1.演示港 万吨 30 5 1 1", by=keeper)

    revert = take_back(first, keeper)
    between = rows()
    for change in first.changes.filter(state=ChangeState.LEFT):
        decide_change(change=change, insist=True, by=keeper)

    assert (again.created, again.updated, again.skipped, revert.left) == (0, 0, 1, 4)
    assert (between, rows()) == ([(50_000, 1, True, False)], [(50_000, 1, False, True)])


def test_an_imported_table_and_a_bulletin_bear_witness_to_each_other(tmp_path: Path, keeper):
    bulletin = take_in("1.演示港 万吨 30 5 1 1", by=keeper)
    series = StatisticSeries.objects.get(place_name="演示港", measure="period")
    table = tmp_path / "figures.csv"
    table.write_text("月份,港口,吞吐量(万吨)\n2026-06,演示港,5\n")
    said_again = ingest("statistics", table, by=keeper, constants={"source": "演示交通厅"})

    revert = take_back(bulletin, keeper)

    assert list(said_again.changes.values_list("target", flat=True)) == [series.pk]
    assert (revert.left, rows(), rows("to_date")) == (1, [(50_000, 1, True, False)], [(300_000, 1, False, True)])


def test_it_is_taken_back_from_its_page(staff, keeper, django_capture_on_commit_callbacks):
    answer = staff.post(
        UPLOAD, {"source": "演示交通厅", "file": SimpleUploadedFile("june.txt", text_of("1.演示港 万吨 30 5 1 1").encode())}
    )
    run = ImportRun.objects.get()
    page = staff.get(run.get_absolute_url()).content.decode()
    listed = staff.get(reverse("exchange:import_list")).content.decode()

    staff.post(reverse("exchange:import_revert", args=[run.pk]))
    run_revert(ImportRevert.objects.get().pk)
    after = staff.get(run.get_absolute_url()).content.decode()
    series = StatisticSeries.objects.get(measure="period")

    assert f'href="{run.get_absolute_url()}"' in answer.content.decode()
    assert (run.file_name, run.created_by, bool(run.file), "june.txt" in listed) == ("june.txt", keeper, False, True)
    assert (reverse("exchange:import_revert", args=[run.pk]) in page, "wizard-steps" in page) == (True, False)
    assert "taken back by" in after
    assert not series.values.filter(is_latest=True).exists()
    assert AuditEvent.objects.filter(action="statistic.take_in_bulletin").count() == 1


def test_somebody_elses_bulletin_is_not_taken_back(client, keeper):
    run = take_in("1.演示港 万吨 30 5 1 1", by=keeper)
    client.force_login(make_user(Role.MARKETING))

    answer = client.post(reverse("exchange:import_revert", args=[run.pk]))

    assert (answer.status_code, ImportRevert.objects.count(), rows()) == (404, 0, [(50_000, 1, True, False)])


def test_pasted_text_goes_by_its_heading_and_a_file_by_its_name(staff, tmp_path: Path):
    staff.post(UPLOAD, {"source": "演示交通厅", "text": text_of("1.演示港 万吨 30 5 1 1")})
    path = tmp_path / "june.txt"
    path.write_text(text_of("1.演示港 万吨 30 5 1 1"))

    call_command("ingest", "bulletin", str(path))

    size = path.stat().st_size
    assert list(ImportRun.objects.order_by("pk").values_list("file_name", "file_size")) == [(TITLE, size), ("june.txt", size)]


def test_a_line_that_contradicts_another_counts_for_nothing(keeper):
    run = take_in("1.演示港 万吨 30 5 1 1", "2.演示港 万吨 31 5 1 1", by=keeper)

    assert (run.created, run.total, run.problems.count()) == (1, 1, 0)
    assert StatisticValue.objects.filter(import_run_id=run.pk, value=Decimal(310_000)).count() == 0


def test_of_a_text_that_is_refused_no_import_is_left(staff):
    staff.post(UPLOAD, {"source": "演示交通厅", "text": "今天天气很好"})

    assert ImportRun.objects.count() == 0


def test_a_file_whose_name_is_in_no_encoding_is_taken_in_and_told_of(tmp_path, capsys):
    """An archive made elsewhere leaves names behind that are GBK bytes to a UTF-8 file system."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb9\xe3\xce\xf7.txt"))
    path.write_text(text_of("1.演示港 万吨 30 5 1 1"), encoding="utf-8")

    call_command("ingest", "bulletin", str(path))

    name = ImportRun.objects.get().file_name
    assert (name.endswith(".txt"), name.isprintable(), name in capsys.readouterr().out) == (True, True, True)
