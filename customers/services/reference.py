"""Code lists: entries are added and changed, never deleted, because files point at them; one not in use is not offered."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from customers.models.reference import CreditGrade, CreditScheme, ReferenceEntry, RegistrationType
from customers.queries.code_lists import is_named_by_rows
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken

NAMES = ("name_zh", "name_en")
# What files say of a company in these words stays in these words.
STAYING = {RegistrationType: ("scheme", "code", *NAMES), CreditScheme: ("key", *NAMES), CreditGrade: ("code", *NAMES)}


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
    changed = set_changes(entry, changes=changes, seen=seen)
    _refuse_renaming(entry, changed)
    _save_or_refuse(entry, update_fields=changed)
    return entry


def _refuse_renaming(entry: ReferenceEntry, changed: list[str]) -> None:
    """A registration type, a credit scheme or a grade that files name keeps its code and names; a scheme is named by its grades."""
    staying = [name for name in changed if name in STAYING.get(type(entry), ())]
    named = entry.grades.all() if isinstance(entry, CreditScheme) else [entry]
    if staying and any(is_named_by_rows(one) for one in named):
        reason = _("Rows that exist show this name, so it stays. Add a new entry with the new name and take this one out of use.")
        raise RuleBroken(reason, field=staying[0])


def _save_or_refuse(entry: ReferenceEntry, **how) -> None:
    try:
        with transaction.atomic():
            entry.save(**how)
    except IntegrityError as error:
        raise RuleBroken(_("Another entry of this list has this key.")) from error
