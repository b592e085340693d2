import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from portcrm.accounts.models import Department
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.exchange.enums import RunState
from portcrm.exchange.importing import SummaryLine, WriteResult
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportProblem, ImportRun, RememberedMapping
from portcrm.exchange.problems import FileProblem
from portcrm.exchange.tests.factories import make_file

pytestmark = pytest.mark.django_db


def codes() -> list[str]:
    return list(Department.objects.order_by("code").values_list("code", flat=True))


def counts(run: ImportRun) -> tuple[int, int, int]:
    return run.created, run.updated, run.rejected


def problems(run: ImportRun) -> list[tuple[int, list[str]]]:
    with translation.override("en"):
        return [(problem.row_number, problem.messages) for problem in run.problems.order_by("row_number")]


def test_rows_are_stored_chunk_by_chunk_and_counted(tmp_path, departments):
    path = make_file(tmp_path, "code,Chinese name\n" + "".join(f"d{number},部门\n" for number in range(8)))

    run = ingest("departments", path, by=make_user())

    assert (run.state, run.total, run.done, counts(run)) == (RunState.DONE, 8, 8, (8, 0, 0))
    assert codes() == [f"d{number}" for number in range(8)]
    assert departments.finished == 1


def test_columns_are_matched_by_chinese_and_english_names(tmp_path):
    path = make_file(tmp_path, "名称;编号;English name\n集装箱部;box;Containers\n".encode("gb18030"))

    ingest("departments", path, by=make_user())

    department = Department.objects.get()
    assert (department.code, department.name_zh, department.name_en) == ("box", "集装箱部", "Containers")


def test_a_row_with_problems_is_kept_as_it_was_and_the_others_are_stored(tmp_path):
    path = make_file(tmp_path, "code,size,since\na,12,2020-01-01\nb,many,yesterday\n,3,\nodd,1,\nc,7,\n")

    run = ingest("departments", path, by=make_user())

    assert codes() == ["a", "c"]
    assert counts(run) == (2, 0, 3)
    assert problems(run) == [
        (3, ["size: “many” is not a number.", "since: “yesterday” is not a date; write it as 2026-11-23."]),
        (4, ["code: This cell must not be empty."]),
        (5, ["code: This code is odd."]),
    ]
    assert run.problems.get(row_number=3).raw == ["b", "many", "yesterday"]


def test_problems_are_told_in_chinese_too(tmp_path):
    run = ingest("departments", make_file(tmp_path, "code,size\na,many\n"), by=make_user())

    with translation.override("zh-hans"):
        assert run.problems.get().messages == ["size: “many”不是数字。"]


def test_a_row_that_breaks_a_rule_does_not_take_its_chunk_with_it(tmp_path):
    path = make_file(tmp_path, "code\na\nbroken\nb\nc\nd\n")

    run = ingest("departments", path, by=make_user())

    assert codes() == ["a", "b", "c", "d"]
    assert problems(run) == [(3, ["This department must not exist."])]


def test_a_row_that_breaks_a_rule_of_the_database_is_named(tmp_path):
    path = make_file(tmp_path, "code,English name\na,A\nb," + "x" * 300 + "\nc,C\n")

    run = ingest("departments", path, by=make_user())

    assert codes() == ["a", "c"]
    assert problems(run) == [(3, ["A value of this row is too long or out of range."])]


def test_a_dry_run_gives_the_counts_of_the_run_and_stores_nothing(tmp_path, departments):
    path = make_file(tmp_path, "code\na\nodd\na\nb\nc\n")

    rehearsed = ingest("departments", path, by=make_user(), dry_run=True)
    after_dry_run = codes()
    run = ingest("departments", path, by=make_user())

    assert after_dry_run == []
    assert (rehearsed.state, counts(rehearsed)) == (RunState.DONE, (3, 1, 1))
    assert counts(run) == counts(rehearsed)
    assert problems(rehearsed) == problems(run)


def test_the_import_is_told_in_the_audit_log_and_the_dry_run_is_not(tmp_path):
    path, person = make_file(tmp_path, "code\na\n"), make_user(name="王 经办")

    ingest("departments", path, by=person, dry_run=True)
    ingest("departments", path, by=person)

    event = AuditEvent.objects.get()
    assert (event.actor_name, event.action, event.channel, event.detail["created"]) == ("王 经办", "exchange.import", "import", 1)


def test_a_mapping_is_remembered_for_files_of_the_same_columns(tmp_path):
    first = make_file(tmp_path, "key,label\na,甲\n")
    ingest("departments", first, {"code": "key", "name_zh": "label"}, by=make_user())

    ingest("departments", make_file(tmp_path, "key,label\nb,乙\n"), by=make_user())

    assert dict(Department.objects.values_list("code", "name_zh")) == {"a": "甲", "b": "乙"}
    assert RememberedMapping.objects.get().mapping == {"code": 0, "name_zh": 1}


def test_a_field_can_have_the_same_value_in_every_row(tmp_path):
    ingest("departments", make_file(tmp_path, "code\na\nb\n"), by=make_user(), constants={"name_en": "Team"})

    assert set(Department.objects.values_list("name_en", flat=True)) == {"Team"}


def test_the_command_prints_progress_and_a_summary(tmp_path):
    out = io.StringIO()
    path = make_file(tmp_path, "key\na\nodd\n")

    with translation.override("en"):
        call_command("ingest", "departments", str(path), "--map", "code=key", stdout=out)

    assert out.getvalue().splitlines() == [
        "2 / 2",
        "Line 3: key: This code is odd.",
        "1 added, 0 updated, 0 left as they were, 1 with problems, of 2 rows",
        "Done.",
    ]


def test_an_importer_adds_its_own_lines_to_the_result(tmp_path, departments, monkeypatch):
    lines = [SummaryLine("Sum", "3 of 3", ok=True), SummaryLine("Other sum", "2 of 3", ok=False), SummaryLine("Note", "as usual")]
    monkeypatch.setattr(type(departments), "summary", lambda self, run: lines)
    out = io.StringIO()

    call_command("ingest", "departments", str(make_file(tmp_path, "code\na\n")), stdout=out)

    assert out.getvalue().splitlines()[2:5] == ["✓ Sum: 3 of 3", "✗ Other sum: 2 of 3", "Note: as usual"]


def test_an_importer_sees_the_whole_line_and_not_only_the_mapped_columns(tmp_path, departments, monkeypatch):
    seen = []
    monkeypatch.setattr(type(departments), "write", lambda self, rows, *, run, by: seen.extend(rows) or WriteResult(created=1))

    ingest("departments", make_file(tmp_path, "code,unknown\na,7\n"), by=make_user())

    assert [(row.number, row.values, row.cells) for row in seen] == [(2, {"code": "a"}, ["a", "7"])]


def test_a_problem_with_the_file_as_a_whole_ends_the_run_and_blames_no_row(tmp_path, departments, monkeypatch):
    def write(self, rows, *, run, by):
        raise FileProblem("Start again.")

    monkeypatch.setattr(type(departments), "write", write)

    run = ingest("departments", make_file(tmp_path, "code\na\nb\n"), by=make_user())

    assert (run.state, run.problem, run.problems.count()) == (RunState.FAILED, "Start again.", 0)


def test_a_list_without_header_is_read_by_column_number(tmp_path):
    path = make_file(tmp_path, "a\nb\n", "list.txt")

    call_command("ingest", "departments", str(path), "--no-header", "--map", "code=1", stdout=io.StringIO())

    assert codes() == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--map", "code=nowhere"], "The file has no column “nowhere”. Its columns are: key, key (2)."),
        (["--map", "code=key"], "Column “key” occurs several times; name it by its number."),
        (["--map", "colour=1"], "There is no field “colour”. The fields are: code, name_en, name_zh, since, size."),
        ([], "Please choose a column for “Code”."),
        (["--map", "code"], "“code” should be FIELD=VALUE."),
        (["--map", "code=1", "--set", "size=many"], "Size: “many” is not a number."),
        (["--map", "code=1", "--as", "nobody@portcrm.invalid"], "Nobody here has the e-mail address nobody@portcrm.invalid."),
    ],
)
def test_the_command_says_what_is_wrong_with_its_arguments(tmp_path, arguments, message):
    path = make_file(tmp_path, "key,key\na,b\n")

    with translation.override("en"), pytest.raises(CommandError) as refusal:
        call_command("ingest", "departments", str(path), *arguments, stdout=io.StringIO())

    assert str(refusal.value) == message
    assert (codes(), ImportProblem.objects.count()) == ([], 0)
