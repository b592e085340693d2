"""The second step of `./run real_data FOLDER`: the ledger. The file holds neither revenue nor cost, so there is none."""

from collections.abc import Callable
from pathlib import Path

from portcrm.accounts.models import User
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RunState
from portcrm.exchange.ingesting import ingest

FILE = "clv/us_ports_oil_importers_monthly.csv"
SAMPLE_FILES = (FILE,)
COLUMNS = {"customer": "company", "handled_on": "period", "quantity": "qty_kbbl", "lots": "shipments", "destination": "port"}
SAME_IN_EVERY_ROW = {
    "cargo_class": "02",
    "form": "liquid_bulk",
    "direction": "inbound",
    "trade_kind": "foreign",
    "unit": "kbbl",
    "unknown_customers": "refuse",
}


def sample_ledger(folder: Path, by: User, say: Callable[[str], None]) -> None:
    """Ingest the importers' file and say whether the ledger agrees with it to the last digit."""
    run = ingest("shipments", folder / FILE, COLUMNS, constants=SAME_IN_EVERY_ROW, by=by)
    if run.state != RunState.DONE:
        raise RuleBroken(run.problem)
    say(f"{FILE}: {run.created:,} ledger rows, {run.rejected} with problems")
    for line in run.by_importer.summary(run):
        say(f"{line.label}: {line.value}")
