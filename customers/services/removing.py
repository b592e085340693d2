"""Taking back a file that was opened a moment ago: it goes altogether while nobody has built on it."""

from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.services.locking import locked_customer
from customers.services.taking_back import hanging_on, remove_bare_files
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken

FIRST_VERSION = 1


@action("customer.take_back", _("Opened file taken back"))
def take_back_file(*, customer: Customer, by: User) -> None:
    """Remove a file nobody has edited and nothing hangs on; RuleBroken otherwise. Its history stays."""
    row = locked_customer(customer)
    if row.version != FIRST_VERSION or hanging_on([row.pk], evidence=""):
        raise RuleBroken(_("There is more in the file %(customer)s by now, so it stays.") % {"customer": row})
    remove_bare_files(keys=[row.pk], by=by)
