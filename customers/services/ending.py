"""What ends soon comes back as a follow-up, once at each step before the end, and closes by itself when it has been dealt with."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import BooleanField, CharField, Exists, ExpressionWrapper, F, Model, OuterRef, Q, QuerySet, Value, Window
from django.db.models.functions import Cast, Concat, RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.enums import CustomerStatus, FollowUpState
from customers.models import Contract, CreditRating, Customer, FollowUp, PriceTerm
from customers.services.followups import open_follow_ups
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now

KEY = "ends:"
AFTERWARDS = 0  # the step of what has ended already
LOOKED_AT = 10  # times what one is given at once


@dataclass(frozen=True)
class Kind:
    """One kind of fact with an end: `standing` are those nobody has dealt with, `day` names the field of the end."""

    key: str
    setting: str
    standing: Callable[[], QuerySet]
    day: str
    title: Callable[[Model, dt.date], str]
    url: Callable[[Model], str]
    to_customer: str = "customer__"
    told_afterwards: bool = False
    related: tuple[str, ...] = ()


def _contracts() -> QuerySet:
    return Contract.objects.to_be_decided()


def _prices() -> QuerySet:
    """Without those that end with their contract: the contract is told of."""
    return PriceTerm.objects.last_ones().exclude(contract__valid_until=F("valid_until"))


def _licences() -> QuerySet:
    return Customer.objects.filter(licence_valid_until__isnull=False)


def _reviews() -> QuerySet:
    return CreditRating.objects.latest_of_schemes().filter(next_review_on__isnull=False)


def _contract_title(row: Contract, day: dt.date) -> str:
    by_itself = _("Contract %(what)s renews by itself unless notice is given by %(day)s")
    said = by_itself if row.renews else _("Contract %(what)s ends on %(day)s")
    return said % {"what": row.number, "day": day.isoformat()}


def _terms_url(row: Model) -> str:
    return f"{row.customer.get_absolute_url()}?tab=terms"


KINDS = {
    kind.key: kind
    for kind in (
        Kind("contract", "CONTRACT_WARNING_DAYS", _contracts, "decide_by", _contract_title, Contract.get_absolute_url),
        Kind(
            "price", "CONTRACT_WARNING_DAYS", _prices, "valid_until",
            lambda row, day: _("Price “%(what)s” ends on %(day)s") % {"what": row.item_label, "day": day.isoformat()}, _terms_url,
        ),
        Kind(
            "licence", "LICENCE_WARNING_DAYS", _licences, "licence_valid_until",
            lambda _row, day: _("Business licence valid until %(day)s: ask for the new one") % {"day": day.isoformat()},
            lambda row: f"{row.get_absolute_url()}?tab=file", to_customer="", told_afterwards=True,
        ),
        Kind(
            "review", "REVIEW_WARNING_DAYS", _reviews, "next_review_on",
            lambda row, day: _("Credit review “%(what)s” due on %(day)s") % {"what": row.grade.scheme.label, "day": day.isoformat()},
            _terms_url, told_afterwards=True, related=("grade__scheme",),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Due:
    """A fact whose end is near enough for one of the steps."""

    kind: Kind
    row: Model
    day: dt.date
    step: int
    customer: Customer

    @property
    def start(self) -> str:
        return f"{KEY}{self.kind.key}:{self.row.pk}:{self.day:%Y-%m-%d}:"

    @property
    def key(self) -> str:
        return f"{self.start}{self.step}"


@action("followup.open")
def warn_of_endings(*, today: dt.date, by: User) -> int:
    """Tell account managers what ends, what is ahead before what is over; each fact once a step, however often this runs. Returns
    how many were told.

    A later step takes the place of an earlier one that is still open. Nobody gets more than VERIFY_AT_ONCE at a time of what can
    only be told beforehand, and as many of the rest: a heap of expired licences keeps no contract from being told of.
    """
    close_dealt_with(by=by)
    due = sorted((one for kind in KINDS.values() for one in _due(kind, today)), key=lambda one: (one.day < today, one.day, one.key))
    known = set(FollowUp.objects.filter(dedupe_key__in=[one.key for one in due]).values_list("dedupe_key", flat=True))
    new = [one for one in due if one.key not in known]
    managers = User.objects.in_bulk({one.customer.account_manager_id for one in new})
    room = _room(managers)
    rows = []
    for one in new:
        manager = managers[one.customer.account_manager_id]
        earlier = FollowUp.objects.filter(dedupe_key__in=[f"{one.start}{step}" for step in getattr(settings, one.kind.setting)])
        replaced = _close(earlier, by=by, result=_later_said(manager), dropped=True)
        place = manager.pk, one.kind.told_afterwards
        if replaced or room[place] > 0:
            room[place] -= 0 if replaced else 1
            rows.append(_asked(one, manager, today))
    open_follow_ups(rows=rows, by=by)
    return len(rows)


def _due(kind: Kind, today: dt.date) -> Iterator[Due]:
    """The nearest ends of each account manager, those ahead first; an archive in which a hundred thousand licences have run out is
    not read whole."""
    steps = getattr(settings, kind.setting)
    if not steps:
        return
    path, rows = kind.to_customer, _within(kind, max(steps), today)
    over = ExpressionWrapper(Q(**{f"{kind.day}__lt": today}), BooleanField())
    place = Window(RowNumber(), partition_by=f"{path}account_manager", order_by=(over, kind.day, "pk"))
    nearest = list(rows.alias(place=place).filter(place__lte=LOOKED_AT * settings.VERIFY_AT_ONCE).order_by().values_list("pk", flat=True))
    found = rows.model._default_manager.filter(pk__in=nearest)
    for row in found.select_related("customer", *kind.related) if path else found:
        day = getattr(row, kind.day)
        days = (day - today).days
        step = AFTERWARDS if days < 0 else min(step for step in steps if days <= step)
        yield Due(kind, row, day, step, row.customer if path else row)


def _within(kind: Kind, days: int, today: dt.date) -> QuerySet:
    """Standing facts whose end comes within so many days or has come without being told of, with somebody to tell."""
    path = kind.to_customer
    window = Q(**{f"{kind.day}__lte": today + dt.timedelta(days=days)})
    if not kind.told_afterwards:
        window &= Q(**{f"{kind.day}__gte": today})
    rows = kind.standing().filter(window, **{f"{path}account_manager__is_active": True, f"{path}merged_into": None})
    start = Concat(Value(f"{KEY}{kind.key}:"), Cast("pk", CharField()), Value(":"), Cast(kind.day, CharField()))
    told = FollowUp.objects.filter(dedupe_key=Concat(OuterRef("start"), Value(f":{AFTERWARDS}")))
    return rows.exclude(**{f"{path}status": CustomerStatus.LOST}).alias(start=start).exclude(Exists(told))


def _room(managers: dict[int, User]) -> Counter:
    """How many more each manager may get: of what is told beforehand only, and of what is told afterwards too."""
    open_now = FollowUp.objects.open().filter(dedupe_key__startswith=KEY, owner__in=managers).values_list("owner", "dedupe_key")
    room = Counter({(manager, afterwards): settings.VERIFY_AT_ONCE for manager in managers for afterwards in (False, True)})
    room.subtract(Counter((owner, KINDS[key.split(":")[1]].told_afterwards) for owner, key in open_now))
    return room


def _asked(one: Due, manager: User, today: dt.date) -> dict[str, object]:
    within = today + dt.timedelta(days=settings.VERIFY_WITHIN_DAYS)
    with override(manager.language):
        title = one.kind.title(one.row, one.day)
    return {
        "customer_id": one.customer.pk, "title": title[:200], "owner": manager, "dedupe_key": one.key,
        "due_on": min(one.day, within) if one.day >= today else within, "reason_url": one.kind.url(one.row),
    }  # fmt: skip


def _later_said(manager: User) -> str:
    with override(manager.language):
        return _("A later warning has taken its place.")


@action("followup.close")
def close_dealt_with(*, by: User) -> int:
    """Close the warnings whose fact no longer stands: renewed, terminated, replaced, withdrawn, or dated anew."""
    waiting = FollowUp.objects.open().filter(dedupe_key__startswith=KEY)
    gone = []
    by_kind: dict[str, dict[int, list[tuple[int, str]]]] = {}
    for pk, key in waiting.values_list("pk", "dedupe_key"):
        _start, kind, fact, day, _step = key.split(":")
        by_kind.setdefault(kind, {}).setdefault(int(fact), []).append((pk, day))
    for key, facts in by_kind.items():
        kind = KINDS[key]
        days = dict(kind.standing().filter(pk__in=facts).values_list("pk", kind.day))
        gone += [pk for fact, asked in facts.items() for pk, day in asked if days.get(fact) is None or days[fact].isoformat() != day]
    return _close(waiting.filter(pk__in=gone), by=by, result=_("Dealt with."))


@action("followup.close")
def close_warnings(*, row: Contract | PriceTerm, result: str, by: User) -> int:
    """What was told of a contract or a price is done; returns how many follow-ups it closed."""
    kind = "contract" if isinstance(row, Contract) else "price"
    told = FollowUp.objects.filter(customer=row.customer_id, dedupe_key__startswith=f"{KEY}{kind}:{row.pk}:")
    return _close(told, by=by, result=result)


def _close(rows: QuerySet, *, by: User, result: str, dropped: bool = False) -> int:
    state = FollowUpState.DROPPED if dropped else FollowUpState.DONE
    return rows.filter(state=FollowUpState.OPEN).update(state=state, closed_by=by, closed_at=now(), result=result)
