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
from customers.services.remembering import forget_orphans, open_reminders
from customers.services.telling import tell_due
from customers.services.verifying import open_verifications
from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today
from portcrm.steps import run_all

LATE = dt.timedelta(days=3)  # how long after a merge somebody may still be writing to the file that is gone


@shared_task(name="customers.scan_for_duplicates")
def scan_for_duplicates(user_pk: int) -> None:
    """Look through the archive for files of one firm."""
    by = User.objects.filter(pk=user_pk).first()
    if by is not None:
        duplicates.scan_for_duplicates(at=now(), by=by)


@shared_task(name="customers.nightly")
def nightly() -> None:
    """Ask for what nobody has confirmed in time, keep the pool; run twice, it does so once. A step that fails holds up no other."""
    run_all(*NIGHTLY, today=port_today(), by=system_user())


def gather_late(*, today: dt.date, by: User) -> None:
    gather_late_rows(since=now() - LATE, by=by)


def scan_all(*, today: dt.date, by: User) -> None:
    duplicates.scan_for_duplicates(at=now(), by=by)


# In this order: who is warned tonight is not taken away tonight, and a contract rolled over is not warned of.
NIGHTLY = (
    open_verifications, forget_orphans, open_reminders, warn_of_recycling, recycle_due, recycle_left_behind, gather_late, tell_due,
    roll_over_contracts, warn_of_endings, propose_holds, scan_all,
)  # fmt: skip
