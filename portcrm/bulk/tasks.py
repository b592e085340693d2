from celery import shared_task

from portcrm.bulk.running import run_bulk
from portcrm.bulk.services.runs import nudge, nudge_waiting

MOST_SECONDS = 300  # then another task goes on, far below the broker's visibility time-out


@shared_task(name="portcrm.bulk.run")
def run(run_id: int) -> None:
    if run_bulk(run_id, seconds=MOST_SECONDS):
        nudge(run_id)


@shared_task(name="portcrm.bulk.sweep")
def sweep() -> None:
    nudge_waiting()
