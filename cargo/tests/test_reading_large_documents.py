"""A large document is kept at once and read by a worker: once, whole, or refused with a reason that stays."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from cargo.enums import ReadingState
from cargo.models import CargoDocument, DocumentMessage, Sighting
from cargo.services import documents, reading
from cargo.services.documents import receive_document, take_in_document
from cargo.services.reading import MOST_ATTEMPTS, READ_TASK, read_again, read_received, sweep_documents
from cargo.tasks import read_document
from cargo.tests.factories import booking, edifact, stowage
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
PROGRAM_ERROR = "An error in the program stopped the reading. Please report it."


@pytest.fixture(autouse=True)
def kept(settings, tmp_path) -> Path:
    """The folder of kept files; every file is a large one."""
    settings.MEDIA_ROOT, settings.DOCUMENT_BYTES_READ_AT_ONCE = tmp_path / "media", 0
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def asked(monkeypatch) -> list[tuple]:
    """What workers were asked for."""
    calls = []
    monkeypatch.setattr("portcrm.celery.nudge", lambda task, *ids: calls.append((task, *ids)))
    return calls


def files_in(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def receive(content: bytes, name: str = "plan.edi", by=None):
    return receive_document(name=name, content=content, by=by or system_user())


def read(document: CargoDocument) -> CargoDocument | None:
    return read_received(document_id=document.pk, by=system_user())


def test_a_large_file_is_kept_unread_and_a_worker_is_asked(kept, asked, django_capture_on_commit_callbacks):
    content, by = stowage("CSQU3054383"), make_user()

    with django_capture_on_commit_callbacks(execute=True):
        document, is_new = receive(content, by=by)

    stored = CargoDocument.objects.get()
    assert (document, is_new, stored.state, stored.received_by, stored.size) == (stored, True, ReadingState.WAITING, by, len(content))
    assert (asked, files_in(kept), DocumentMessage.objects.count()) == ([(READ_TASK, stored.pk)], [content], 0)


def test_a_short_file_of_very_many_parties_is_a_large_one(settings, monkeypatch):
    settings.DOCUMENT_BYTES_READ_AT_ONCE = 10_000
    monkeypatch.setattr(documents, "PARTIES_READ_AT_ONCE", 1)

    few, _is_new = receive(booking("CN+A LTD:1 ROAD", number="B1"))
    many, _is_new = receive(booking("CN+A LTD:1 ROAD", "CZ+B LTD:2 ROAD", number="B2"))

    assert (few.state, many.state) == (ReadingState.READ, ReadingState.WAITING)


def test_the_worker_stores_what_reading_at_once_would_have_stored():
    content, by = booking("CN+EXAMPLE TRADING LTD:1 ROAD"), make_user()
    waiting, _is_new = receive(content, by=by)
    at_once_read, _is_new = take_in_document(name="other.edi", content=booking("CN+EXAMPLE TRADING LTD:1 ROAD", number="B8"), by=by)

    read_document(waiting.pk)

    waiting.refresh_from_db()
    names = ("state", "encoding", "dialect", "segments", "message_count", "boxes", "teu", "tonnes", "remark_count", "received_by")
    assert {name: getattr(waiting, name) for name in names} == {name: getattr(at_once_read, name) for name in names}
    assert (waiting.claim, waiting.lease_until, waiting.attempts) == (None, None, 1)
    assert Sighting.objects.get(message__document=waiting).name == "EXAMPLE TRADING LTD"
    events = AuditEvent.objects.filter(action="document.take_in", record_pk=str(waiting.pk))
    assert [(event.actor_id, event.detail) for event in events] == [(by.pk, {"messages": 1, "remarks": 0})]


def test_reading_twice_is_reading_once():
    document, _is_new = receive(stowage("CSQU3054383"))

    first, second = read(document), read(document)

    assert (first.state, second, DocumentMessage.objects.count()) == (ReadingState.READ, None, 1)


@pytest.mark.parametrize("state", [ReadingState.WAITING, ReadingState.READING, ReadingState.READ])
def test_the_same_file_again_is_recognised_while_the_first_waits_is_being_read_and_afterwards(kept, monkeypatch, state):
    content = stowage("CSQU3054383")
    first, _is_new = receive(content)
    if state == ReadingState.READING:
        reading._claim(document_id=first.pk, by=system_user())
    if state == ReadingState.READ:
        read(first)

    again, is_new = receive(content, name="other.edi")

    assert (again, is_new, again.state, CargoDocument.objects.count()) == (first, False, state, 1)
    assert files_in(kept) == [content]


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_the_same_file_from_two_at_once_is_kept_once(kept):
    content, by = stowage("CSQU3054383"), system_user()

    results = at_once(*[lambda: receive(content, by=by)] * 4)

    assert sorted(is_new for _document, is_new in results) == [False, False, False, True]
    assert (CargoDocument.objects.count(), files_in(kept)) == (1, [content])


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_workers_at_once_read_it_once():
    by = system_user()
    document, _is_new = receive(stowage("CSQU3054383"), by=by)

    results = at_once(*[lambda: read_received(document_id=document.pk, by=by)] * 3)

    assert [result.state for result in results if result is not None] == [ReadingState.READ]
    assert DocumentMessage.objects.count() == 1


def test_what_is_no_document_at_sight_is_refused_before_anything_is_kept(kept):
    with translation.override("en"), pytest.raises(RuleBroken) as refused:
        receive(b"a,b\n1,2\n")

    with translation.override("en"):
        assert str(refused.value.message) == "This is neither an EDIFACT file nor a platform file."
    assert (CargoDocument.objects.count(), files_in(kept)) == (0, [])


def test_what_the_worker_refuses_stays_with_its_reason_and_without_its_bytes(kept, django_capture_on_commit_callbacks):
    document, _is_new = receive(b"UNB+UNOA:2+A+B+261127:0800+R1'UNZ+0+R1'")

    with django_capture_on_commit_callbacks(execute=True):
        read(document)

    document.refresh_from_db()
    assert (document.state, document.refusal["en"], document.file.name) == (ReadingState.REFUSED, "The file holds no message.", "")
    assert files_in(kept) == []


def test_a_refused_file_that_comes_again_is_tried_again(kept, django_capture_on_commit_callbacks, monkeypatch):
    content = stowage("CSQU3054383")
    document, _is_new = receive(content)
    with monkeypatch.context() as broken, django_capture_on_commit_callbacks(execute=True):
        broken.setattr(reading, "rows_of", lambda _content: 1 / 0)
        read(document)
    refused = CargoDocument.objects.get()

    again, is_new = receive(content)
    read(again)

    assert (refused.state, refused.refusal["en"]) == (ReadingState.REFUSED, PROGRAM_ERROR)
    assert (again, is_new, CargoDocument.objects.get().state, files_in(kept)) == (document, True, ReadingState.READ, [content])


def fail(document: CargoDocument, monkeypatch) -> CargoDocument:
    """Let reading the document stop at a fault of the program."""
    with monkeypatch.context() as broken:
        broken.setattr(reading, "rows_of", lambda _content: 1 / 0)
        return read(document)


def test_a_fault_of_the_program_leaves_the_file_which_is_read_again_on_demand(
    kept, staff, asked, monkeypatch, django_capture_on_commit_callbacks
):
    content = stowage("CSQU3054383")
    document, _is_new = receive(content)
    with django_capture_on_commit_callbacks(execute=True):
        fail(document, monkeypatch)
    address = document.get_absolute_url()

    refused = staff.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = staff.post(f"{address}read-again/")
    waits = CargoDocument.objects.get()
    read(document)

    offered = ["The copy of the file is kept, and it can be read again.", f'action="{address}read-again/"', f'href="{address}file/"']
    assert [word for word in offered if word not in refused] == []
    assert (answer.url, asked) == (address, [(READ_TASK, document.pk)])
    assert (waits.state, waits.attempts, waits.received_at) == (ReadingState.WAITING, 0, document.received_at)
    assert (CargoDocument.objects.get().state, files_in(kept)) == (ReadingState.READ, [content])
    assert AuditEvent.objects.filter(action="document.read_again", record_pk=str(document.pk)).count() == 1


def test_a_file_that_stopped_its_readers_is_kept(kept, django_capture_on_commit_callbacks):
    content = stowage("CSQU3054383")
    document, _is_new = receive(content)
    CargoDocument.objects.update(attempts=MOST_ATTEMPTS)

    with django_capture_on_commit_callbacks(execute=True):
        refused = read(document)

    assert (refused.may_be_read_again, files_in(kept)) == (True, [content])


def test_what_the_file_itself_was_refused_for_is_not_read_again(staff):
    document, _is_new = receive(b"UNB+UNOA:2+A+B+261127:0800+R1'UNZ+0+R1'")
    read(document)

    answer = staff.post(f"{document.get_absolute_url()}read-again/", follow=True)

    assert "Only a refused document whose file is kept can be read again." in answer.content.decode()
    assert CargoDocument.objects.get().state == ReadingState.REFUSED


def test_who_takes_in_no_documents_has_none_read_again(client, monkeypatch):
    document, _is_new = receive(stowage("CSQU3054383"))
    fail(document, monkeypatch)
    client.force_login(make_user(Role.AUDITOR))
    address = f"{document.get_absolute_url()}read-again/"

    shown, answer = client.get(document.get_absolute_url()).content.decode(), client.post(address)

    assert (answer.status_code, address in shown, CargoDocument.objects.get().state) == (403, False, ReadingState.REFUSED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_of_two_who_have_it_read_again_at_once_one_does(monkeypatch):
    by = system_user()
    document, _is_new = receive(stowage("CSQU3054383"), by=by)
    fail(document, monkeypatch)

    results = at_once(*[lambda: read_again(document=document, by=by)] * 2)

    assert sorted(type(result).__name__ for result in results) == ["CargoDocument", "RuleBroken"]


def test_a_document_whose_file_was_deleted_for_the_sake_of_a_person_is_refused(kept):
    document, _is_new = receive(stowage("CSQU3054383"))
    claimed = reading._claim(document_id=document.pk, by=system_user())
    read_rows = reading.rows_of(stowage("CSQU3054383"))
    CargoDocument.objects.update(file="")  # between reading and storing

    with pytest.raises(RuleBroken):
        reading._store(document=claimed, read=read_rows, by=system_user())

    assert DocumentMessage.objects.count() == 0


def test_a_reader_whose_document_another_has_taken_stores_nothing():
    document, _is_new = receive(stowage("CSQU3054383"))
    slow = reading._claim(document_id=document.pk, by=system_user())
    rows = reading.rows_of(stowage("CSQU3054383"))
    CargoDocument.objects.update(lease_until=now() - HOUR)
    read(document)

    reading._store(document=slow, read=rows, by=system_user())

    assert DocumentMessage.objects.count() == 1


def test_the_sweep_asks_for_what_has_waited_a_while_and_for_what_lost_its_reader_and_for_nothing_else(asked):
    waiting, _is_new = receive(stowage("CSQU3054383", number="P1"))
    read(receive(stowage("CSQU3054383", number="P2"))[0])
    being_read, _is_new = receive(stowage("CSQU3054383", number="P3"))
    reading._claim(document_id=being_read.pk, by=system_user())

    soon, after_a_while, later = [sweep_documents(at=now() + passed) for passed in (0 * HOUR, HOUR / 12, HOUR)]

    assert (soon, after_a_while, later) == ([], [waiting.pk], [waiting.pk, being_read.pk])
    assert asked == [(READ_TASK, waiting.pk), (READ_TASK, waiting.pk), (READ_TASK, being_read.pk)]


def test_a_sweep_asks_for_so_many_and_the_first_of_them_first(monkeypatch):
    monkeypatch.setattr(reading, "MOST_SWEPT", 2)
    waiting = [receive(stowage("CSQU3054383", number=f"P{number}"))[0].pk for number in range(3)]

    assert sweep_documents(at=now() + HOUR) == waiting[:2]


def test_a_file_that_stops_its_reader_again_and_again_is_refused():
    document, _is_new = receive(stowage("CSQU3054383"))
    CargoDocument.objects.update(attempts=MOST_ATTEMPTS)

    read(document)

    document.refresh_from_db()
    assert (document.state, document.refusal["en"][:40]) == (ReadingState.REFUSED, "Reading this file stopped several times.")


def test_the_command_reads_a_waiting_file_in_its_own_process():
    content = stowage("CSQU3054383")
    waiting, _is_new = receive(content)

    document, is_new = take_in_document(name="plan.edi", content=content, by=system_user())

    assert (document, is_new, document.state) == (waiting, True, ReadingState.READ)


def test_a_missing_row_is_a_quiet_end():
    assert read_received(document_id=1, by=system_user()) is None


@pytest.fixture
def staff(client):
    client.force_login(make_user(Role.OPERATIONS, language="en"))
    client.cookies["django_language"] = "en"
    return client


def test_the_upload_answers_at_once_and_says_that_it_waits(staff):
    files = [SimpleUploadedFile("large.edi", stowage("CSQU3054383"))]

    answer = staff.post("/cargo/documents/new/", {"files": files})

    assert (answer.status_code, DocumentMessage.objects.count()) == (200, 0)
    assert "Waits to be read" in answer.content.decode()


def test_the_report_page_asks_again_until_the_document_is_read(staff):
    document, _is_new = receive(stowage("CSQU3054383", vessel="MV EXAMPLE"))
    address = document.get_absolute_url()
    hx = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "reading"}

    waiting, asked_again = staff.get(address).content.decode(), staff.get(f"{address}progress/", **hx)
    read(document)
    ended, report = staff.get(f"{address}progress/", **hx), staff.get(address).content.decode()

    assert f'hx-get="{address}progress/" hx-trigger="every 2s"' in waiting
    assert "MV EXAMPLE" not in waiting
    assert asked_again.content.decode().count('hx-trigger="every 2s"') == 1
    assert (ended["HX-Redirect"], "MV EXAMPLE" in report, "every 2s" in report) == (address, True, False)


def test_the_list_shows_what_waits_and_what_was_refused_beside_what_is_read(staff):
    receive(stowage("CSQU3054383"), name="waiting.edi")
    read(receive(b"UNB+UNOA:2+A+B+261127:0800+R1'UNZ+0+R1'", name="refused.edi")[0])
    read(receive(stowage("MSKU0000011", number="P2"), name="read.edi")[0])

    html = staff.get("/cargo/documents/").content.decode()
    waiting = staff.get("/cargo/documents/", {"state": "waiting"})
    flawless = staff.get("/cargo/documents/", {"remarks": "false"})

    assert [word for word in ("waiting.edi", "refused.edi", "read.edi", "Waits to be read") if word not in html] == []
    assert [row.file_name for row in waiting.context["listing"].rows] == ["waiting.edi"]
    assert [row.file_name for row in flawless.context["listing"].rows] == ["read.edi"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_waiting_document_costs_the_same_however_many_wait(staff, django_assert_num_queries, count):
    documents = [receive(edifact(f"BGM++B{number}+9"))[0] for number in range(count)]

    # the user, the document, pins of the sidebar
    with django_assert_num_queries(3):
        staff.get(documents[0].get_absolute_url())
    with django_assert_num_queries(2):
        staff.get(f"{documents[0].get_absolute_url()}progress/", HTTP_HX_REQUEST="true")
