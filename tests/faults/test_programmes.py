"""A programme that is due, run as in production: beat's task, a real worker, a real mail server."""

import pytest

from customers.tests.factories import make_contact
from feedback.models import Invitation, Wave
from feedback.services.sweeping import run_due_programmes
from feedback.tests.factories import make_programme
from portcrm.accounts.services import system_user
from portcrm.celery import nudge
from portcrm.clock import now, port_today
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.models import OutgoingEmail
from tests.faults.processes import celery_worker, wait_until
from tests.faults.test_outbox import mailbox

__all__ = ["mailbox"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.outbox, pytest.mark.jobs]


def arrived() -> bool:
    """Whether the one mail is sent; where the port rests at this hour, let its next working morning come."""
    Wave.objects.update(any_hour=True)
    if OutgoingEmail.objects.filter(state="waiting", due_at__gt=now()).update(not_before=None, due_at=now()):
        nudge("portcrm.outbox.deliver")
    return list(OutgoingEmail.objects.values_list("state", flat=True)) == ["sent"]


def test_a_due_programme_reaches_the_mail_server_once_however_often_beat_asks(mailbox, settings):  # noqa: F811 the fixture
    make_contact(email="contact01@customer.invalid")
    make_programme(next_run_on=port_today())

    with celery_worker("jobs", "mail", EMAIL_URL=settings.EMAIL_URL):
        for _beat in range(2):
            nudge("feedback.run_due_programmes")
        wait_until(arrived)
    opened, delivered = run_due_programmes(at=now(), by=system_user()), deliver_due()

    assert (Wave.objects.count(), opened, delivered.sent) == (1, 0, 0)
    assert mailbox.recipients == ["contact01@customer.invalid"]
    assert list(Invitation.objects.values_list("address", "mail__state")) == [("contact01@customer.invalid", "sent")]
