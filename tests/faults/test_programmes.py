"""A programme that is due, run as in production: beat's task, a real worker, a real mail server."""

import pytest

from customers.tests.factories import make_contact
from feedback.models import Invitation, Wave
from feedback.services.sweeping import run_due_programmes
from feedback.tests.factories import make_programme
from portcrm.accounts.services import system_user
from portcrm.business_days import is_business_day
from portcrm.celery import nudge
from portcrm.clock import now, port_today
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.models import OutgoingEmail
from tests.faults.processes import celery_worker, wait_until
from tests.faults.test_outbox import mailbox

__all__ = ["mailbox"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.outbox, pytest.mark.jobs]
COUNTRIES = ("CN", "IR", "EG", "BN", "JP", "US")  # on no day of the week do all of them rest


def working_today() -> str:
    """A country whose offices are open today, so that the worker need not wait for Monday."""
    return next(country for country in COUNTRIES if is_business_day(port_today(), country=country))


def test_a_due_programme_reaches_the_mail_server_once_however_often_beat_asks(mailbox, settings):  # noqa: F811 the fixture
    make_contact(email="contact01@customer.invalid")
    make_programme(next_run_on=port_today())
    at_any_hour = {"PORT_COUNTRY": working_today(), "SURVEY_SEND_HOURS": "from=0,until=24"}

    with celery_worker("jobs", "mail", EMAIL_URL=settings.EMAIL_URL, **at_any_hour):
        for _beat in range(2):
            nudge("feedback.run_due_programmes")
        wait_until(lambda: list(OutgoingEmail.objects.values_list("state", flat=True)) == ["sent"])
    opened, delivered = run_due_programmes(at=now(), by=system_user()), deliver_due()

    assert (Wave.objects.count(), opened, delivered.sent) == (1, 0, 0)
    assert mailbox.recipients == ["contact01@customer.invalid"]
    assert list(Invitation.objects.values_list("address", "mail__state")) == [("contact01@customer.invalid", "sent")]
