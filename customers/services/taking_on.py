"""Work with customers goes to people who can open it."""

from django.utils.translation import gettext as _

from customers.permissions import TAKE_ON, VIEW_PERSONAL
from portcrm.accounts.models import User
from portcrm.errors import RuleBroken


def refuse_who_cannot_take_on(user: User, *, field: str) -> None:
    """Nobody is given a customer, a follow-up or a visit whose role does not work with customer files, or who has left."""
    if not user.has_perm(TAKE_ON):
        said = _("The role of %(name)s does not work with customer files. Choose another colleague.")
        raise RuleBroken(said % {"name": user.label}, field=field)


def refuse_who_reads_no_profiles(user: User, *, field: str) -> None:
    """Reminders of a person's day tell a birthday."""
    if not user.has_perm(VIEW_PERSONAL):
        said = _("The role of %(name)s may not read the profile of persons in charge. Choose another colleague.")
        raise RuleBroken(said % {"name": user.label}, field=field)
