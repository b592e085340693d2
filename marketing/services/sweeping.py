"""What a lost message or a killed worker left behind is taken up again."""

import datetime as dt

from django.db.models import Q

from marketing.enums import JobState
from marketing.models import RankingRun
from marketing.services.computing import LEASE
from marketing.services.runs import nudge
from marketing.services.storing import store_newest_values
from portcrm.accounts.models import User

PATIENCE = dt.timedelta(minutes=2)  # a nudge is given this long


def sweep_rankings(*, at: dt.datetime, by: User, lease: dt.timedelta = LEASE) -> list[int]:
    """Nudge the runs nobody works on, and store the newest values if a worker died before doing so; returns the runs nudged."""
    left_behind = Q(state=JobState.WAITING, asked_at__lt=at - PATIENCE) | Q(state=JobState.RUNNING, claimed_at__lt=at - lease)
    found = list(RankingRun.objects.filter(left_behind).order_by("pk").values_list("pk", flat=True))
    for run_id in found:
        nudge(run_id)
    store_newest_values(at=at, by=by)
    return found
