"""The worker that reads the complaint mailbox is killed: no mail is lost, none becomes two cases, none half a case."""

import pytest

from feedback.models import Complaint, InboundMail
from feedback.services.fetching import fetch_complaints
from feedback.tests.factories import a_mail
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.imap_server import Box, imap_server
from tests.faults.processes import wait_until, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.jobs, pytest.mark.database]

# What the worker does when it comes to the named step: say so by a file, and wait to be killed
HANGING = """
import pathlib, time; from feedback.services import fetching, inbox; from portcrm.outbox.returns import mailbox
{place} = lambda *a, **k: (pathlib.Path({mark!r}).touch(), time.sleep(600))
fetching.fetch_complaints()
"""
STEPS = {
    "before a mail is kept": ("fetching.take_in_mail", 0),
    "while its case is being opened": ("inbox._keep_files", 0),
    "kept, and not yet marked as seen": ("mailbox.ReturnMailbox.mark_seen", 1),
}


@pytest.fixture
def box(settings):
    found = Box()
    with imap_server(found) as address:
        settings.COMPLAINT_IMAP_URL = address
        yield found


@pytest.mark.parametrize(("place", "cases"), STEPS.values(), ids=STEPS)
def test_a_worker_killed_at_any_step_leaves_one_case_of_each_mail_to_the_next(box, settings, tmp_path, place, cases):
    for number in range(2):
        box.put(a_mail(From=f"desk{number}@customer.invalid", Subject=f"Waiting {number}"))
    mark = tmp_path / "reached"

    with worker(HANGING.format(place=place, mark=str(mark)), COMPLAINT_IMAP_URL=settings.COMPLAINT_IMAP_URL) as reader:
        wait_until(mark.exists)
        reader.kill()
    left = (InboundMail.objects.count(), Complaint.objects.count(), set(box.seen))
    fetch_complaints()
    fetch_complaints()

    assert left == (cases, cases, set())
    assert sorted(Complaint.objects.values_list("subject", flat=True)) == ["Waiting 0", "Waiting 1"]
    assert InboundMail.objects.exclude(complaint=None).count() == 2
    assert OutgoingEmail.objects.filter(kind="feedback.complaint_received").count() == 2
    assert box.seen == {1, 2}
