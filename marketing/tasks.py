from celery import shared_task

from marketing.services import computing, runs, sweeping
from portcrm.accounts.services import system_user
from portcrm.audit.channel import channel
from portcrm.clock import now, port_today


@shared_task(name=runs.COMPUTE_TASK)
def compute_ranking(run_id: int) -> None:
    with channel("job"):
        computing.compute_ranking(run_id=run_id, clock=now, by=system_user())


@shared_task(name="marketing.tasks.ask_for_month_end_ranking")
def ask_for_month_end_ranking() -> None:
    with channel("job"):
        runs.ask_for_month_end_ranking(today=port_today(), by=system_user())


@shared_task(name="marketing.tasks.sweep_rankings")
def sweep_rankings() -> None:
    with channel("job"):
        sweeping.sweep_rankings(at=now(), by=system_user())
