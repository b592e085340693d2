"""Credit holds: proposed where payment is long overdue, placed with a reason by people, lifted by who may, one at a time."""

import datetime as dt
from collections.abc import Mapping
from operator import itemgetter

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.enums import FollowUpState
from customers.models import CreditHold, Customer, FollowUp, TransactionStatus
from customers.queries.days_of_figures import days_of_figures
from customers.services.followups import open_follow_ups
from customers.services.telling import tell_hold
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.pages.formats import money

KEY = "hold:"


@action("hold.place")
def place_hold(*, customer: Customer, reason: str, by: User) -> CreditHold:
    """Stop credit for a customer; a second hold beside one in force is refused. What proposed it is done."""
    if not reason.strip():
        raise RuleBroken(_("Say why."), field="reason")
    try:
        with transaction.atomic():
            hold = CreditHold.objects.create(customer=customer, reason=reason.strip(), placed_on=port_today(), placed_by=by)
    except IntegrityError as error:
        raise RuleBroken(_("This customer is on credit hold already.")) from error
    tell_hold(hold=hold, lifted=False, by=by)
    proposed = FollowUp.objects.filter(customer=customer, dedupe_key__startswith=KEY)  # a merge may have brought it
    _close(proposed, by=by, result=_("The customer is on credit hold."))
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


@action("followup.open")
def propose_holds(*, today: dt.date, by: User) -> int:
    """Ask account managers about customers who are late for longer than HOLD_PROPOSAL_DAYS; nobody is put on hold by itself.

    The same delay, known by the day since which it lasts, is asked about once; whoever has paid up is asked about no more.
    """
    late = TransactionStatus.objects.late_for_hold().filter(customer__merged_into=None).exclude(customer__in=_held())
    open_now = FollowUp.objects.open().filter(dedupe_key__startswith=KEY)
    still_late = set(late.values_list("customer", flat=True))
    _close(open_now.exclude(customer__in=still_late), by=by, result=_("The delay is over."))
    rows = late.filter(customer__account_manager__is_active=True).exclude(customer__in=open_now.values("customer"))
    wanted = list(rows.select_related("customer__account_manager").order_by("pk"))
    figures = days_of_figures(wanted)
    since = {row.customer_id: figures[row.pk].since for row in wanted}
    new = _not_asked_about([_proposal(row, figures[row.pk].day, today) for row in wanted], since)
    open_follow_ups(rows=new, by=by)
    return len(new)


def _held():
    return CreditHold.objects.in_force().values("customer")


def _not_asked_about(wanted: list[dict], since: Mapping[int, dt.datetime | None]) -> list[dict]:
    """A delay is known by its day and the customer its proposal stands with now: after a merge the key still names the other file.

    `since`, by customer: when undated figures came to stand as they do. Whatever was asked about the file since then was asked about
    them; its key may name a later day, for these once counted from the last edit of the terms.
    """
    customers, keys = [row["customer"].pk for row in wanted], [row["dedupe_key"] for row in wanted]
    asked = FollowUp.objects.filter(Q(customer__in=customers) | Q(dedupe_key__in=keys), dedupe_key__startswith=KEY)
    stored = list(asked.values_list("customer", "dedupe_key", "opened_at"))
    days, known = {(customer, _day_in(key)) for customer, key, _at in stored}, {key for _customer, key, _at in stored}
    asked_at = {_file_in(key): at for _customer, key, at in sorted(stored, key=itemgetter(2))}
    answered = {file for file, start in since.items() if start and file in asked_at and asked_at[file] >= start}
    new = [row for row in wanted if row["dedupe_key"] not in known and (row["customer"].pk, _day_in(row["dedupe_key"])) not in days]
    return [row for row in new if row["customer"].pk not in answered]


def _file_in(key: str) -> int:
    """The customer whose figures a proposal told."""
    return int(key.split(":")[1])


def _day_in(key: str) -> str:
    return key.rpartition(":")[2]


def _proposal(row: TransactionStatus, as_of: dt.date, today: dt.date) -> dict[str, object]:
    """The day of the figures stays whatever else is edited of the terms, so the same delay has the same key."""
    manager = row.customer.account_manager
    since = as_of - dt.timedelta(days=row.overdue_days)
    with override(manager.language):
        said = {"amount": money(row.overdue_amount), "days": row.overdue_days, "day": as_of.isoformat()}
        title = _("Decide on a credit hold: %(amount)s overdue, the oldest for %(days)s days as of %(day)s") % said
    return {
        "customer": row.customer, "title": title[:200], "owner": manager, "due_on": today + dt.timedelta(days=settings.VERIFY_WITHIN_DAYS),
        "dedupe_key": f"{KEY}{row.customer_id}:{since:%Y-%m-%d}", "reason_url": f"{row.customer.get_absolute_url()}?tab=care",
    }  # fmt: skip


def _close(rows, *, by: User, result: str) -> int:
    return rows.filter(state=FollowUpState.OPEN).update(state=FollowUpState.DONE, closed_by=by, closed_at=now(), result=result)
