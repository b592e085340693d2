"""Code lists: entries are added and changed, never deleted, because files point at them; one not in use is not offered."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from customers.models.reference import CreditGrade, ReferenceEntry
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken


@action("reference.save")
def add_reference(*, entry: ReferenceEntry, by: User) -> ReferenceEntry:
    """Add an entry; a key or code that exists already is refused."""
    _save_or_refuse(entry)
    return entry


@action("reference.save")
def edit_reference(*, entry: ReferenceEntry, changes: Mapping[str, object], seen: Mapping[str, object], by: User) -> ReferenceEntry:
    """Change an entry; a field somebody else changed since it was `seen` raises EditConflict and saves nothing."""
    entry = type(entry).objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if isinstance(entry, CreditGrade) and changes.get("scheme", entry.scheme) != entry.scheme:
        raise RuleBroken(_("A grade keeps its scheme, because ratings name it. Add a grade to the other scheme."), field="scheme")
    _save_or_refuse(entry, update_fields=set_changes(entry, changes=changes, seen=seen))
    return entry


def _save_or_refuse(entry: ReferenceEntry, **how) -> None:
    try:
        with transaction.atomic():
            entry.save(**how)
    except IntegrityError as error:
        raise RuleBroken(_("Another entry of this list has this key.")) from error
