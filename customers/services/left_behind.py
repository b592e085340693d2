"""Customers whose account manager's account has been closed: into the pool, or before the eyes of those who assign customers."""

import datetime as dt

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.permissions import ASSIGN_CUSTOMER
from customers.services.care import into_pool
from customers.services.telling import tell_left_behind
from portcrm.accounts.models import User
from portcrm.audit.actions import action


@action("customer.recycle")
def recycle_left_behind(*, today: dt.date, by: User) -> int:
    """Put customers of closed accounts into the pool, without a warning that nobody would read; returns how many.

    Key accounts and credit holds stay, all of them where POOL_RECYCLE_DAYS is 0: who assigns customers is told of them
    every month until they are handed over.
    """
    gone = Customer.objects.left_behind()
    free = gone.not_exempt() if settings.POOL_RECYCLE_DAYS else gone.none()
    rows = list(free.order_by("pk").select_for_update(no_key=True, skip_locked=True, of=("self",)))
    recycled = into_pool(rows=rows, note=_("The account of the account manager is closed."), by=by)
    _tell_of_the_others(today=today, by=by)
    return recycled


def _tell_of_the_others(*, today: dt.date, by: User) -> None:
    left = dict(Customer.objects.left_behind().order_by().values_list("account_manager").annotate(Count("pk")))
    if not left:
        return
    assigning = [person for person in User.objects.colleagues() if person.has_perm(ASSIGN_CUSTOMER)]
    for giver in User.objects.filter(pk__in=left):
        tell_left_behind(giver=giver, number=left[giver.pk], to=assigning, month=f"{today:%Y-%m}", by=by)
