"""The warning that a customer is about to fall back into the pool: open only for as long as it holds."""

from collections.abc import Collection

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.enums import FollowUpState
from customers.models import Customer, FollowUp
from customers.services.followups import drop_and_free
from portcrm.accounts.models import User
from portcrm.clock import now

KEY = "pool:"
NO_MORE = gettext_lazy("The warning does not hold any more.")


def with_quiet_since(rows: QuerySet) -> QuerySet:
    """Customers with `quiet_since`, the last day anything took place, and the `key` under which one is warned of that."""
    rows = rows.annotate(quiet_since=Greatest("care_since", "last_contact_on", "last_handled_on"))
    return rows.annotate(key=Concat(Value(KEY), Cast("pk", CharField()), Value(":"), Cast("quiet_since", CharField())))


def open_warnings() -> QuerySet:
    return FollowUp.objects.open().filter(dedupe_key__startswith=KEY)


def drop_warnings(*, customers: Collection[int], by: User) -> None:
    """Whoever was warned does not care for these customers any more, or has them no longer to lose."""
    drop_and_free(rows=open_warnings().filter(customer__in=customers), result=NO_MORE, by=by)


def answer_warnings(*, customer: int, by: User) -> None:
    """Somebody was in contact: done are the warnings that speak of an earlier day."""
    now_quiet = with_quiet_since(Customer.objects.filter(pk=OuterRef("customer"))).values("key")
    answered = open_warnings().filter(customer=customer).exclude(dedupe_key=Subquery(now_quiet))
    answered.update(state=FollowUpState.DONE, closed_by=by, closed_at=now(), result=_("Somebody was in contact."))
