"""Rows with problems mended on the screen: once, by one person, through the same importer."""

import pytest
from django.test import Client
from django.urls import reverse

from portcrm.accounts.models import Department
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RowState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportProblem, ImportRun
from portcrm.exchange.services import leave_row_out, mend_row
from portcrm.exchange.tests.factories import make_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    client = Client()
    client.user = make_user(Role.MARKETING, language="en")
    client.force_login(client.user)
    return client


@pytest.fixture
def run(client, tmp_path):
    """Two sound rows, and two with problems: line 3 has two wrong cells, line 4 an odd code."""
    path = make_file(tmp_path, "code,size,since,unused\na,1,,x\nb,many,yesterday,y\nodd,1,,z\nc,7,,\n")
    return ingest("departments", path, by=client.user)


def codes() -> list[str]:
    return list(Department.objects.order_by("code").values_list("code", flat=True))


def counts(run: ImportRun) -> tuple[int, int, int]:
    run.refresh_from_db()
    return run.created, run.skipped, run.rejected


def field(problem: ImportProblem, name: str) -> str:
    return f"row{problem.pk}-{name}"


def mend(client, problem: ImportProblem, version: int = 1, **cells: str):
    data = {field(problem, "version"): version} | {field(problem, f"cell_{index}"): text for index, text in enumerate(problem.raw[:3])}
    return client.post(reverse("exchange:row_mend", args=[problem.pk]), data | {field(problem, name): text for name, text in cells.items()})


def test_a_mended_row_is_stored_and_leaves_the_list(client, run, departments):
    problem = run.problems.get(row_number=3)
    page = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()

    answer = mend(client, problem, cell_1="3", cell_2="2026-01-01")

    after = client.get(answer.url).content.decode()
    problem.refresh_from_db()
    assert f'name="{field(problem, "cell_1")}" value="many"' in page
    assert (codes(), counts(run)) == (["a", "b", "c"], (3, 0, 1))
    assert (problem.state, problem.settled_by, problem.raw) == (RowState.STORED, client.user, ["b", "3", "2026-01-01", "y"])
    assert field(problem, "cell_1") not in after
    assert departments.finished == 2
    assert AuditEvent.objects.get(action="exchange.mend").detail == {"line": 3, "state": "stored"}


def test_a_row_that_is_still_wrong_keeps_what_was_typed_and_says_what_is_left(client, run):
    problem = run.problems.get(row_number=3)

    answer = mend(client, problem, cell_1="3")

    page = client.get(answer.url).content.decode()
    problem.refresh_from_db()
    assert (problem.state, problem.raw[1], len(problem.details)) == (RowState.OPEN, "3", 1)
    assert "“yesterday” is not a date" in page
    assert "“many” is not a number" not in page
    assert (codes(), counts(run)) == (["a", "c"], (2, 0, 2))


def test_cells_that_nobody_touched_stay_what_they_were_in_the_file(client, run):
    ImportProblem.objects.filter(row_number=4).update(raw=["odd", 7.0, None, True])
    problem = run.problems.get(row_number=4)

    client.post(
        reverse("exchange:row_mend", args=[problem.pk]),
        {field(problem, "version"): 1, field(problem, "cell_0"): "even", field(problem, "cell_1"): "7", field(problem, "cell_2"): ""},
    )

    problem.refresh_from_db()
    assert (problem.raw, codes()) == (["even", 7.0, None, True], ["a", "c", "even"])


def test_of_two_people_who_mend_the_same_row_the_second_is_told(client, run):
    problem = run.problems.get(row_number=3)
    mend(client, problem, cell_1="3")

    second = mend(client, problem, cell_1="4", cell_2="2026-01-01")

    problem.refresh_from_db()
    assert second.status_code == 409
    assert "Somebody else has changed this row in the meantime" in second.content.decode()
    assert (problem.raw[1], codes()) == ("3", ["a", "c"])


def test_a_row_that_was_mended_is_not_stored_again(client, run):
    problem = run.problems.get(row_number=4)
    mend_row(problem=problem, cells={0: "even"}, version=1, by=client.user)

    with pytest.raises(RuleBroken) as refusal:
        mend_row(problem=problem, cells={0: "other"}, version=2, by=client.user)

    assert str(refusal.value.message) in {"此行已有人处理。", "Somebody has dealt with this row already."}
    assert (codes(), counts(run)) == (["a", "c", "even"], (3, 0, 1))


def test_a_row_left_out_is_counted_as_such_and_stays_out_of_the_file_of_problems(client, run):
    problem = run.problems.get(row_number=4)

    client.post(reverse("exchange:row_leave_out", args=[problem.pk]))

    response = client.get(reverse("exchange:import_problems", args=[run.pk, "csv"]))
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert (counts(run), [line.split(",")[0] for line in lines]) == ((2, 1, 1), ["code", "b"])
    with pytest.raises(RuleBroken):
        leave_row_out(problem=problem, by=client.user)
    assert counts(run) == (2, 1, 1)


def test_rows_of_a_dry_run_are_never_stored_one_by_one(client, tmp_path):
    run = ingest("departments", make_file(tmp_path, "code,size\nb,many\n"), by=client.user, dry_run=True)

    with pytest.raises(RuleBroken):
        mend_row(problem=run.problems.get(), cells={1: "3"}, version=1, by=client.user)
    answer = mend(client, run.problems.get(), cell_1="3")

    assert (answer.status_code, codes()) == (302, [])


def test_an_importer_that_cannot_take_single_rows_says_so(client, run, departments, monkeypatch):
    monkeypatch.setattr(type(departments), "mends_rows", False)
    page = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()

    answer = mend(client, run.problems.get(row_number=4), cell_0="even")

    assert "mend them in the file" in page
    assert "row_mend" not in page
    assert field(run.problems.get(row_number=4), "cell_0") not in page
    assert (answer.status_code, codes()) == (409, ["a", "c"])


def test_rows_of_somebody_elses_import_are_not_found(run):
    stranger = Client()
    stranger.force_login(make_user(Role.MARKETING))
    problem = run.problems.get(row_number=4)

    answers = [mend(stranger, problem, cell_0="even"), stranger.post(reverse("exchange:row_leave_out", args=[problem.pk]))]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert (codes(), counts(run)) == (["a", "c"], (2, 0, 2))


def test_an_import_that_cannot_be_taken_back_does_not_offer_it(client, run):
    page = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()

    answer = client.get(reverse("exchange:import_revert", args=[run.pk]))

    assert reverse("exchange:import_revert", args=[run.pk]) not in page
    assert answer.status_code == 409
    assert "This kind of import cannot be taken back." in answer.content.decode()
