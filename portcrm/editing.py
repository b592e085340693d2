"""Two people may edit one row at the same time: what only one of them touched is kept, what both touched is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

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
        stored = _stored(row, field)
        if field in seen and plain(seen[field]) != stored and plain(wanted) != stored:
            found.append(FieldConflict(field, str(row._meta.get_field(field).verbose_name), _theirs(row, field), wanted))
    return found


def set_changes(row: Model, *, changes: Mapping[str, object], seen: Mapping[str, object]) -> list[str]:
    """Set what differs on a locked row, for its service to save; returns the names, raises EditConflict and sets nothing."""
    conflicts = conflicts_of(row, changes=changes, seen=seen)
    if conflicts:
        raise EditConflict(conflicts)
    changed = [field for field, wanted in changes.items() if _stored(row, field) != plain(wanted)]
    for field in changed:
        setattr(row, field, changes[field])
    return changed


def _theirs(row: Model, field: str):
    """As it is stored; of a related row that is gone only the key."""
    try:
        return getattr(row, field)
    except ObjectDoesNotExist:
        return _stored(row, field)


def _stored(row: Model, field: str):
    return getattr(row, row._meta.get_field(field).attname)
