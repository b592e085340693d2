"""Jobs of the opinion side. Each may run twice and does its work once; beat finds what a nudge missed."""

from celery import shared_task

from feedback.services import invitations, results, sweeping
from feedback.services.jobs import COMPUTE_RESULTS, COUNT_AGAIN, WRITE_MAILS
from portcrm.accounts.services import system_user
from portcrm.clock import now


@shared_task(name="feedback.run_due_programmes")
def run_due_programmes() -> None:
    sweeping.run_due_programmes(at=now(), by=system_user())


@shared_task(name=WRITE_MAILS)
def write_invitation_mails(wave_id: int) -> None:
    while invitations.write_mails(wave_id=wave_id, at=now(), by=system_user()):
        pass


@shared_task(name=COMPUTE_RESULTS)
def compute_wave_results(wave_id: int) -> None:
    results.renew_results(wave_id=wave_id, at=now(), by=system_user())


@shared_task(name=COUNT_AGAIN)
def count_wave_again(wave_id: int) -> None:
    """Whatever is known already: what customers are, not only what they answered, may have changed."""
    results.compute_results(wave_id=wave_id, at=now(), by=system_user())


@shared_task(name="feedback.sweep")
def sweep() -> None:
    """Close waves whose time is over; ask for mails and figures that were left undone."""
    sweeping.close_past_waves(at=now(), by=system_user())
    sweeping.ask_for_leftovers(at=now())
