"""Asking for a ranking. The work itself is marketing.services.computing, in a worker."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketing.enums import OPEN_STATES, JobState, RunOrigin
from marketing.models import RankingRun, ValueModel
from marketing.value.windows import last_month_end, window_ending
from portcrm import celery
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.errors import RuleBroken

COMPUTE_TASK = "marketing.tasks.compute_ranking"


@action("ranking.run", _("Asked for a ranking"))
def ask_for_ranking(*, as_of: dt.date, today: dt.date, by: User, origin: str = RunOrigin.BY_HAND) -> RankingRun:
    """Queue a ranking with the model in force; asking twice for the same date while one is open gives that one back."""
    if as_of > today:
        raise RuleBroken(_("A ranking cannot be made as of a day that has not come yet."), field="as_of")
    model = ValueModel.objects.in_force().select_for_update().first()  # one asker at a time
    if model is None:
        raise RuleBroken(_("No value model is in force. Put one in force first."))
    open_run = RankingRun.objects.filter(as_of=as_of, model=model, state__in=OPEN_STATES).first()
    if open_run is not None:
        return open_run
    window = window_ending(as_of, model.window_months)
    run = RankingRun.objects.create(
        as_of=as_of, model=model, origin=origin, asked_by=by, window_start=window.start, before_start=window.before_start
    )
    record(by=by, action="ranking.run", target=run, as_of=as_of.isoformat(), version=model.version)
    transaction.on_commit(lambda: nudge(run.pk))
    return run


@action("ranking.run", _("Asked for a ranking"))
def ask_for_month_end_ranking(*, today: dt.date, by: User) -> RankingRun | None:
    """The ranking of the month that ended last, once; None where it is there or under way, or no model is in force.

    A ranking by hand counts if it was asked for after the month: one of the last day's noon misses that afternoon's cargo.
    """
    as_of = last_month_end(today)
    model = ValueModel.objects.in_force().select_for_update().first()
    if model is None or RankingRun.objects.of_whole_day(as_of).filter(state__in=[*OPEN_STATES, JobState.DONE]).exists():
        return None
    return ask_for_ranking(as_of=as_of, today=today, by=by, origin=RunOrigin.MONTHLY)


@action("ranking.cancel", _("Cancelled a ranking"))
def cancel_ranking(*, run: RankingRun, at: dt.datetime, by: User) -> RankingRun:
    """Stop a ranking that is not complete; nothing of it stays."""
    taken = RankingRun.objects.filter(pk=run.pk, state__in=OPEN_STATES).update(state=JobState.CANCELLED, finished_at=at)
    if not taken:
        raise RuleBroken(_("This ranking is complete and cannot be cancelled."))
    record(by=by, action="ranking.cancel", target=run)
    run.refresh_from_db()
    return run


def nudge(run_id: int) -> None:
    """Tell the workers."""
    celery.nudge(COMPUTE_TASK, run_id)
