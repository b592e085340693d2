from celery import shared_task

from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.paper.making import make_printout
from portcrm.paper.services import drop_expired, nudge_waiting
from portcrm.paper.services.printouts import MAKE_TASK


@shared_task(name=MAKE_TASK)
def make(printout_id: int) -> None:
    make_printout(printout_id)


@shared_task(name="portcrm.paper.sweep")
def sweep() -> None:
    nudge_waiting()
    drop_expired(at=now(), by=system_user())
