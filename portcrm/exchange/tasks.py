from celery import shared_task

from portcrm import celery
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.running import run_import
from portcrm.exchange.services.reverting import REVERT_TASK, nudge_reverts
from portcrm.exchange.services.runs import nudge, nudge_waiting

MOST_SECONDS = 300  # then another task goes on, far below the broker's visibility time-out


@shared_task(name="portcrm.exchange.run")
def run(run_id: int) -> None:
    if run_import(run_id, seconds=MOST_SECONDS):
        nudge(run_id)


@shared_task(name="portcrm.exchange.revert")
def revert(revert_id: int) -> None:
    if run_revert(revert_id, seconds=MOST_SECONDS):
        celery.nudge(REVERT_TASK, revert_id)


@shared_task(name="portcrm.exchange.sweep")
def sweep() -> None:
    nudge_waiting()
    nudge_reverts()
