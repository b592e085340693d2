from celery import shared_task

from portcrm.exchange.running import run_import
from portcrm.exchange.services.runs import nudge, nudge_waiting

MOST_SECONDS = 300  # then another task goes on, far below the broker's visibility time-out


@shared_task(name="portcrm.exchange.run")
def run(run_id: int) -> None:
    if run_import(run_id, seconds=MOST_SECONDS):
        nudge(run_id)


@shared_task(name="portcrm.exchange.sweep")
def sweep() -> None:
    nudge_waiting()
