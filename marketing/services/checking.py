"""Checking a complete ranking against the ledger again."""

from django.utils.translation import gettext_lazy as _

from marketing.enums import JobState
from marketing.models import RankingRun, Reconciliation
from marketing.queries import reconciling
from marketing.services.computing import compared, keep
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.errors import RuleBroken
from portcrm.snapshot import snapshot


def check_again(*, run: RankingRun, by: User) -> Reconciliation:
    """Compare the run with the ledger as it is now and keep the result beside the earlier ones.

    Everything is read in one snapshot: an import that ends between two questions must not look like a difference.
    """
    if run.state != JobState.DONE:
        raise RuleBroken(_("Only a complete ranking can be checked."))
    with snapshot():
        result = compared(run=run, ledger=reconciling.ledger_totals(run))
    return _keep(result=result, by=by)


@action("ranking.check", _("Checked a ranking against the ledger"))
def _keep(*, result: Reconciliation, by: User) -> Reconciliation:
    keep(result=result, by=by)
    record(by=by, action="ranking.check", target=result.run, agrees=result.agrees)
    return result
