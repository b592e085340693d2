"""A worker killed while it reads a document leaves nothing of it, and the next one reads it whole."""

import pytest

from cargo.enums import ReadingState
from cargo.models import CargoDocument, DocumentKey, DocumentMessage, Sighting
from cargo.services import reading
from cargo.services.documents import receive_document
from cargo.services.reading import LEASE, ask_to_read, read_received, sweep_documents
from cargo.tests.factories import booking
from portcrm.accounts.services import system_user
from portcrm.clock import now
from tests.faults.processes import celery_worker, wait_until, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.jobs, pytest.mark.database]

# What the worker does when it comes to the named step: say so by a file, and wait to be killed
HANGING = """
import pathlib, time; from cargo.services import keeping, reading; from portcrm.accounts.services import system_user
{module}.{step} = lambda *a, **k: (pathlib.Path({mark!r}).touch(), time.sleep(600))
reading.read_received(document_id={document}, by=system_user())
"""


@pytest.fixture
def waiting(settings) -> CargoDocument:
    """Its file lies where the tests' workers keep theirs as well."""
    settings.DOCUMENT_BYTES_READ_AT_ONCE = 0
    document, _is_new = receive_document(name="order.edi", content=booking("CN+DEMO LTD:1 ROAD"), by=system_user())
    return document


def killed_at(module: str, step: str, document: CargoDocument, tmp_path) -> None:
    mark = tmp_path / "reached"
    code = HANGING.format(module=module, step=step, mark=str(mark), document=document.pk).replace("\n", "; ").strip("; ")
    with worker(code) as working:
        wait_until(mark.exists)
        working.kill()


@pytest.mark.parametrize(("module", "step"), [
    ("reading", "_content"), ("reading", "rows_of"), ("reading", "keep_messages"), ("keeping", "note_keys"), ("keeping", "record"),
])  # fmt: skip
def test_a_document_whose_worker_is_killed_at_any_step_is_read_whole_by_the_next(waiting, tmp_path, module, step):
    killed_at(module, step, waiting, tmp_path)

    killed = CargoDocument.objects.get()
    left = (DocumentMessage.objects.count(), Sighting.objects.count(), DocumentKey.objects.exclude(kind="file").count())
    too_early = read_received(document_id=waiting.pk, by=system_user())
    asked = sweep_documents(at=now() + 2 * LEASE)
    CargoDocument.objects.update(lease_until=now() - LEASE)
    read = read_received(document_id=waiting.pk, by=system_user())

    assert (killed.state, killed.attempts, left, too_early, asked) == (ReadingState.READING, 1, (0, 0, 0), None, [waiting.pk])
    assert (read.state, read.attempts, read.boxes) == (ReadingState.READ, 2, 1)
    assert (DocumentMessage.objects.count(), Sighting.objects.count(), DocumentKey.objects.filter(kind="number", key="B7").count()) == (
        1,
        1,
        1,
    )


def test_a_worker_that_dies_every_time_ends_as_a_refusal(waiting):
    for _each in range(reading.MOST_ATTEMPTS):
        reading._claim(document_id=waiting.pk, by=system_user())
        CargoDocument.objects.update(lease_until=now() - LEASE)

    ended = read_received(document_id=waiting.pk, by=system_user())

    assert (ended.state, DocumentMessage.objects.count()) == (ReadingState.REFUSED, 0)


def test_a_real_worker_reads_the_document_it_is_told_of_twice_only_once(waiting):
    with celery_worker("jobs"):
        ask_to_read(waiting.pk)
        ask_to_read(waiting.pk)
        wait_until(lambda: CargoDocument.objects.filter(state=ReadingState.READ).exists())

    waiting.refresh_from_db()
    assert (waiting.attempts, DocumentMessage.objects.count()) == (1, 1)
