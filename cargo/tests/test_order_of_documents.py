"""A change or cancellation means what the port received before it, although a worker reads large files later than small ones."""

import datetime as dt
import itertools

import pytest

from cargo.enums import CandidateState
from cargo.models import Candidate, CargoDocument, DocumentMessage, Sighting
from cargo.services.documents import receive_document, take_in_document
from cargo.services.reading import read_received
from cargo.tests.factories import booking, load_reference
from customers.tests.factories import make_customer
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db
SELLER, BUYER, OTHER = "CZ+EXAMPLE STEEL WORKS LTD", "CN+SAMPLE METALS CO", "CN+OTHER METALS CO"
CHANGED, CANCELLED = "5", "1"


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr("portcrm.celery.nudge", lambda task, *ids: None)


@pytest.fixture
def wait(settings):
    """Receive a file as a large one, which nobody has read yet."""

    def receive(content: bytes) -> CargoDocument:
        settings.DOCUMENT_BYTES_READ_AT_ONCE = 0
        document, _is_new = receive_document(name="large.edi", content=content, by=system_user())
        settings.DOCUMENT_BYTES_READ_AT_ONCE = 1_000_000
        return document

    return receive


def take_in(content: bytes) -> CargoDocument:
    document, _is_new = take_in_document(name="small.edi", content=content, by=system_user())
    return document


def read(document: CargoDocument) -> None:
    read_received(document_id=document.pk, by=system_user())


def links() -> dict[int, int | None]:
    """Which document each changes or cancels."""
    return dict(DocumentMessage.objects.filter(purpose__in=("change", "cancel")).values_list("document", "replaces__document"))


def standing() -> list[tuple[str, int]]:
    return list(Sighting.objects.standing().order_by("name", "message__document").values_list("name", "message__document"))


def desk() -> dict[str, tuple[str, int]]:
    return {one.name: (one.state, one.sighting_count) for one in Candidate.objects.all()}


def test_a_change_read_after_its_cancellation_is_cancelled(wait):
    original = take_in(booking(SELLER, BUYER))
    change = wait(booking(SELLER, OTHER, purpose=CHANGED, kg=40_000))
    cancellation = take_in(booking(SELLER, OTHER, purpose=CANCELLED))

    read(change)

    assert links() == {change.pk: original.pk, cancellation.pk: change.pk}
    assert (standing(), {state for state, _count in desk().values()}) == ([], {CandidateState.GONE})
    withdrawn = dict(Sighting.objects.filter(name="EXAMPLE STEEL WORKS LTD").values_list("message__document", "withdrawn_by__document"))
    assert withdrawn == {original.pk: change.pk, change.pk: cancellation.pk}


def test_an_original_read_after_its_cancellation_loses_its_firms_and_an_older_one_of_that_number_keeps_its_own(wait):
    older = take_in(booking(SELLER, BUYER, kg=9_000))
    CargoDocument.objects.filter(pk=older.pk).update(received_at=now() - dt.timedelta(days=30))
    newer = wait(booking(SELLER, OTHER))
    cancellation = take_in(booking(OTHER, purpose=CANCELLED))
    meanwhile = desk()

    read(newer)

    assert meanwhile == {"EXAMPLE STEEL WORKS LTD": ("gone", 0), "SAMPLE METALS CO": ("gone", 0)}
    assert links() == {cancellation.pk: newer.pk}
    assert standing() == [("EXAMPLE STEEL WORKS LTD", older.pk), ("SAMPLE METALS CO", older.pk)]
    assert desk() == {"EXAMPLE STEEL WORKS LTD": ("open", 1), "SAMPLE METALS CO": ("open", 1), "OTHER METALS CO": ("gone", 0)}
    assert Candidate.objects.get(name="EXAMPLE STEEL WORKS LTD").tonnes == 9


def test_what_a_customer_was_seen_with_counts_again_too(wait):
    customer = make_customer(name_en="Sample Metals Co")
    older, newer = take_in(booking(BUYER, kg=9_000)), wait(booking(BUYER))
    take_in(booking(BUYER, purpose=CANCELLED))

    read(newer)

    told = dict(customer.sightings.values_list("message__document", "withdrawn_by__purpose"))
    assert told == {older.pk: None, newer.pk: "cancel"}


def test_a_cancellation_that_arrived_between_two_originals_means_the_first_whichever_is_read_first(wait):
    first = wait(booking(BUYER, kg=9_000))
    cancellation = take_in(booking(BUYER, purpose=CANCELLED))
    second = take_in(booking(BUYER))

    read(first)

    assert links() == {cancellation.pk: first.pk}
    assert (standing(), desk()) == ([("SAMPLE METALS CO", second.pk)], {"SAMPLE METALS CO": ("open", 1)})


def test_a_cancellation_that_came_before_its_original_means_the_first_that_came_and_not_the_first_that_was_read(wait):
    cancellation = take_in(booking(BUYER, purpose=CANCELLED))
    first = wait(booking(BUYER, kg=9_000))
    second = take_in(booking(BUYER))

    read(first)

    assert (links(), standing()) == ({cancellation.pk: first.pk}, [("SAMPLE METALS CO", second.pk)])


def test_what_arrived_later_is_not_changed_by_what_is_read_later(wait):
    first = take_in(booking(BUYER, kg=9_000))
    change = wait(booking(OTHER, purpose=CHANGED))
    second = take_in(booking(BUYER))

    read(change)

    assert links() == {change.pk: first.pk}
    assert standing() == [("OTHER METALS CO", change.pk), ("SAMPLE METALS CO", second.pk)]


def test_what_another_change_withdraws_does_not_count_again(wait):
    early = take_in(booking(BUYER, purpose=CHANGED, kg=1_000))
    CargoDocument.objects.filter(pk=early.pk).update(received_at=now() - dt.timedelta(hours=2))
    waiting = wait(booking(OTHER, purpose=CHANGED, kg=2_000))
    CargoDocument.objects.filter(pk=waiting.pk).update(received_at=now() - dt.timedelta(hours=3))
    original = take_in(booking(BUYER))
    last = take_in(booking(BUYER, purpose=CHANGED, kg=3_000))

    read(waiting)

    assert links() == {waiting.pk: original.pk, early.pk: waiting.pk, last.pk: original.pk}
    assert standing() == [("SAMPLE METALS CO", early.pk), ("SAMPLE METALS CO", last.pk)]
    assert Candidate.objects.get(name="SAMPLE METALS CO").tonnes == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
@pytest.mark.parametrize("round", range(3))
def test_an_original_and_its_cancellation_at_the_same_moment_find_each_other(round):
    load_reference()
    by = system_user()
    contents = booking(SELLER, BUYER), booking(SELLER, BUYER, purpose=CANCELLED)

    at_once(*[lambda one=one: take_in_document(name="small.edi", content=one, by=by) for one in contents])

    assert (len(links()), None in links().values(), standing()) == (1, False, [])


@pytest.mark.parametrize(
    ("arrived", "meant"),
    [
        ("OC", {1: 0}),
        ("CO", {0: 1}),
        ("CC", {0: None, 1: 0}),
        ("COO", {0: 1}),
        ("OCO", {1: 0}),
        ("OCC", {1: 0, 2: 1}),
        ("CCO", {0: 2, 1: 0}),
        ("COC", {0: 1, 2: 1}),
        ("CCOC", {0: 2, 1: 0, 3: 2}),
    ],
)
def test_what_is_meant_does_not_depend_on_who_is_read_first(wait, arrived, meant):
    """O is an original and C a change of the same number: each change means the latest before it, else the first original after it."""
    load_reference()
    for turn in itertools.permutations(range(len(arrived))):
        documents = [wait(booking(BUYER, purpose=CHANGED if one == "C" else "9", kg=1_000 + at)) for at, one in enumerate(arrived)]
        for at in turn:
            read(documents[at])
        places = {document.pk: at for at, document in enumerate(documents)} | {None: None}
        assert (turn, {places[one]: places[other] for one, other in links().items()}) == (turn, meant)
        CargoDocument.objects.all().delete()
