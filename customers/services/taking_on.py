"""Work with customers goes to people who can open it."""

from collections.abc import Container, Iterable

from django.utils.translation import gettext as _

from customers.permissions import TAKE_ON, VIEW_PERSONAL
from portcrm.accounts.models import User
from portcrm.errors import RuleBroken


def refuse_who_cannot_take_on(user: User, *, field: str) -> None:
    """Nobody is given a customer, a follow-up or a visit whose role does not work with customer files, or who has left."""
    if not user.has_perm(TAKE_ON):
        said = _("The role of %(name)s does not work with customer files. Choose another colleague.")
        raise RuleBroken(said % {"name": user.label}, field=field)


def refuse_who_takes_no_part(users: Iterable[User], *, known: Container[int] = ()) -> None:
    """Those with whom a customer is met work with customer files; who stood there before (`known`) stays."""
    for user in users:
        if user.pk not in known and not user.has_perm(TAKE_ON):
            said = _("The role of %(name)s does not work with customer files. Write the name under “other participants”.")
            raise RuleBroken(said % {"name": user.label}, field="colleagues")


def refuse_who_reads_no_profiles(user: User, *, field: str) -> None:
    """Reminders of a person's day tell a birthday."""
    if not user.has_perm(VIEW_PERSONAL):
        said = _("The role of %(name)s may not read the profile of persons in charge. Choose another colleague.")
        raise RuleBroken(said % {"name": user.label}, field=field)
