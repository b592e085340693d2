"""Editing a row of a customer file: what both editors touched is refused, and the row knows who stands for it since when."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken


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
    changed = set_changes(row, changes=changes, seen=seen)
    if not changed:
        return []
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
