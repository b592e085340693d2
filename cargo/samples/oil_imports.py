"""The second step of `./run real_data FOLDER`: the ledger."""

from collections.abc import Callable
from pathlib import Path

from cargo.samples.trials import TRIALS, say_result
from portcrm.accounts.models import User

TRIAL = TRIALS["importers"]
SAMPLE_FILES = (TRIAL.file,)


def sample_ledger(folder: Path, by: User, say: Callable[[str], None]) -> None:
    """Ingest the importers' file and say whether the ledger agrees with it to the last digit."""
    say_result(TRIAL.file, TRIAL.take_in(folder, unknown_customers="refuse", by=by), say)
