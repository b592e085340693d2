"""Whom at a customer's our own people know, and how well."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from customers import permissions
from customers.models import Acquaintance, Contact
from customers.services.contact_rules import locked_contact
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken


@action("acquaintance.record", _("Acquaintance noted"))
def record_acquaintance(
    *, contact: Contact, user: User, closeness: int, by: User, since: dt.date | None = None, how: str = "", note: str = ""
) -> Acquaintance:
    """Note how well a colleague knows a contact; what was noted before of the two is replaced, its history stays."""
    _refuse_for_others(user, by)
    if since is not None and since > port_today():
        raise RuleBroken(_("People do not know each other from a day to come."), field="since")
    contact = locked_contact(contact)
    facts = {"closeness": closeness, "since": since, "how": how.strip(), "note": note.strip()}
    facts |= {"recorded_by": by, "recorded_on": port_today()}
    row, _made = Acquaintance.objects.update_or_create(contact=contact, user=user, defaults=facts)
    return row


@action("acquaintance.remove")
def remove_acquaintance(*, acquaintance: Acquaintance, by: User) -> None:
    """Take it out: they do not know each other, or not any more. History keeps that it was noted."""
    _refuse_for_others(acquaintance.user, by)
    acquaintance.delete()


def _refuse_for_others(user: User, by: User) -> None:
    if user != by and not by.has_perm(permissions.CHANGE_CUSTOMER):
        raise RuleBroken(_("Say it of yourself; of colleagues only those who keep customer files do."), field="user")
