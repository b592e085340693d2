"""Whom a customer, a place in its team, a follow-up or a visit can be given to."""

from django.db.models import Q, QuerySet

from customers.permissions import TAKE_ON
from portcrm.accounts.models import User


def takers(*, held: int | None = None) -> QuerySet[User]:
    """Colleagues whose role works with customers. `held`: who has it now stays on offer, so that the rest can be changed."""
    able = User.objects.colleagues().who_may(TAKE_ON)
    if held is None:
        return able
    return User.objects.people().filter(Q(pk__in=able.order_by().values("pk")) | Q(pk=held)).order_by("name", "pk")
