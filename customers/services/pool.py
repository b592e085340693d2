"""Customers nobody has spoken with for long: their account manager is warned, then they fall back into the pool."""

import datetime as dt

from django.conf import settings
from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.enums import FollowUpKind
from customers.models import Customer, FollowUp
from customers.services.care import recycle_customers
from customers.services.followups import drop_and_free, open_follow_ups
from customers.services.pool_warnings import KEY, NO_MORE, open_warnings, with_quiet_since
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import start_of_day


def quiet_customers(*, before: dt.date) -> QuerySet:
    """Customers without contact or cargo since that day, with `quiet_since` and the `key` under which one is warned."""
    return with_quiet_since(Customer.objects.without_contact_since(before).filter(account_manager__is_active=True))


@action("followup.open")
def warn_of_recycling(*, today: dt.date, by: User) -> int:
    """Tell account managers which customers they are about to lose; each is told once, some at a time. Returns how many."""
    if not settings.POOL_RECYCLE_DAYS:
        return 0
    limit = today - dt.timedelta(days=max(0, settings.POOL_RECYCLE_DAYS - settings.POOL_WARN_DAYS))
    _drop_what_holds_no_more(limit, by)
    warned = FollowUp.objects.filter(dedupe_key__startswith=KEY)
    quiet = quiet_customers(before=limit).exclude(key__in=warned.values("dedupe_key"))
    place = Window(RowNumber(), partition_by="account_manager", order_by=("quiet_since", "pk"))
    first = quiet.alias(place=place).filter(place__lte=settings.VERIFY_AT_ONCE).order_by("quiet_since", "pk")
    found = list(first.values_list("pk", "account_manager", "quiet_since", "key"))
    managers = User.objects.in_bulk({manager for _pk, manager, _since, _key in found})
    open_warnings = warned.filter(owner__in=managers).open().order_by().values_list("owner").annotate(Count("pk"))
    room = dict.fromkeys(managers, settings.VERIFY_AT_ONCE) | {pk: settings.VERIFY_AT_ONCE - count for pk, count in open_warnings}
    rows = []
    for pk, manager, since, key in found:
        if room[manager] > 0:
            room[manager] -= 1
            rows.append(_warning(pk, managers[manager], since, key, today))
    open_follow_ups(rows=rows, by=by)
    return len(rows)


def _drop_what_holds_no_more(limit: dt.date, by: User) -> None:
    """Cargo came, the firm became a key account or is on credit hold: such a warning would take the place of another for ever."""
    holding = quiet_customers(before=limit).values("key")
    drop_and_free(rows=open_warnings().exclude(dedupe_key__in=holding), result=NO_MORE, by=by)


def _warning(pk: int, manager: User, since: dt.date, key: str, today: dt.date) -> dict[str, object]:
    due_on = today + dt.timedelta(days=settings.POOL_WARN_DAYS)
    with override(manager.language):
        title = _("No contact since %(day)s: speak with them, or the customer goes back into the pool") % {"day": since.isoformat()}
    return {"customer_id": pk, "title": title, "owner": manager, "due_on": due_on, "kind": FollowUpKind.CALL, "dedupe_key": key}


def recycle_due(*, today: dt.date, by: User) -> int:
    """Put back into the pool whom nobody spoke with although the time of the warning is over. Run twice, it does nothing more."""
    if not settings.POOL_RECYCLE_DAYS:
        return 0
    before = today - dt.timedelta(days=settings.POOL_RECYCLE_DAYS)
    in_time = start_of_day(today - dt.timedelta(days=settings.POOL_WARN_DAYS - 1))
    told = FollowUp.objects.filter(dedupe_key__startswith=KEY, opened_at__lt=in_time)
    customers = list(quiet_customers(before=before).filter(key__in=told.values("dedupe_key")).values_list("pk", flat=True))
    return recycle_customers(customers=customers, last_contact_before=before, by=by) if customers else 0
