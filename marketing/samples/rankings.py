"""`./run real_data`: ranks the importers of the sample files as of the end of 2016 and of 2017."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override

from marketing.demo.rankings import rank
from marketing.models import RankingQuantity, RankingRun, ValueModel
from marketing.queries.explaining import note_text
from marketing.services.value_models import draft_value_model, put_in_force
from portcrm.accounts.models import User
from portcrm.clock import now, port_today
from portcrm.pages import formats

YEAR_ENDS = (dt.date(2016, 12, 31), dt.date(2017, 12, 31))


def rank_sample_years(_folder: Path, by: User, say: Callable[[str], None]) -> None:
    """Two rankings of twelve months each; says who leads by quantity and what data are missing."""
    with override("zh-hans"):
        if not ValueModel.objects.in_force().exists():
            put_in_force(model=draft_value_model(note=_("First version, agreed with operations"), by=by), at=now(), by=by)
    for as_of in YEAR_ENDS:
        run = rank(as_of, today=port_today(), by=by, say=say)
        if run is not None:
            tell(run, say)


def tell(run: RankingRun, say: Callable[[str], None]) -> None:
    for note in run.notes:
        say(f"  {note_text(note)}")
    for leader in RankingQuantity.objects.filter(run=run).select_related("customer", "unit").order_by("unit", "position")[:3]:
        say(f"  {leader.rank}. {leader.customer.label} {formats.number(leader.quantity)} {leader.unit.label}")
    check = run.reconciliations.first()
    say("  " + (_("The ranking agrees with the ledger.") if check.agrees else _("The ranking and the ledger differ.")))
