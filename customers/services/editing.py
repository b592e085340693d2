"""Editing a row of a customer file: what both editors touched is refused, and the row knows who stands for it since when."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.rules import refuse_misfits, rules_told

Row = TypeVar("Row", bound=Model)


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

    A value that does not fit its field, or not beside the others, raises RuleBroken and saves nothing.

    `recorded`: the editor now stands for these facts, as of `recorded_on` (today).
    """
    changed = set_changes(row, changes=changes, seen=seen)
    if not changed:
        return []
    refuse_misfits(row, changed)
    row.version += 1
    stamps = ["version", *(["updated_at"] if hasattr(row, "updated_at") else [])]
    if recorded:
        row.recorded_by, row.recorded_on = by, recorded_on or port_today()
        stamps += ["recorded_by", "recorded_on"]
        if getattr(row, "verified_on", None) == row.recorded_on:  # confirmed earlier that day: what stands here now nobody has confirmed
            row.verified_by = row.verified_on = None
            stamps += ["verified_by", "verified_on"]
    with rules_told(changed=changed):
        row.save(update_fields=[*changed, *stamps])
    return changed


def add_row(*, row: Row, given: Collection[str], by: User, recorded_on: dt.date | None = None) -> Row:
    """Store a new row of a file as of `recorded_on` (today); a `given` value that does not fit its field, or not beside the
    others, raises RuleBroken."""
    row.recorded_by, row.recorded_on = by, recorded_on or port_today()
    refuse_misfits(row, given)
    with rules_told(changed=given):
        row.save(force_insert=True)
    return row


def refuse_other_version(row: Model, version: int | None) -> None:
    """For those who saw the whole row at one version and not field by field: programs, and whoever confirms what was on the screen."""
    if version is not None and row.version != version:
        raise RuleBroken(_("Somebody has changed this since you read it. Read it again."), field="version")


def confirm(*, row: Row, by: User) -> Row:
    """That a locked row is still true today. Confirming is no edit: the version stays, so that an editor's form still holds."""
    row.verified_by, row.verified_on = by, port_today()
    row.save(update_fields=["verified_by", "verified_on"])
    return row
