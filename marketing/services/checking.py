"""Checking a complete ranking against the ledger again."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketing.enums import JobState
from marketing.models import RankingRun, Reconciliation
from marketing.queries import reconciling
from marketing.services.computing import check
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.errors import RuleBroken


@action("ranking.check", _("Checked a ranking against the ledger"))
def check_again(*, run: RankingRun, by: User) -> Reconciliation:
    """Compare the run with the ledger as it is now and keep the result beside the earlier ones."""
    if run.state != JobState.DONE:
        raise RuleBroken(_("Only a complete ranking can be checked."))
    with transaction.atomic():
        result = check(run=run, ledger=reconciling.ledger_totals(run), by=by)
    record(by=by, action="ranking.check", target=run, agrees=result.agrees)
    return result
