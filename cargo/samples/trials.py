"""Real files of oil imports, each for a ledger of its own: they tell of the same cargo, so one ledger never holds both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from portcrm.accounts.models import User
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RunState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRun

SAME_IN_EVERY_ROW = {"cargo_class": "02", "form": "liquid_bulk", "direction": "inbound", "trade_kind": "foreign", "unit": "kbbl"}


@dataclass(frozen=True)
class Trial:
    """A file, the columns of its fields, and what is the same in every row."""

    file: str
    columns: Mapping[str, str]

    def take_in(self, folder: Path, *, unknown_customers: str, by: User) -> ImportRun:
        """Import the file; RuleBroken where that does not come to its end."""
        same = SAME_IN_EVERY_ROW | {"unknown_customers": unknown_customers}
        run = ingest("shipments", folder / self.file, self.columns, constants=same, by=by)
        if run.state != RunState.DONE:
            raise RuleBroken(run.problem)
        return run


# Neither holds revenue or cost, so there is none in the ledger.
TRIALS = {
    "importers": Trial(
        "clv/us_ports_oil_importers_monthly.csv",
        {"customer": "company", "handled_on": "period", "quantity": "qty_kbbl", "lots": "shipments", "destination": "port"},
    ),
    "lots": Trial(
        "clv/galveston_oil_shipments.csv",
        {
            "customer": "R_S_NAME",
            "handled_on": "RPT_PERIOD",
            "quantity": "QUANTITY",
            "goods": "PROD_NAME",
            "origin": "CNTRY_NAME",
            "destination": "PORT_CITY",
        },
    ),
}


def say_result(file: str, run: ImportRun, say: Callable[[str], None]) -> None:
    """How many rows, and whether the ledger agrees with the file to the last digit."""
    say(f"{file}: {run.created:,} ledger rows, {run.rejected} with problems")
    for line in run.by_importer.summary(run):
        say(f"{line.label}: {line.value}")
