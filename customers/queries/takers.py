"""Whom a customer, a place in its team, a follow-up or a visit can be given to, and who takes part in contact with customers."""

from django.db.models import QuerySet

from customers.permissions import TAKE_ON
from portcrm.accounts.models import User


def takers(*held: int | None) -> QuerySet[User]:
    """Colleagues whose role works with customers. `held`: who has it now stays on offer, so that the rest can be changed."""
    return User.objects.able(TAKE_ON, held=held)
