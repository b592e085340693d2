from celery import shared_task

from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.outbox.delivery import deliver_due, sweep
from portcrm.outbox.fetching import fetch_returned
from portcrm.outbox.services import nudge
from portcrm.outbox.services.events import read_events


@shared_task(name="portcrm.outbox.deliver")
def deliver() -> None:
    if deliver_due().more:
        nudge()


@shared_task(name="portcrm.outbox.sweep")
def sweep_outbox() -> None:
    """Runs every minute and makes certain what the nudges made quick."""
    sweep()
    deliver()


@shared_task(name="portcrm.outbox.fetch_returned")
def fetch_returned_mails() -> None:
    fetch_returned()


@shared_task(name="portcrm.outbox.read_events")
def read_mail_events() -> None:
    """Asked for by every event that comes, and each minute for those that wait."""
    read_events(at=now(), by=system_user())
