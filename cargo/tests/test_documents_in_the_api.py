"""Programs read and send documents by the rules of the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from cargo.enums import ReadingState
from cargo.models import CargoDocument
from cargo.services import reading
from cargo.services.documents import receive_document
from cargo.services.reading import READ_TASK, read_received
from cargo.tests.factories import booking, make_document, stowage
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
DOCUMENTS = "/api/v1/cargo/documents/"


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def client_of(*roles) -> APIClient:
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    client.force_authenticate(make_user(*roles, language="en"))
    return client


def send(client: APIClient, content: bytes, name: str = "plan.edi", **more):
    return client.post(DOCUMENTS, {"file": SimpleUploadedFile(name, content), **more}, format="multipart")


def test_a_document_is_told_with_its_facts_and_its_remarks_in_words():
    document = make_document(content=stowage("MSKU0000010"))

    answer = client_of(Role.AUDITOR).get(f"{DOCUMENTS}{document.pk}/").json()

    assert {name: answer[name] for name in ("file_name", "state", "dialect", "boxes", "teu", "tonnes", "remark_count")} == {
        "file_name": "plan.edi", "state": "read", "dialect": "edifact", "boxes": 1, "teu": "1.000", "tonnes": "10.000", "remark_count": 1,
    }  # fmt: skip
    (remark,) = answer["remarks"]
    assert (remark["kind"], remark["segment"]) == ("box_number", 11)
    (message,) = answer["messages"]
    assert (message["kind"], message["number"], message["vessel"], message["replaces"]) == ("stowage", "PLAN7", "MV EXAMPLE", None)
    assert [(box["number"], box["gross_kg"]) for box in message["facts"]["boxes"]] == [("MSKU0000010", "10000")]


def test_a_change_names_the_document_it_changes():
    first = make_document(content=stowage("CSQU3054383"))
    change = make_document(content=stowage("CSQU3054383", purpose="4"))

    answer = client_of(Role.AUDITOR).get(f"{DOCUMENTS}{change.pk}/").json()

    assert answer["messages"][0]["replaces"] == first.pk


def test_the_filters_are_those_of_the_page_and_the_list_tells_no_facts():
    make_document(content=stowage("CSQU3054383"))
    found = make_document(content=booking("CN+DEMO LTD:1 ROAD", number="BKG77"), name="order.edi")

    answer = client_of(Role.MARKETING).get(f"{DOCUMENTS}?q=BKG77").json()

    assert [(row["id"], "messages" in row, "remarks" in row) for row in answer["results"]] == [(found.pk, False, False)]


def test_a_file_is_taken_in_once_by_the_service():
    client = client_of(Role.OPERATIONS)

    answers = [send(client, stowage("CSQU3054383")), send(client, stowage("CSQU3054383"), name="again.edi")]

    document = CargoDocument.objects.get()
    assert [(answer.status_code, answer.json()["id"]) for answer in answers] == [(201, document.pk), (200, document.pk)]
    assert answers[0].json()["messages"][0]["number"] == "PLAN7"


def test_a_large_file_is_accepted_and_told_as_read_later(settings):
    settings.DOCUMENT_BYTES_READ_AT_ONCE = 0
    client = client_of(Role.OPERATIONS)

    accepted = send(client, stowage("CSQU3054383"))
    read_received(document_id=accepted.json()["id"], by=system_user())
    later = client.get(f"{DOCUMENTS}{accepted.json()['id']}/").json()

    assert (accepted.status_code, accepted.json()["state"], accepted.json()["messages"]) == (202, ReadingState.WAITING, [])
    assert (later["state"], len(later["messages"])) == (ReadingState.READ, 1)


@pytest.mark.parametrize(("content", "reason"), [
    (b"a,b\n1,2\n", "This is neither an EDIFACT file nor a platform file."),
    (b"", "This is neither an EDIFACT file nor a platform file."),
    (b"\x00\x01\x02", "This is no text file."),
])  # fmt: skip
def test_what_is_no_document_is_refused_with_the_reason_of_the_page(content, reason):
    answer = send(client_of(Role.OPERATIONS), content)

    assert (answer.status_code, CargoDocument.objects.count()) == (409, 0)
    assert reason in answer.content.decode()


@pytest.fixture
def fallen(settings, monkeypatch) -> CargoDocument:
    """A document whose reading stopped at a fault of the program, so that its file is kept."""
    settings.DOCUMENT_BYTES_READ_AT_ONCE = 0
    document, _is_new = receive_document(name="plan.edi", content=stowage("CSQU3054383"), by=make_user(Role.OPERATIONS))
    with monkeypatch.context() as broken:
        broken.setattr(reading, "rows_of", lambda _content: 1 / 0)
        read_received(document_id=document.pk, by=system_user())
    return CargoDocument.objects.get()


def test_a_document_that_was_refused_for_a_fault_of_the_program_is_read_again(fallen, monkeypatch, django_capture_on_commit_callbacks):
    asked: list[tuple] = []
    monkeypatch.setattr(reading.celery, "nudge", lambda *told: asked.append(told))
    client = client_of(Role.OPERATIONS)
    address = f"{DOCUMENTS}{fallen.pk}/"

    refused = client.get(address).json()
    with django_capture_on_commit_callbacks(execute=True):
        waits = client.post(f"{address}read-again/")
    read_received(document_id=fallen.pk, by=system_user())

    assert (refused["state"], refused["may_be_read_again"]) == ("refused", True)
    assert (waits.status_code, waits.json()["state"], waits.json()["reason"], asked) == (202, "waiting", "", [(READ_TASK, fallen.pk)])
    assert (client.get(address).json()["state"], AuditEvent.objects.filter(action="document.read_again").count()) == ("read", 1)


def test_only_a_refused_document_whose_file_is_kept_is_read_again():
    client, document = client_of(Role.OPERATIONS), make_document(content=stowage("CSQU3054383"))

    answers = [client.post(f"{DOCUMENTS}{key}/read-again/") for key in (document.pk, document.pk + 1)]

    assert [answer.status_code for answer in answers] == [409, 404]
    assert "Only a refused document whose file is kept can be read again." in answers[0].content.decode()
    assert CargoDocument.objects.get().state == ReadingState.READ


@pytest.mark.parametrize(("roles", "code"), [((), 403), ((Role.AUDITOR,), 403), ((Role.SERVICE,), 403), ((Role.MARKETING,), 202)])
def test_who_takes_in_documents_has_them_read_again(fallen, roles, code):
    answer = client_of(*roles).post(f"{DOCUMENTS}{fallen.pk}/read-again/", {}, format="json")

    assert (answer.status_code, CargoDocument.objects.get().state) == (code, "waiting" if code == 202 else "refused")


def test_reading_again_takes_no_fields(fallen):
    answer = client_of(Role.OPERATIONS).post(f"{DOCUMENTS}{fallen.pk}/read-again/", {"state": "read"}, format="json")

    assert (answer.status_code, list(answer.json()), CargoDocument.objects.get().state) == (400, ["state"], "refused")


def test_the_api_describes_that_a_document_is_read_again():
    paths = client_of(Role.OPERATIONS).get("/api/schema/", {"format": "json"}).json()["paths"]

    told = paths["/api/v1/cargo/documents/{id}/read-again/"]["post"]
    assert ("requestBody" in told, [*told["responses"]]) == (False, ["202"])


def test_a_file_over_the_limit_is_refused(settings):
    settings.MAX_DOCUMENT_BYTES = 100

    assert (send(client_of(Role.OPERATIONS), stowage("CSQU3054383")).status_code, CargoDocument.objects.count()) == (409, 0)


def test_a_missing_file_and_a_field_nobody_knows_are_named():
    client = client_of(Role.OPERATIONS)

    missing, unknown = client.post(DOCUMENTS, {}, format="multipart"), send(client, stowage("CSQU3054383"), kind="manifest")

    assert ((missing.status_code, "file" in missing.content.decode()), (unknown.status_code, "kind" in unknown.content.decode())) == (
        (400, True), (400, True),
    )  # fmt: skip
    assert CargoDocument.objects.count() == 0


@pytest.mark.parametrize(("roles", "reads", "sends"), [((), 403, 403), ((Role.SERVICE,), 200, 403), ((Role.MANAGER,), 200, 201)])
def test_who_may_do_what_is_as_on_the_page(roles, reads, sends):
    document = make_document(content=booking("CN+SECRET LTD:1 ROAD"))
    client = client_of(*roles)

    answers = [client.get(DOCUMENTS), client.get(f"{DOCUMENTS}{document.pk}/"), send(client, stowage("CSQU3054383"))]

    assert [answer.status_code for answer in answers] == [reads, reads, sends]
    assert (b"SECRET LTD" in answers[1].content) == (reads == 200)


def test_nobody_changes_a_document_through_the_api():
    document = make_document()
    client = client_of(Role.MANAGER)

    answers = [getattr(client, method)(f"{DOCUMENTS}{document.pk}/", {}) for method in ("put", "patch", "delete")]

    assert {answer.status_code for answer in answers} == {405}


@pytest.mark.parametrize("count", [1, 3])
def test_list_and_detail_cost_the_same_with_one_document_and_with_three(django_assert_num_queries, count):
    for number in range(count):
        document = make_document(content=stowage("CSQU3054383", purpose="4", number=f"P{number}"))
    client = client_of(Role.MANAGER)

    with django_assert_num_queries(1):
        client.get(DOCUMENTS)
    with django_assert_num_queries(2):  # the document, its messages; none replaces another
        client.get(f"{DOCUMENTS}{document.pk}/")
