"""Files stay true: facts nobody has confirmed in time come back as a follow-up, once for each state of the facts."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, QuerySet, Value, When, Window
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.enums import PERSONS, CustomerStatus, FollowUpKind, FollowUpState, Part, Tier, part_label
from customers.models import BusinessAssessment, Contact, Customer, FollowUp, Traits, TransactionStatus
from customers.services.followups import open_follow_ups
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today

TIERS_IN_TURN = (Tier.KEY, Tier.MAJOR, Tier.STANDARD)


@dataclass(frozen=True, order=True)
class Unconfirmed:
    """One part of one file; they sort as they should be looked at."""

    turn: int  # of the tier
    confirmed_on: dt.date
    customer_id: int
    part: str

    @property
    def key(self) -> str:
        return f"{key_start(self.customer_id, self.part)}{self.confirmed_on:%Y-%m-%d}"


def key_start(customer_id: int, part: str) -> str:
    return f"verify:{customer_id}:{part}:"


@action("followup.open")
def open_verifications(*, today: dt.date, by: User) -> int:
    """Ask account managers to confirm what is out of date, the heaviest tiers and oldest facts first; returns how many were asked.

    Nobody has more than VERIFY_AT_ONCE of them open. The same facts are asked about once, however often this runs.
    """
    waiting: dict[int, list[Unconfirmed]] = defaultdict(list)
    for part in (*Part.values, PERSONS):
        for manager, facts in unconfirmed_facts(part, on=today):
            waiting[manager].append(facts)
    managers = User.objects.in_bulk(waiting)
    open_already = FollowUp.objects.open().filter(kind=FollowUpKind.VERIFY, owner__in=managers).order_by()
    busy = dict(open_already.values_list("owner").annotate(Count("pk")))
    rows = [
        _asked(facts, managers[manager], today)
        for manager, found in waiting.items()
        for facts in sorted(found)[: max(0, settings.VERIFY_AT_ONCE - busy.get(manager, 0))]
    ]
    open_follow_ups(rows=rows, by=by)
    return len(rows)


def unconfirmed_facts(part: str, *, on: dt.date) -> list[tuple[int, Unconfirmed]]:
    """Out of date, with an account manager to ask and not asked about yet: the first few of each manager."""
    rows, customer = _rows(part, on)
    rows = rows.filter(**{f"{customer}account_manager__is_active": True}).exclude(**{f"{customer}status": CustomerStatus.LOST})
    tiers = [When(**{f"{customer}tier": tier}, then=Value(turn)) for turn, tier in enumerate(TIERS_IN_TURN)]
    rows = rows.annotate(firm=F(f"{customer}pk"), manager=F(f"{customer}account_manager"))
    rows = rows.annotate(confirmed=Coalesce("verified_on", "recorded_on"), turn=Case(*tiers))
    key = Concat(Value("verify:"), Cast("firm", CharField()), Value(f":{part}:"), Cast("confirmed", CharField()))
    rows = rows.alias(key=key).exclude(Exists(FollowUp.objects.filter(dedupe_key=OuterRef("key"))))
    place = Window(RowNumber(), partition_by="manager", order_by=("turn", "confirmed", "firm"))
    first = rows.alias(place=place).filter(place__lte=settings.VERIFY_AT_ONCE)
    found = first.order_by().values_list("manager", "turn", "confirmed", "firm")
    return [(manager, Unconfirmed(turn, confirmed, firm, part)) for manager, turn, confirmed, firm in found]


def _rows(part: str, on: dt.date) -> tuple[QuerySet, str]:
    """The rows that hold the part's facts, and the way from them to the customer."""
    if part == Part.BASICS:
        return Customer.objects.stale(on), ""
    if part == Part.BUSINESS:
        return BusinessAssessment.objects.latest_of_customers().stale(part, on), "customer__"
    if part == PERSONS:
        return Contact.objects.stale(on).longest_unconfirmed().exclude(Exists(_asked_about_persons(OuterRef("customer")))), "customer__"
    model = {Part.TRAITS: Traits, Part.TRANSACTIONS: TransactionStatus}[Part(part)]
    return model.objects.stale(part, on), "customer__"


def _asked_about_persons(customer: object) -> QuerySet[FollowUp]:
    """While the people of a company are asked about, the next of them is not asked about beside."""
    return FollowUp.objects.open().filter(customer=customer, kind=FollowUpKind.VERIFY, dedupe_key__contains=f":{PERSONS}:")


def _asked(facts: Unconfirmed, manager: User, today: dt.date) -> dict[str, object]:
    with override(manager.language):
        title = _("Confirm “%(part)s”: last confirmed on %(day)s") % {
            "part": part_label(facts.part),
            "day": facts.confirmed_on.isoformat(),
        }
    return {
        "customer_id": facts.customer_id,
        "title": title,
        "owner": manager,
        "due_on": today + dt.timedelta(days=settings.VERIFY_WITHIN_DAYS),
        "kind": FollowUpKind.VERIFY,
        "dedupe_key": facts.key,
        "reason_url": f"{Customer(pk=facts.customer_id).get_absolute_url()}?tab={'contacts' if facts.part == PERSONS else 'file'}",
    }


def close_once_persons_are_confirmed(*, customer: Customer, by: User, result: str = "") -> int:
    """Somebody of a company has been confirmed or corrected: once nobody there waits any more, what asked is done."""
    waiting = Contact.objects.stale(port_today()).filter(customer=customer).exists()
    return 0 if waiting else close_verifications(customer=customer, part=PERSONS, by=by, result=result)


def close_once_persons_are_gone(*, customer: Customer, by: User) -> int:
    """Somebody has left, moved or been erased: with the last of them the question ends, though nobody said that anything is true."""
    return close_once_persons_are_confirmed(customer=customer, by=by, result=_("Nobody is left to confirm."))


@action("followup.close")
def close_verifications(*, customer: Customer, part: str, by: User, result: str = "") -> int:
    """The part has been confirmed or told anew, unless `result` says otherwise: what asked for it is done."""
    asked = FollowUp.objects.open().filter(customer=customer, kind=FollowUpKind.VERIFY)
    asked = asked.filter(dedupe_key__contains=f":{part}:")  # also those of a file merged into this one
    return asked.update(state=FollowUpState.DONE, closed_by=by, closed_at=now(), result=result or _("Confirmed."))
