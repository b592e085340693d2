"""Files that are taken in whole and not row by row; an app registers each kind, and `./run ingest KIND FILE…` takes them in.

    register_intake(Intake("document", take_in))

`take_in(path, by)` keeps one file and gives the lines of its report; RuleBroken or OSError say why a file was not kept.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from portcrm.accounts.models import User


@dataclass(frozen=True)
class Intake:
    key: str
    take_in: Callable[[Path, User], Iterable[str]]


_intakes: dict[str, Intake] = {}


def register_intake(intake: Intake) -> None:
    _intakes[intake.key] = intake


def intakes() -> dict[str, Intake]:
    """All kinds by key."""
    return dict(_intakes)
