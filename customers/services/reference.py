"""Code lists: entries are added and changed, never deleted, because files point at them; one not in use is not offered."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from customers.models.reference import ReferenceEntry
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken


@action("reference.save")
def save_reference(*, entry: ReferenceEntry, fields: Mapping[str, object], by: User) -> ReferenceEntry:
    """Add an entry or change it; a key or code that exists already is refused."""
    for name, value in fields.items():
        setattr(entry, name, value)
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise RuleBroken(_("Another entry of this list has this key.")) from error
    return entry
