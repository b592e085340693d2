"""A person whom documents name by nothing but a name nobody else bears is told and erased as one with a telephone number."""

from pathlib import Path

import pytest

from cargo.enums import ReadingState
from cargo.models import CargoDocument, DocumentMessage
from cargo.services import reading
from cargo.services.documents import receive_document
from cargo.services.forgetting import documents_about, erase_from_documents
from cargo.tests.factories import edifact, load_reference, make_document, stowage
from cargo.tests.test_candidates_at_once import first_and_meanwhile
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.personal_data import Person

pytestmark = pytest.mark.django_db
ALONE = Person("customers.contact", 1, names=("李泊澍", "MS LI"), sole_names=("李泊澍", "MS LI"))
SHARED = Person("customers.contact", 1, names=("李泊澍", "MS LI"))  # somebody else bears these names too


@pytest.fixture(autouse=True)
def kept(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def files_in(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def told(person: Person) -> list[str]:
    (held,) = documents_about(person)
    return [row[label] for row in held.rows for label in list(row)[:1]]


def test_a_name_nobody_else_bears_is_told_and_erased_with_its_file(kept, django_capture_on_commit_callbacks):
    named = make_document(content=edifact("BGM++B1+9", "NAD+CN+++李泊澍:1 HARBOUR ROAD"), name="named.edi")
    other = make_document(content=edifact("BGM++B2+9", "NAD+CN+++李泊:1 HARBOUR ROAD", "NAD+CZ+++MS LIN"), name="other.edi")

    listed = told(ALONE)
    with django_capture_on_commit_callbacks(execute=True):
        erase_from_documents(person=ALONE, by=make_user())

    assert listed == ["named.edi"]
    assert "李泊澍" not in str(named.messages.get().facts)
    assert "MS LIN" in str(other.messages.get().facts)
    assert [bool(CargoDocument.objects.get(pk=one.pk).file) for one in (named, other)] == [False, True]
    assert len(files_in(kept)) == 1


def test_a_name_that_others_bear_too_takes_nobody_along(kept):
    make_document(content=edifact("BGM++B1+9", "NAD+CN+++李泊澍:1 HARBOUR ROAD"), name="named.edi")

    assert (told(SHARED), erase_from_documents(person=SHARED, by=make_user()), len(files_in(kept))) == ([], 0, 1)


def test_a_name_wrapped_over_two_lines_is_found_in_the_file_of_an_unread_document(kept, settings, django_capture_on_commit_callbacks):
    settings.DOCUMENT_BYTES_READ_AT_ONCE = 0
    wrapped = edifact("BGM++B1+9", "NAD+CN+++MS LI:1 HARBOUR ROAD").replace(b"MS LI", b"MS \r\nLI")
    chinese = edifact("BGM++B2+9", "NAD+CN+++李泊澍:1 ROAD").decode().encode("gb18030")
    for name, content in (("wrapped.edi", wrapped), ("chinese.edi", chinese), ("other.edi", stowage("CSQU3054383"))):
        receive_document(name=name, content=content, by=system_user())

    with django_capture_on_commit_callbacks(execute=True):
        erase_from_documents(person=ALONE, by=make_user())

    left = {one.file_name: (one.state, bool(one.file)) for one in CargoDocument.objects.all()}
    assert left == {
        "wrapped.edi": (ReadingState.WAITING, False), "chinese.edi": (ReadingState.WAITING, False),
        "other.edi": (ReadingState.WAITING, True),
    }  # fmt: skip


def test_the_name_goes_from_the_file_name_and_from_what_the_document_is_found_by():
    document = make_document(content=edifact("BGM++B1+9", "TDT+20+017E+++COSU:172:20+++:::MS LI"), name="托单 李泊澍.edi")

    erase_from_documents(person=ALONE, by=make_user())

    document.refresh_from_db()
    assert "李泊澍" not in document.file_name
    keys = set(document.keys.values_list("key", flat=True))
    assert [key for key in keys if "李泊澍" in key or key.startswith("MSLI")] == []
    assert "017E" in keys


def test_a_file_that_names_the_person_by_its_own_name_only_stays(kept):
    document = make_document(content=stowage("CSQU3054383"), name="李泊澍.edi")

    listed = told(ALONE)
    erase_from_documents(person=ALONE, by=make_user())

    document.refresh_from_db()
    assert (listed, "李泊澍" in document.file_name, bool(document.file)) == (["李泊澍.edi"], False, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_a_person_erased_while_a_worker_stores_a_document_is_masked_in_what_it_stores(settings, monkeypatch):
    load_reference()
    settings.DOCUMENT_BYTES_READ_AT_ONCE = 0
    monkeypatch.setattr("portcrm.celery.nudge", lambda task, *ids: None)
    by, content = system_user(), edifact("BGM++B1+9", "NAD+CN+++MS LI:1 HARBOUR ROAD")
    document, _is_new = receive_document(name="large.edi", content=content, by=by)
    claimed, read = reading._claim(document_id=document.pk, by=by), reading.rows_of(content)

    first_and_meanwhile(lambda: reading._store(document=claimed, read=read, by=by), lambda: erase_from_documents(person=ALONE, by=by))

    document.refresh_from_db()
    assert (document.state, document.file.name) == (ReadingState.READ, "")
    assert "MS LI" not in str(DocumentMessage.objects.get().facts)
