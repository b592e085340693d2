"""Two people may edit one part at the same time: what only one of them touched is kept, what both touched is shown."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.errors import RuleBroken


@dataclass(frozen=True)
class FieldConflict:
    """`theirs` was saved by somebody after the editor opened the form; `yours` is what the editor typed."""

    field: str
    label: str
    theirs: object
    yours: object


class EditConflict(RuleBroken):
    """Nothing was saved; the form comes back with both texts for every field in `conflicts`."""

    def __init__(self, conflicts: list[FieldConflict]):
        super().__init__(_("Somebody saved other values while you were editing. Choose what is right and save again."))
        self.conflicts = conflicts


def plain(value):
    """Values as they compare: a related row by its key, a missing text like an empty one."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, tuple):
        return list(value)
    return value


def conflicts_of(row: Model, *, changes: Mapping[str, object], seen: Mapping[str, object]) -> list[FieldConflict]:
    """Fields the editor changed whose stored value is neither what the editor saw nor what the editor wants."""
    found = []
    for field, wanted in changes.items():
        stored = plain(getattr(row, row._meta.get_field(field).attname))
        if field in seen and plain(seen[field]) != stored and plain(wanted) != stored:
            found.append(FieldConflict(field, str(row._meta.get_field(field).verbose_name), getattr(row, field), wanted))
    return found


def apply_edit(
    *,
    row: Model,
    changes: Mapping[str, object],
    seen: Mapping[str, object],
    by: User,
    recorded_on: dt.date | None = None,
    recorded: bool = True,
) -> list[str]:
    """Set the changed fields on a locked row and save only them; returns their names, raises EditConflict.

    `recorded`: the editor now stands for these facts, as of `recorded_on` (today).
    """
    conflicts = conflicts_of(row, changes=changes, seen=seen)
    if conflicts:
        raise EditConflict(conflicts)
    changed = [field for field, wanted in changes.items() if plain(getattr(row, row._meta.get_field(field).attname)) != plain(wanted)]
    if not changed:
        return []
    for field in changed:
        setattr(row, field, changes[field])
    row.version += 1
    stamps = ["version", *(["updated_at"] if hasattr(row, "updated_at") else [])]
    if recorded:
        row.recorded_by, row.recorded_on = by, recorded_on or port_today()
        stamps += ["recorded_by", "recorded_on"]
    row.save(update_fields=[*changed, *stamps])
    return changed


def refuse_other_version(row: Model, version: int | None) -> None:
    """For writers that saw the whole row at one version and not field by field: the API."""
    if version is not None and row.version != version:
        raise RuleBroken(_("Somebody has changed this since you read it. Read it again."), field="version")
