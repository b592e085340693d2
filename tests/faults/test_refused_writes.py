"""The database or the disk refuses in the middle of a write: nothing is half stored, and whoever sent it is told and gets it back."""

import json
import logging
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse

from customers.models import Customer
from customers.tests.factories import make_customer
from feedback.models import Answer, Response, ResponseVersion
from feedback.services.links import invitation_token
from feedback.services.opinions import stored_answers
from feedback.tests.factories import make_invitation
from portcrm.accounts.models import Department
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.exchange import importing
from portcrm.exchange.enums import RunState
from portcrm.exchange.models import ImportProblem, ImportRun
from portcrm.exchange.running import run_import
from portcrm.exchange.services import set_mapping, take_in
from portcrm.exchange.tests.factories import DepartmentImporter
from portcrm.files import owners
from portcrm.files.models import Attachment, StoredFile
from portcrm.pages.tests.opening import opened
from tests.faults.refusing import database_refuses, disk_takes

pytestmark = pytest.mark.django_db
NOTE = "客户要求下周二以前答复新的堆存费率"
TOLD = {"zh-hans": "数据库或磁盘未能保存您提交的内容", "en": "The database or the disk did not take what you sent"}
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def client(client):
    """Somebody of marketing; refused writes come back as answers and not as errors of the test."""
    client.force_login(make_user(Role.MARKETING))
    return client


def speak(client, language: str) -> None:
    client.cookies["django_language"] = language


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_section_whose_history_cannot_be_written_is_not_stored_and_comes_back(client, language, caplog):
    customer = make_customer(phone="1", note="")
    url = reverse("customers:section_edit", args=[customer.pk, "reach"])
    speak(client, language)
    typed = opened(client, url) | {"phone": "021-0000", "address_zh": NOTE}

    with database_refuses("customers_customerevent"), caplog.at_level(logging.ERROR, "django.request"):
        answer = client.post(url, typed)

    page = answer.content.decode()
    stored = Customer.objects.get(pk=customer.pk)
    assert (answer.status_code, TOLD[language] in page, f">{NOTE}</textarea>" in page) == (503, True, True)
    assert "&quot;phone&quot;" not in page  # what the page itself had written into the form
    assert (stored.phone, stored.address_zh, stored.version) == ("1", customer.address_zh, customer.version)
    assert any(record.exc_info and "No space left" in str(record.exc_info[1]) for record in caplog.records)

    assert client.post(url, typed).status_code == 302
    assert Customer.objects.get(pk=customer.pk).address_zh == NOTE


def test_in_place_a_refused_section_stays_open_with_its_text_and_a_sentence(client):
    customer = make_customer(phone="1")
    url = reverse("customers:section_edit", args=[customer.pk, "reach"])
    speak(client, "en")
    typed = opened(client, url) | {"phone": "021-0000"}

    with database_refuses("customers_customerevent"):
        answer = client.post(url, typed, headers=HTMX)

    told = json.loads(answer["HX-Trigger"])["toast"]
    assert (answer.status_code, answer["HX-Reswap"], answer.content) == (503, "none", b"")
    assert (told["level"], told["message"].startswith(TOLD["en"])) == ("danger", True)
    assert Customer.objects.get(pk=customer.pk).phone == "1"


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "暂未保存"), ("en", "Not stored yet")])
def test_an_opinion_refused_half_way_leaves_no_answer_and_the_words_come_back(client, language, told):
    invitation = make_invitation(language=language)
    url = reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 4])
    client.post(url, {"q-overall": "2", "go": "stay"})
    sent = {"q-overall": "4", "q-comment": NOTE, "go": "submit", "form_key": str(uuid4())}

    with database_refuses("feedback_answer"):
        answer = client.post(url, sent)

    page = answer.content.decode()
    invitation.refresh_from_db()
    assert (answer.status_code, told in page, NOTE in page) == (503, True, True)
    assert (Response.objects.count(), ResponseVersion.objects.count(), Answer.objects.count()) == (0, 0, 0)
    assert (invitation.answered_at, stored_answers(invitation)) == (None, {"overall": 4, "comment": NOTE})

    assert client.post(url, sent).status_code == 302
    assert Response.objects.get().comment == NOTE


@pytest.fixture
def departments(monkeypatch) -> DepartmentImporter:
    """Chunks of three rows."""
    importer = DepartmentImporter()
    monkeypatch.setitem(importing._importers, importer.key, importer)
    return importer


def make_run(importer) -> ImportRun:
    by, codes = make_user(Role.MARKETING), [f"d{number}" for number in range(1, 9)]
    lines = ["code,size", *(f"{code},1" for code in codes[:4]), "bad,many", *(f"{code},1" for code in codes[4:])]
    run = take_in(importer=importer, file=ContentFile("\n".join(lines).encode(), name="departments.csv"), by=by)
    set_mapping(run=run, mapping={"code": 0, "size": 1}, constants={}, by=by)
    ImportRun.objects.filter(pk=run.pk).update(dry_run=False, state=RunState.WAITING)
    return run


def codes() -> list[str]:
    return sorted(Department.objects.values_list("code", flat=True))


def test_a_chunk_refused_in_its_middle_is_stored_by_a_later_attempt_and_no_row_twice(departments):
    run = make_run(departments)

    with database_refuses("accounts_department", when="new.code = 'd5'"), pytest.raises(OperationalError):
        run_import(run.pk)
    refused, stored, problems = ImportRun.objects.get(pk=run.pk), codes(), ImportProblem.objects.count()
    ImportRun.objects.filter(pk=run.pk).update(lease_until=refused.started_at)
    run_import(run.pk)

    ended = ImportRun.objects.get(pk=run.pk)
    assert (stored, problems, refused.done, refused.created, refused.rejected) == (["d1", "d2", "d3"], 0, 3, 3, 0)
    assert codes() == [f"d{number}" for number in range(1, 9)]
    assert (ended.state, ended.done, ended.created, ended.rejected) == (RunState.DONE, 9, 8, 1)


def test_an_import_refused_again_and_again_ends_with_a_sentence_and_keeps_what_was_stored(departments, client):
    run = make_run(departments)
    client.force_login(run.created_by)

    with database_refuses("accounts_department", when="new.code = 'd5'"):
        for _attempt in range(7):  # the first one gets somewhere
            ImportRun.objects.filter(pk=run.pk).update(lease_until=run.created_at)
            try:
                run_import(run.pk)
            except OperationalError:
                continue

    ended = ImportRun.objects.get(pk=run.pk)
    pages = {}
    for language in TOLD:
        speak(client, language)
        pages[language] = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()
    assert (ended.state, ended.created, codes()) == (RunState.FAILED, 3, ["d1", "d2", "d3"])
    assert "或者数据库未能接收这些行" in pages["zh-hans"]
    assert "or the database did not take the rows" in pages["en"]


def test_an_import_file_whose_draft_cannot_be_stored_leaves_no_file_behind(departments, client, media):
    url = reverse("exchange:import_upload", args=["departments"])
    speak(client, "en")

    with database_refuses("exchange_importrun"):
        answer = client.post(url, {"file": SimpleUploadedFile("departments.csv", b"code\nd1\n")})

    assert (answer.status_code, TOLD["en"] in answer.content.decode()) == (503, True)
    assert (ImportRun.objects.count(), files_in(media)) == (0, [])


@pytest.fixture
def record_files(monkeypatch) -> str:
    """The address of the files of a department."""
    monkeypatch.setattr(owners, "_owners", {})
    owners.register_file_owner("accounts.department", lambda user: Department.objects.all())
    return reverse("files:record_files", args=["accounts.department", make_department().pk])


PDF = b"%PDF-1.7 contract " + b"x" * 1_000_000


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_upload_the_disk_cuts_short_leaves_no_file_and_no_row(client, record_files, media, language):
    speak(client, language)

    with disk_takes(300_000):
        answer = client.post(record_files, {"files": [SimpleUploadedFile("合同.pdf", PDF)]})

    assert (answer.status_code, TOLD[language] in answer.content.decode()) == (503, True)
    assert (Attachment.objects.count(), StoredFile.objects.count(), files_in(media)) == (0, 0, [])


def test_an_upload_whose_row_is_refused_leaves_no_file_on_the_disk(client, record_files, media):
    with database_refuses("files_storedfile"):
        answer = client.post(record_files, {"files": [SimpleUploadedFile("合同.pdf", PDF)]})

    assert (answer.status_code, files_in(media), Attachment.objects.count()) == (503, [], 0)


def test_a_program_is_told_of_a_refused_write_in_its_own_format(client):
    customer = make_customer(phone="1")

    with database_refuses("customers_customerevent"):
        answer = client.patch(
            f"/api/v1/customers/{customer.pk}/", {"phone": "2", "version": customer.version}, content_type="application/json"
        )

    assert (answer.status_code, answer.json()["detail"].startswith(TOLD["zh-hans"])) == (503, True)
    assert Customer.objects.get(pk=customer.pk).phone == "1"
