"""The pages of an import, from the choice of what to the file of problems."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portcrm.accounts.models import Department
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.exchange.enums import RunState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRun
from portcrm.exchange.running import run_import
from portcrm.exchange.tests.factories import DepartmentImporter, make_file
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db
LIST_QUERIES = 3


def client_of(*roles, **fields) -> Client:
    client = Client()
    client.user = make_user(*roles, **{"language": "en"} | fields)
    client.force_login(client.user)
    return client


@pytest.fixture
def client():
    return client_of(Role.MARKETING)


def upload(client, content: str | bytes, name: str = "departments.csv", **fields):
    data = content if isinstance(content, bytes) else content.encode()
    url = reverse("exchange:import_upload", args=["departments"])
    return client.post(url, {"file": SimpleUploadedFile(name, data), **fields})


def columns_of(run: ImportRun, **chosen) -> dict:
    """The mapping form as the browser sends it back, with some choices changed."""
    fields = {f"column_{name}": str(index) for name, index in run.mapping.items()}
    return fields | {f"column_{name}": value for name, value in chosen.items()}


def text_of(response) -> str:
    return response.content.decode()


def test_imports_of_one_kind_are_listed_under_its_name(client):
    upload(client, "code,Chinese name\na,甲\n")

    page = client.get(reverse("exchange:import_list"), {"importer": "departments"})

    assert [chip.text for chip in page.context["listing"].chips] == [str(DepartmentImporter.label)]
    assert len(page.context["listing"].rows) == 1


def test_a_file_goes_through_dry_run_and_import(client):
    upload(client, "code,Chinese name\na,甲\nodd,乙\n")
    rehearsal = ImportRun.objects.get()
    client.post(reverse("exchange:import_columns", args=[rehearsal.pk]), columns_of(rehearsal))
    run_import(rehearsal.pk)
    result = text_of(client.get(reverse("exchange:import_run", args=[rehearsal.pk])))
    stored_by_dry_run = Department.objects.count()

    client.post(reverse("exchange:import_start", args=[rehearsal.pk]))
    earnest = ImportRun.objects.get(dry_run=False)
    run_import(earnest.pk)

    earnest.refresh_from_db()
    assert "code: This code is odd." in result
    assert stored_by_dry_run == 0
    assert dict(Department.objects.values_list("code", "name_zh")) == {"a": "甲"}
    assert (earnest.state, earnest.created, earnest.rejected) == (RunState.DONE, 1, 1)
    notice = Notice.objects.get()
    assert (notice.kind, notice.url, notice.values["file"]) == ("exchange.ended", earnest.get_absolute_url(), "departments.csv")


def test_columns_chosen_once_are_chosen_already_for_the_next_file_of_that_shape(client):
    upload(client, "key,label\na,甲\n")
    first = ImportRun.objects.get()
    guessed = dict(first.mapping)
    client.post(reverse("exchange:import_columns", args=[first.pk]), columns_of(first, code="0", name_zh="1"))

    upload(client, "key,label\nb,乙\n", name="next.csv")
    upload(client, "label,key\n丙,c\n", name="other.csv")

    shown = []
    for run in ImportRun.objects.exclude(pk=first.pk).order_by("pk"):
        form = client.get(reverse("exchange:import_columns", args=[run.pk])).context["form"]
        shown.append((form["column_code"].value(), form["column_name_zh"].value()))
    assert (guessed, shown) == ({}, [("0", "1"), ("", "")])


def test_pressing_import_twice_imports_once(client):
    upload(client, "code\na\n")
    rehearsal = ImportRun.objects.get()
    client.post(reverse("exchange:import_columns", args=[rehearsal.pk]), columns_of(rehearsal))
    run_import(rehearsal.pk)

    pages = [client.post(reverse("exchange:import_start", args=[rehearsal.pk])) for _press in range(2)]

    earnest = ImportRun.objects.get(dry_run=False)
    assert [page.url for page in pages] == [earnest.get_absolute_url()] * 2


def test_an_unreadable_file_is_refused_on_the_form_and_not_kept(client):
    response = upload(client, b"%PDF-1.7 ...", "customers.csv")

    assert response.status_code == 422
    assert response.context["form"].errors == {"file": ["This is a PDF file. Please save the table as .xlsx or .csv."]}
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_big_is_refused(client, settings):
    settings.MAX_IMPORT_BYTES = 1024 * 1024

    response = upload(client, "code\n" + "x" * (2 * 1024 * 1024))

    assert response.context["form"].errors == {"file": ["The file has 2.0 MB; 1.0 MB are allowed."]}
    assert not ImportRun.objects.exists()


def test_a_header_without_rows_is_refused(client):
    response = upload(client, "code,name\n")

    assert response.context["form"].errors == {"file": ["The file has column names but no rows below them."]}


def test_columns_that_go_nowhere_are_named(client):
    upload(client, "code,colour,shape\na,red,round\n")

    response = client.get(reverse("exchange:import_columns", args=[ImportRun.objects.get().pk]))

    assert response.context["form"].unused == ["colour", "shape"]
    assert "Not taken in: colour, shape" in text_of(response)


def test_a_required_field_without_a_column_is_asked_for(client):
    upload(client, "key\na\n")
    run = ImportRun.objects.get()

    response = client.post(reverse("exchange:import_columns", args=[run.pk]), {})

    assert response.status_code == 422
    assert response.context["form"].errors == {"column_code": ["Please choose a column for “Code”."]}
    assert ImportRun.objects.get().state == RunState.DRAFT


def test_a_field_gets_the_same_value_in_every_row(client):
    upload(client, "code\na\nb\n")
    run = ImportRun.objects.get()

    client.post(reverse("exchange:import_columns", args=[run.pk]), columns_of(run) | {"constant_name_en": "Team"})

    run.refresh_from_db()
    assert (run.mapping, run.constants, run.state) == ({"code": 0}, {"name_en": "Team"}, RunState.WAITING)


def test_columns_of_a_very_wide_sheet_are_typed_with_suggestions(client):
    names = [f"column {number}" for number in range(400)]
    upload(client, ",".join(names) + "\n" + ",".join("x" * 400) + "\n")
    run = ImportRun.objects.get()
    page = client.get(reverse("exchange:import_columns", args=[run.pk]))

    client.post(reverse("exchange:import_columns", args=[run.pk]), {"column_code": "column 399"})
    wrong = client_of(Role.MARKETING)
    upload(wrong, ",".join(names) + "\n" + ",".join("x" * 400) + "\n")
    other = ImportRun.objects.get(created_by=wrong.user)
    refusal = wrong.post(reverse("exchange:import_columns", args=[other.pk]), {"column_code": "column 400"})

    run.refresh_from_db()
    assert text_of(page).count("<option") == 400
    assert run.mapping == {"code": 399}
    assert refusal.status_code == 422
    assert refusal.context["form"].errors["column_code"][0].startswith("The file has no column “column 400”.")


def test_progress_is_shown_while_running_and_the_result_afterwards(client):
    upload(client, "code\na\n")
    run = ImportRun.objects.get()
    client.post(reverse("exchange:import_columns", args=[run.pk]), columns_of(run))
    url = reverse("exchange:import_progress", args=[run.pk])

    waiting = client.get(url, headers={"HX-Request": "true"})
    run_import(run.pk)
    ended = client.get(url, headers={"HX-Request": "true"})

    assert 'data-state="waiting"' in text_of(waiting)
    assert ended["HX-Redirect"] == reverse("exchange:import_run", args=[run.pk])


def test_rows_with_problems_come_back_as_a_file_that_can_be_taken_in_again(client, tmp_path):
    run = ingest("departments", make_file(tmp_path, "code,size\na,1\nb,=many\n"), by=client.user)

    response = client.get(reverse("exchange:import_problems", args=[run.pk, "csv"]))

    content = b"".join(response.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content))) == [
        ["code", "size", "Line", "Problem"],
        ["b", "'=many", "3", "size: “=many” is not a number."],
    ]
    assert AuditEvent.objects.filter(action="exchange.export").count() == 1


def test_columns_can_be_chosen_anew_after_a_dry_run(client, tmp_path):
    rehearsal = ingest("departments", make_file(tmp_path, "code,x\na,1\n"), by=client.user, dry_run=True)

    response = client.post(reverse("exchange:import_again", args=[rehearsal.pk]))

    draft = ImportRun.objects.get(state=RunState.DRAFT)
    assert response.url == reverse("exchange:import_columns", args=[draft.pk])
    assert (draft.mapping, draft.total, draft.done) == ({"code": 0}, 1, 0)


def test_a_waiting_import_is_cancelled_at_once(client):
    upload(client, "code\na\n")
    run = ImportRun.objects.get()
    client.post(reverse("exchange:import_columns", args=[run.pk]), columns_of(run))

    client.post(reverse("exchange:import_cancel", args=[run.pk]))
    run_import(run.pk)

    run.refresh_from_db()
    assert (run.state, run.done) == (RunState.CANCELLED, 0)


def test_an_import_of_somebody_else_is_not_found(client, tmp_path):
    run = ingest("departments", make_file(tmp_path, "code\nsecret\n"), by=make_user(Role.MARKETING), dry_run=True)

    for name in ("import_run", "import_columns", "import_progress"):
        response = client.get(reverse(f"exchange:{name}", args=[run.pk]))

        assert response.status_code == 404
        assert "secret" not in text_of(response)


def test_an_import_of_a_kind_one_may_not_do_is_refused(client, monkeypatch):
    monkeypatch.setattr(DepartmentImporter, "permission", "accounts.manage_people")

    response = upload(client, "code\na\n")

    assert (response.status_code, ImportRun.objects.count()) == (403, 0)
    assert "Departments" not in text_of(client.get(reverse("exchange:import_new")))


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_needs_the_same_queries_for_any_number_of_imports(client, tmp_path, count, django_assert_num_queries):
    for number in range(count):
        ingest("departments", make_file(tmp_path, f"code\nd{number}\n"), by=client.user)
    client.get(reverse("exchange:import_list"))

    with django_assert_num_queries(LIST_QUERIES):
        response = client.get(reverse("exchange:import_list"))

    assert len(response.context["listing"].rows) == count
