"""Jobs of the customer archive."""

import datetime as dt

from celery import shared_task

from customers.services import duplicates
from customers.services.contracts import roll_over_contracts
from customers.services.credit_holds import propose_holds
from customers.services.ending import warn_of_endings
from customers.services.left_behind import recycle_left_behind
from customers.services.merging import gather_late_rows
from customers.services.pool import recycle_due, warn_of_recycling
from customers.services.remembering import open_reminders
from customers.services.telling import tell_due
from customers.services.verifying import open_verifications
from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today

LATE = dt.timedelta(days=3)  # how long after a merge somebody may still be writing to the file that is gone


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
    recycle_left_behind(today=today, by=by)
    gather_late_rows(since=now() - LATE, by=by)
    tell_due(today=today, by=by)
    roll_over_contracts(today=today, by=by)
    warn_of_endings(today=today, by=by)
    propose_holds(today=today, by=by)
    duplicates.scan_for_duplicates(at=now(), by=by)
