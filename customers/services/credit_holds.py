"""Credit holds: placed with a reason, lifted by who may, one at a time."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.models import CreditHold, Customer
from customers.services.telling import tell_hold
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken


@action("hold.place")
def place_hold(*, customer: Customer, reason: str, by: User) -> CreditHold:
    """Stop credit for a customer; a second hold beside one in force is refused."""
    if not reason.strip():
        raise RuleBroken(_("Say why."), field="reason")
    try:
        with transaction.atomic():
            hold = CreditHold.objects.create(customer=customer, reason=reason.strip(), placed_on=port_today(), placed_by=by)
    except IntegrityError as error:
        raise RuleBroken(_("This customer is on credit hold already.")) from error
    tell_hold(hold=hold, lifted=False, by=by)
    return hold


@action("hold.lift")
def lift_hold(*, hold: CreditHold, reason: str, by: User) -> CreditHold:
    """Give credit again, and say why; only one caller lifts it."""
    if not reason.strip():
        raise RuleBroken(_("Say why."), field="reason")
    lifted = {"lifted_on": port_today(), "lifted_by": by, "lifted_because": reason.strip()}
    if not CreditHold.objects.in_force().filter(pk=hold.pk).update(**lifted):
        raise RuleBroken(_("This hold is lifted already."))
    hold.refresh_from_db()
    tell_hold(hold=hold, lifted=True, by=by)
    return hold
