"""Jobs of the customer archive."""

from celery import shared_task

from customers.services import duplicates
from customers.services.pool import recycle_due, warn_of_recycling
from customers.services.remembering import open_reminders
from customers.services.verifying import open_verifications
from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today


@shared_task(name="customers.scan_for_duplicates")
def scan_for_duplicates(user_pk: int) -> None:
    """Look through the archive for files of one firm."""
    by = User.objects.filter(pk=user_pk).first()
    if by is not None:
        duplicates.scan_for_duplicates(at=now(), by=by)


@shared_task(name="customers.nightly")
def nightly() -> None:
    """Ask for what nobody has confirmed in time, keep the pool; run twice, it does so once."""
    today, by = port_today(), system_user()
    open_verifications(today=today, by=by)
    open_reminders(today=today, by=by)
    warn_of_recycling(today=today, by=by)
    recycle_due(today=today, by=by)
    duplicates.scan_for_duplicates(at=now(), by=by)
