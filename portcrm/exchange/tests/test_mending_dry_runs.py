"""Rows with problems mended already after the dry run: checked again at once, nothing stored, taken as mended by the import."""

import csv
import io

import pytest
import xlsxwriter
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from portcrm.accounts.models import Department
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange import foreseeing
from portcrm.exchange.enums import Choice, RowKind, RowState, RunState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import Forecast, ImportProblem, ImportRun
from portcrm.exchange.problems import FileProblem
from portcrm.exchange.running import run_import
from portcrm.exchange.services import draft_again, import_rehearsed, leave_rehearsed_out, mend_rehearsed, mend_row, start
from portcrm.exchange.tests.factories import DepartmentImporter, make_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    client = Client()
    client.user = make_user(Role.MARKETING, language="en")
    client.force_login(client.user)
    return client


@pytest.fixture
def rehearsal(client, tmp_path):
    """Two sound rows, and three with problems: line 3 has two wrong cells, line 4 an odd code, line 6 one cell too many."""
    path = make_file(tmp_path, "code,size,since\na,1,\nb,many,yesterday\nodd,1,\nc,7,\nd,1,,shifted\n")
    return ingest("departments", path, by=client.user, dry_run=True)


def codes() -> list[str]:
    return list(Department.objects.order_by("code").values_list("code", flat=True))


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    run = ImportRun.objects.get(pk=run.pk)
    return run.created, run.updated, run.skipped, run.rejected


def import_it(rehearsal: ImportRun, by) -> ImportRun:
    run = import_rehearsed(run=rehearsal, by=by)
    run_import(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def problem_of(run: ImportRun, line: int) -> ImportProblem:
    return run.problems.get(row_number=line)


def mend(client, problem: ImportProblem, version: int = 1, alone: bool = False, **cells: str):
    """Send the form of a row as a browser does: every cell, some of them typed anew."""
    prefix = f"row{problem.pk}-"
    told = Forecast.objects.filter(run=problem.run_id, row_number=problem.row_number).first()
    data = {f"{prefix}version": version, f"{prefix}seen": told.mark if told else ""}
    data |= {f"{prefix}cell_{index}": text for index, text in enumerate(problem.raw[:3])}
    data |= {f"{prefix}{name}": text for name, text in cells.items()} | ({"alone": "1"} if alone else {})
    return client.post(reverse("exchange:row_mend", args=[problem.pk]), data)


def leave_out(client, problem: ImportProblem):
    """Send the same form by its other button, as the page showed the row."""
    return client.post(reverse("exchange:row_leave_out", args=[problem.pk]), {f"row{problem.pk}-version": problem.version})


def page_of(client, run: ImportRun) -> str:
    return client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()


def test_a_row_mended_after_the_dry_run_is_checked_again_and_imported_as_mended(client, rehearsal, departments):
    problem = problem_of(rehearsal, 3)
    before = page_of(client, rehearsal)

    answer = mend(client, problem, cell_1="3", cell_2="2026-01-01")

    after = client.get(answer.url).content.decode()
    stored_by_mending, counted = codes(), counts(rehearsal)
    earnest = import_it(rehearsal, client.user)
    problem.refresh_from_db()
    assert f'name="row{problem.pk}-cell_1" value="many"' in before
    assert "Line 3 was checked again: Would be added." in after
    assert f"row{problem.pk}-cell_1" not in after
    assert "b · 3 · 2026-01-01" in after
    assert (problem.state, problem.settled_by, problem.details) == (RowState.STORED, client.user, [])
    assert (stored_by_mending, counted, departments.finished) == ([], (3, 0, 0, 2), 2)
    assert (codes(), counts(earnest)) == (["a", "b", "c"], (3, 0, 0, 2))
    assert list(earnest.problems.order_by("row_number").values_list("row_number", flat=True)) == [4, 6]


def test_who_mends_a_row_of_a_dry_run_is_in_the_audit_log(client, rehearsal):
    mend(client, problem_of(rehearsal, 4), cell_0="even")

    event = AuditEvent.objects.get(action="exchange.mend")
    assert (event.actor_id, event.detail) == (client.user.pk, {"line": 4, "state": "stored"})


def test_a_row_that_is_still_wrong_says_what_is_left_and_the_import_keeps_what_was_typed(client, rehearsal):
    answer = mend(client, problem_of(rehearsal, 3), cell_1="3")

    page = client.get(answer.url).content.decode()
    earnest = import_it(rehearsal, client.user)
    left = problem_of(earnest, 3)
    assert "“yesterday” is not a date" in page
    assert "“many” is not a number" not in page
    assert counts(rehearsal) == (2, 0, 0, 3)
    assert (left.raw, [detail["column"] for detail in left.details], codes()) == (["b", "3", "yesterday"], ["since"], ["a", "c"])


def test_a_mended_row_is_told_as_what_it_has_become(client, rehearsal):
    make_department(code="known")

    mend(client, problem_of(rehearsal, 4), cell_0="known")

    assert Forecast.objects.get(run=rehearsal, row_number=4).kind == RowKind.UPDATE
    assert counts(rehearsal) == (2, 1, 0, 2)


def test_a_mended_row_can_be_mended_again_until_the_import(client, rehearsal):
    problem = problem_of(rehearsal, 4)
    mend(client, problem, cell_0="evne")

    worse = client.get(mend(client, problem_of(rehearsal, 4), version=2, cell_0="odd").url).content.decode()
    counted = counts(rehearsal)
    mend(client, problem_of(rehearsal, 4), version=3, cell_0="even")

    import_it(rehearsal, client.user)
    assert "This code is odd." in worse
    assert (counted, codes()) == ((2, 0, 0, 3), ["a", "c", "even"])
    with pytest.raises(RuleBroken):
        mend_rehearsed(problem=problem, cells={0: "late"}, version=4, seen="", by=client.user)


def test_of_two_people_who_mend_the_same_row_of_a_dry_run_the_second_is_told(client, rehearsal):
    problem = problem_of(rehearsal, 4)
    mend(client, problem, cell_0="even")

    second = mend(client, problem, cell_0="other")

    assert second.status_code == 409
    assert "Somebody else has changed this row in the meantime" in second.content.decode()
    assert problem_of(rehearsal, 4).raw[0] == "even"


def test_a_row_whose_cells_have_shifted_is_mended_to_the_width_of_the_header(client, rehearsal):
    mend(client, problem_of(rehearsal, 6), cell_0="d")

    import_it(rehearsal, client.user)
    assert codes() == ["a", "c", "d"]


def test_a_row_left_out_in_the_dry_run_is_left_out_by_the_import_unless_it_is_mended_after_all(client, rehearsal):
    for line in (3, 4):
        leave_out(client, problem_of(rehearsal, line))
    page = page_of(client, rehearsal)
    mend(client, problem_of(rehearsal, 4), cell_0="even")

    earnest = import_it(rehearsal, client.user)

    assert f'id="line-{problem_of(rehearsal, 3).pk}"' not in page
    assert page.partition('id="mended"')[2].count(">Leave out<") == 2  # a badge in the row of each
    assert (codes(), counts(earnest)) == (["a", "c", "even"], (3, 0, 1, 1))


def test_who_leaves_a_row_of_a_dry_run_out_is_in_the_audit_log(client, rehearsal):
    leave_out(client, problem_of(rehearsal, 4))

    event = AuditEvent.objects.get(action="exchange.choose")
    assert (event.actor_id, event.detail) == (client.user.pk, {"line": 4, "choice": "skip"})


def test_a_row_that_somebody_has_mended_in_the_meantime_is_not_left_out_from_an_older_page(client, rehearsal):
    older = problem_of(rehearsal, 4)
    mend(client, older, cell_0="even")

    answers = [leave_out(client, older), client.post(reverse("exchange:row_leave_out", args=[older.pk]))]

    import_it(rehearsal, client.user)
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "Somebody else has changed this row in the meantime" in answers[0].content.decode()
    assert not AuditEvent.objects.filter(action="exchange.choose").exists()
    assert codes() == ["a", "c", "even"]


def test_a_row_that_would_keep_the_whole_file_out_says_so(client, rehearsal, departments, monkeypatch):
    def refuse(rows, *, run, by):
        raise FileProblem("A file is of one day.")

    monkeypatch.setattr(departments, "write", refuse, raising=False)

    row = mend_rehearsed(problem=problem_of(rehearsal, 4), cells={0: "even"}, version=1, seen="", by=client.user)

    assert (row.kind, row.messages, problem_of(rehearsal, 4).state) == (RowKind.FAULT, ["A file is of one day."], RowState.OPEN)


def test_another_choice_of_columns_keeps_what_was_mended_and_looks_at_the_row_among_the_others(client, rehearsal):
    mend(client, problem_of(rehearsal, 4), cell_0="even")
    mend(client, problem_of(rehearsal, 3), cell_1="3")

    again = draft_again(run=rehearsal, by=client.user)
    start(run=again, by=client.user)
    run_import(again.pk)

    told = {row.row_number: (row.state, row.raw[:2], len(row.details)) for row in again.problems.all()}
    assert told == {4: (RowState.STORED, ["even", "1"], 0), 3: (RowState.OPEN, ["b", "3"], 1), 6: (RowState.OPEN, ["d", "1"], 1)}
    assert (counts(again), codes()) == ((3, 0, 0, 2), [])
    import_it(again, client.user)
    assert codes() == ["a", "c", "even"]


def test_a_row_brought_along_mended_is_listed_and_mended_again_in_the_new_dry_run(client, rehearsal):
    make_department(code="known")
    mend(client, problem_of(rehearsal, 4), cell_0="known")
    again = draft_again(run=rehearsal, by=client.user)
    start(run=again, by=client.user)
    run_import(again.pk)
    counted, page = counts(again), page_of(client, again)

    mend(client, problem_of(again, 4), version=2, cell_0="even")

    listed = page.partition('id="mended"')[2]
    assert (counted, counts(again)) == ((2, 1, 0, 2), (3, 0, 0, 2))
    assert ("known · 1" in listed, reverse("exchange:row_mend", args=[problem_of(again, 4).pk]) in listed) == (True, True)
    assert Forecast.objects.get(run=again).kind == RowKind.NEW


def test_a_mended_row_of_which_the_dry_run_tells_nothing_is_mended_again_all_the_same(client, rehearsal):
    mend(client, problem_of(rehearsal, 4), cell_0="even")
    Forecast.objects.all().delete()

    mend(client, problem_of(rehearsal, 4), version=2, cell_0="odd")

    assert (counts(rehearsal), problem_of(rehearsal, 4).state) == ((2, 0, 0, 3), RowState.OPEN)


def test_of_a_file_refused_for_a_mended_row_only_this_row_is_rejected(client, rehearsal, departments, monkeypatch):
    def refuse_strangers(rows, *, run, by):
        if any(row.values["code"] == "stranger" for row in rows):
            raise FileProblem("A file is of one day.")
        return type(departments).write(departments, rows, run=run, by=by)

    mend(client, problem_of(rehearsal, 4), cell_0="stranger")
    again = draft_again(run=rehearsal, by=client.user)
    start(run=again, by=client.user)
    monkeypatch.setattr(departments, "write", refuse_strangers, raising=False)

    run_import(again.pk)

    row = problem_of(again, 4)
    assert (ImportRun.objects.get(pk=again.pk).state, counts(again)) == (RunState.DONE, (2, 0, 0, 3))
    assert (row.state, row.messages) == (RowState.OPEN, ["A file is of one day."])
    mend(client, row, version=2, cell_0="even")
    import_it(again, client.user)
    assert codes() == ["a", "c", "even"]


def test_the_page_of_one_row_shows_what_would_become_of_it_and_leads_to_the_next(client, rehearsal):
    problem = problem_of(rehearsal, 3)
    url = reverse("exchange:row_mend", args=[problem.pk])
    before = client.get(url).content.decode()

    answer = mend(client, problem, alone=True, cell_1="3", cell_2="2026-01-01")

    after = client.get(answer.url).content.decode()
    assert f'name="row{problem.pk}-cell_1" value="many"' in before
    assert reverse("exchange:row_mend", args=[problem_of(rehearsal, 4).pk]) in before
    assert answer.url == url
    assert 'id="foreseen"' in after
    assert f'name="row{problem.pk}-cell_1" value="3"' in after


def test_once_imported_the_page_of_a_row_offers_nothing_more(client, rehearsal):
    problem = problem_of(rehearsal, 3)
    import_it(rehearsal, client.user)

    page = client.get(reverse("exchange:row_mend", args=[problem.pk])).content.decode()

    assert "This row is mended no more." in page
    assert f"row{problem.pk}-cell_1" not in page
    assert mend(client, problem, cell_1="3", cell_2="").status_code == 409
    assert problem_of(rehearsal, 3).raw[1] == "many"


def test_a_formula_without_a_result_stays_one_where_another_cell_was_mended(client, tmp_path):
    path = tmp_path / "departments.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["code", "名称", "size"])
    sheet.write_row(1, 0, ["a", "", "many"])
    sheet.write_formula(1, 1, '="岸"&"边"', None, "")
    book.close()
    rehearsal, earnest = (ingest("departments", path, by=client.user, dry_run=dry_run) for dry_run in (True, False))

    row = mend_rehearsed(problem=problem_of(rehearsal, 2), cells={2: "3"}, version=1, seen="", by=client.user)
    after = mend_row(problem=problem_of(earnest, 2), cells={2: "3"}, version=1, by=client.user)
    again = import_it(rehearsal, client.user)

    assert (row.kind, [detail["column"] for detail in row.details]) == (RowKind.FAULT, ["名称"])
    assert (after.state, counts(again), codes()) == (RowState.OPEN, (0, 0, 0, 1), [])


def test_rows_of_somebody_elses_dry_run_are_not_found(rehearsal):
    stranger = Client()
    stranger.force_login(make_user(Role.MARKETING))
    problem = problem_of(rehearsal, 4)

    answers = [
        stranger.get(reverse("exchange:row_mend", args=[problem.pk])),
        mend(stranger, problem, cell_0="even"),
        leave_out(stranger, problem),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert "This code is odd." not in answers[0].content.decode()
    assert (problem_of(rehearsal, 4).raw[0], Forecast.objects.filter(run=rehearsal).count()) == ("odd", 0)


def test_leaving_out_and_importing_at_once_is_decided_by_who_comes_first(client, rehearsal):
    import_rehearsed(run=rehearsal, by=client.user)

    with pytest.raises(RuleBroken) as refusal:
        leave_rehearsed_out(problem=problem_of(rehearsal, 4), version=1, seen="", by=client.user)

    assert str(refusal.value.message) in {"这次试导入已经正式导入。", "This dry run has been imported already."}
    assert not Forecast.objects.filter(choice=Choice.SKIP).exists()
    assert ImportRun.objects.get(dry_run=False).state == RunState.WAITING


def test_every_row_with_problems_of_a_dry_run_comes_back_as_a_file_and_can_be_mended(client, tmp_path, monkeypatch):
    monkeypatch.setattr(DepartmentImporter, "chunk_rows", 500)
    monkeypatch.setattr(foreseeing, "BATCH", 400)
    rows = "".join(f"d{number},many\n" for number in range(1200))
    rehearsal = ingest("departments", make_file(tmp_path, f"code,size\na,1\n{rows}odd,1\n"), by=client.user, dry_run=True)

    response = client.get(reverse("exchange:import_problems", args=[rehearsal.pk, "csv"]))
    listed = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    mend(client, problem_of(rehearsal, 1203), cell_0="even")

    assert [row[0] for row in listed[1:]] == [*(f"d{number}" for number in range(1200)), "odd"]
    assert (listed[1200], listed[1201]) == (
        ["d1199", "many", "1202", "size: “many” is not a number."],
        ["odd", "1", "1203", "code: This code is odd."],
    )
    import_it(rehearsal, client.user)
    assert codes() == ["a", "even"]


def test_a_dry_run_that_is_begun_anew_keeps_each_row_with_problems_once(client, tmp_path):
    """Its worker died while it tried the last rows: nothing of it is kept, in the database or elsewhere."""
    rehearsal = ingest("departments", make_file(tmp_path, "code,size\nb,many\nc,few\n"), by=client.user, dry_run=True)
    again = draft_again(run=rehearsal, by=client.user)
    start(run=again, by=client.user)
    with pytest.raises(OperationalError):
        run_import(again.pk, say=gone_away)
    ImportRun.objects.filter(pk=again.pk).update(lease_until=now())

    run_import(again.pk)

    assert list(again.problems.order_by("row_number").values_list("row_number", flat=True)) == [2, 3]


def gone_away(run: ImportRun) -> None:
    raise OperationalError


def test_more_rows_with_problems_than_a_workbook_may_hold_are_handed_out_as_csv(client, rehearsal, settings):
    settings.MAX_WORKBOOK_ROWS = 2

    workbook, text = (client.get(reverse("exchange:import_problems", args=[rehearsal.pk, name])) for name in ("xlsx", "csv"))

    assert (workbook.status_code, text.status_code) == (409, 200)
    assert "More than 2 rows have problems, more than a workbook may hold here. Please take the CSV file." in workbook.content.decode()
    assert AuditEvent.objects.filter(action="exchange.export").count() == 1
