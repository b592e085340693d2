import io
import threading
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from portcrm.accounts.models import Department
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.errors import RuleBroken
from portcrm.files import owners
from portcrm.files.models import Attachment, StoredFile
from portcrm.files.queries import file_history
from portcrm.files.services import attach, remove

RECORD = "accounts.department"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


@pytest.fixture(autouse=True)
def carrier(monkeypatch, settings, tmp_path):
    """Departments carry files: everybody sees the open ones, marketing staff may add and remove."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(owners, "_owners", {})
    owners.register_file_owner(RECORD, lambda user: Department.objects.exclude(code="secret"), change_permission="exchange.import_file")
    return tmp_path


def make_upload(content: bytes = b"%PDF-1.7 contract", name: str = "合同.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def make_attachment(department=None, by=None, **fields) -> Attachment:
    department = department or make_department()
    return attach(upload=make_upload(**fields), record=RECORD, object_pk=department.pk, by=by or make_user(Role.MARKETING))


def make_office_file(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")  # without the time of day: each process names the tests by these bytes
    return content.getvalue()


def english(message) -> str:
    with translation.override("en"):
        return str(message)


def files_on_disk(folder) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_the_same_content_is_stored_once_for_all_records(carrier):
    first, second = make_attachment(), make_attachment(name="另一份.pdf")

    assert first.stored_id == second.stored_id
    assert (StoredFile.objects.count(), files_on_disk(carrier)) == (1, 1)


@pytest.mark.django_db
def test_uploading_twice_to_one_record_keeps_one_file():
    department = make_department()

    first, again = make_attachment(department), make_attachment(department)

    assert first.pk == again.pk


@pytest.mark.django_db
def test_bytes_go_with_the_last_record_that_carries_them(carrier, django_capture_on_commit_callbacks):
    user = make_user(Role.MARKETING)
    first, second = make_attachment(), make_attachment()

    with django_capture_on_commit_callbacks(execute=True):
        remove(attachment=first, by=user)
    after_first = files_on_disk(carrier)
    with django_capture_on_commit_callbacks(execute=True):
        remove(attachment=second, by=user)

    assert (after_first, files_on_disk(carrier), StoredFile.objects.count()) == (1, 0, 0)


@pytest.mark.django_db
def test_who_added_and_removed_a_file_stays_known():
    department, user = make_department(), make_user(Role.MARKETING, name="王 经办")
    attachment = make_attachment(department, by=user)

    remove(attachment=attachment, by=user)

    with translation.override("zh-hans"):
        history = [(event.actor, event.added, event.name) for event in file_history(RECORD, department.pk)]
    assert history == [("王 经办", False, "合同.pdf"), ("王 经办", True, "合同.pdf")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.4", "pdf"),
        ("a.PNG", PNG, "png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "jpeg"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
        ("a.xlsx", make_office_file("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        ("a.docx", make_office_file("[Content_Types].xml", "word/document.xml"), "docx"),
        ("a.csv", "名称\n上海\n".encode("gb18030"), "text"),
        ("a.txt", b"plain", "text"),
    ],
)
def test_the_kind_of_a_file_is_read_from_its_content(name, content, kind):
    assert make_attachment(name=name, content=content).stored.kind == kind


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.exe", b"MZ\x90\x00", "Files of this kind are not kept."),
        ("a.html", b"<script>alert(1)</script>", "Files of this kind are not kept."),
        ("a.svg", b"<svg onload='alert(1)'/>", "Files of this kind are not kept."),
        ("a.zip", make_office_file("readme.txt"), "Files of this kind are not kept."),
        ("a.xlsx", make_office_file("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "Files of this kind are not kept."),
        ("a.txt", b"", "Files of this kind are not kept."),
        ("photo.png", b"%PDF-1.4", "The name ends in .png, but the content is something else."),
        ("a.pdf", b"<script>alert(1)</script>", "The name ends in .pdf, but the content is something else."),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name, content, message, carrier):
    with pytest.raises(RuleBroken) as refusal:
        make_attachment(name=name, content=content)

    assert english(refusal.value.message).startswith(message)
    assert (Attachment.objects.count(), files_on_disk(carrier)) == (0, 0)


@pytest.mark.django_db
def test_a_file_that_is_too_big_is_refused(settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024

    with pytest.raises(RuleBroken) as refusal:
        make_attachment(content=b"%PDF-" + b"x" * (2 * 1024 * 1024))

    assert english(refusal.value.message) == "The file has 2.0 MB; 1.0 MB are allowed."


@pytest.mark.django_db
def test_a_path_in_the_name_is_cut_off():
    assert make_attachment(name="..\\..\\boot.pdf").name == "boot.pdf"


@pytest.mark.django_db
def test_a_file_is_saved_and_never_run_by_the_browser():
    attachment = make_attachment()

    response = client_of(make_user(Role.AUDITOR)).get(attachment.get_absolute_url(), {"show": "1"})

    assert b"".join(response.streaming_content) == b"%PDF-1.7 contract"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_picture_may_be_shown():
    attachment = make_attachment(name="码头.png", content=PNG)

    response = client_of(make_user(Role.AUDITOR)).get(attachment.get_absolute_url(), {"show": "1"})

    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Disposition"].startswith("inline;")


@pytest.mark.django_db
def test_a_file_of_a_record_one_may_not_see_is_not_found():
    attachment = make_attachment(make_department(code="secret"), content=b"%PDF-1.7 secret price")

    response = client_of(make_user(Role.MARKETING)).get(attachment.get_absolute_url())

    assert response.status_code == 404
    assert b"secret price" not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["open", "secret"])
def test_opening_a_file_looks_its_record_up_by_the_key(code):
    attachment, client = make_attachment(make_department(code=code)), client_of(make_user(Role.MARKETING))
    client.get("/")

    with CaptureQueriesContext(connection) as read:
        response = client.get(attachment.get_absolute_url())

    response.close()
    of_record = [query["sql"] for query in read if f'FROM "{Department._meta.db_table}"' in query["sql"]]
    assert response.status_code == (200 if code == "open" else 404)
    assert [f'"accounts_department"."id" IN ({attachment.object_pk})' in sql for sql in of_record] == [True]
    assert [sql for sql in of_record if "::varchar" in sql or "CAST" in sql.upper()] == []


@pytest.mark.django_db
def test_files_are_added_and_removed_on_the_page_of_the_record():
    department, user = make_department(), make_user(Role.MARKETING, language="en")
    url, client = reverse("files:record_files", args=[RECORD, department.pk]), client_of(user)

    added = client.post(url, {"files": [make_upload(), make_upload(b"plain", "note.txt")]})
    shown = client.get(url, headers={"HX-Request": "true", "HX-Target": "tab-panel"}).content.decode()
    note = Attachment.objects.get(name="note.txt")
    client.post(reverse("files:remove", args=[note.pk]), headers={"HX-Request": "true", "HX-Target": "files"})

    assert added.status_code == 200
    assert "合同.pdf" in shown
    assert "<html" not in shown
    assert [attachment.name for attachment in Attachment.objects.of(RECORD, department.pk)] == ["合同.pdf"]


@pytest.mark.django_db
def test_a_refused_file_is_named_on_the_page():
    department, user = make_department(), make_user(Role.MARKETING, language="en")

    response = client_of(user).post(
        reverse("files:record_files", args=[RECORD, department.pk]), {"files": make_upload(b"MZ\x90\x00", "a.exe")}
    )

    assert response.status_code == 422
    assert "a.exe: Files of this kind are not kept." in response.content.decode()


@pytest.mark.django_db
def test_who_may_only_read_neither_adds_nor_removes():
    attachment = make_attachment(department := make_department())
    client = client_of(make_user(Role.AUDITOR))

    added = client.post(reverse("files:record_files", args=[RECORD, department.pk]), {"files": make_upload(b"plain", "note.txt")})
    removed = client.post(reverse("files:remove", args=[attachment.pk]))

    assert (added.status_code, removed.status_code) == (403, 403)
    assert list(Attachment.objects.values_list("name", flat=True)) == ["合同.pdf"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_people_storing_the_same_content_at_once_store_it_once(carrier):
    user, departments = make_user(Role.MARKETING), [make_department(), make_department()]
    barrier, failed = threading.Barrier(2), []

    def run(department):
        try:
            barrier.wait()
            make_attachment(department, by=user)
        except Exception as error:  # reported below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[department]) for department in departments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert (Attachment.objects.count(), StoredFile.objects.count(), files_on_disk(carrier)) == (2, 1, 1)
