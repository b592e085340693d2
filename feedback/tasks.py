"""Jobs of the opinion side. Each may run twice and does its work once; beat finds what a nudge missed."""

from celery import shared_task

from feedback.services import (
    complaint_figures,
    escalating,
    inbox,
    invitations,
    left_behind,
    low_marks,
    passing_on,
    reminders,
    results,
    sealing,
    seminars,
    status_mail,
    suggestions_left_behind,
    sweeping,
    telling,
)
from feedback.services.fetching import fetch_complaints
from feedback.services.jobs import COMPUTE_RESULTS, COUNT_AGAIN, WRITE_MAILS, WRITE_REMINDERS, WRITE_SEALED
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today
from portcrm.steps import run_all


@shared_task(name="feedback.run_due_programmes")
def run_due_programmes() -> None:
    sweeping.run_due_programmes(at=now(), by=system_user())


@shared_task(name="feedback.run_occasions")
def run_occasions() -> None:
    sweeping.run_occasions(at=now(), by=system_user())


@shared_task(name=WRITE_MAILS)
def write_invitation_mails(wave_id: int) -> None:
    while invitations.write_mails(wave_id=wave_id, at=now(), by=system_user()):
        pass


@shared_task(name="feedback.remind")
def remind() -> None:
    sweeping.ask_for_reminders()


@shared_task(name=WRITE_REMINDERS)
def write_wave_reminders(wave_id: int) -> None:
    after = reminders.write_reminders(wave_id=wave_id, at=now(), by=system_user())
    while after is not None:
        after = reminders.write_reminders(wave_id=wave_id, at=now(), by=system_user(), after=after)


@shared_task(name=COMPUTE_RESULTS)
def compute_wave_results(wave_id: int) -> None:
    results.renew_results(wave_id=wave_id, at=now(), by=system_user())


@shared_task(name=WRITE_SEALED)
def write_sealed_answers(wave_id: int) -> None:
    while sealing.write_sealed(wave_id=wave_id, at=now(), by=system_user()):
        pass


@shared_task(name=COUNT_AGAIN)
def count_wave_again(wave_id: int) -> None:
    """Whatever is known already: what customers are, not only what they answered, may have changed."""
    results.compute_results(wave_id=wave_id, at=now(), by=system_user())


@shared_task(name="feedback.sweep")
def sweep() -> None:
    """Close waves whose time is over; make good what answers left undone; ask for mails and figures that are missing."""
    sweeping.close_past_waves(at=now(), by=system_user())
    passing_on.tell_leftovers(by=system_user())
    sweeping.ask_for_leftovers(at=now())


@shared_task(name="feedback.nightly")
def nightly() -> None:
    """Complaints and suggestions whose owner left get back to those who assign; then deadlines are told. Run twice, each is told once."""
    returned = (left_behind.return_ownerless, suggestions_left_behind.return_suggestions, low_marks.return_low_marks)
    told = (inbox.forget_old_mails, telling.tell_deadlines, telling.tell_actions, seminars.tell_decisions, low_marks.tell_low_marks)
    run_all(*returned, *told, today=port_today(), by=system_user())
    complaint_figures.compute_complaint_figures(at=now(), by=system_user())


@shared_task(name="feedback.escalate")
def escalate() -> None:
    """Tell whom a deadline that is near or over concerns, the customer too once it is over; two workers tell it once."""
    escalating.escalate(at=now(), by=system_user())
    status_mail.tell_passed(at=now(), by=system_user())


@shared_task(name="feedback.complaint_figures")
def complaint_figures_renewed() -> None:
    """Count complaints anew where something changed."""
    complaint_figures.renew_complaint_figures(at=now(), by=system_user())


@shared_task(name="feedback.fetch_complaints")
def fetch_complaint_mails() -> None:
    fetch_complaints()
