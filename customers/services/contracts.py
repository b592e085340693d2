"""Contracts: made, edited, renewed, terminated; those that renew by themselves go on until somebody gives notice."""

import calendar
import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.models import Commitment, Contract, Customer
from customers.services.cargo_classes import refuse_unknown_classes
from customers.services.editing import apply_edit, refuse_other_version
from customers.services.ending import close_warnings
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken


def checked(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields, tidy; what the dates and the renewal of a contract must keep to is refused in words."""
    tidy = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    for name, said in (("number", _("A contract needs a number.")), ("title", _("A contract needs a title."))):
        if not tidy.get(name):
            raise RuleBroken(said, field=name)
    _check_days(tidy)
    tidy["currency"] = checked_currency(str(tidy.get("currency") or ""))
    if tidy.get("amount") is not None and tidy["amount"] < 0:
        raise RuleBroken(_("An amount is not negative."), field="amount")
    return tidy


def _check_days(tidy: Mapping[str, object]) -> None:
    until = tidy.get("valid_until")
    if not tidy.get("valid_from"):
        raise RuleBroken(_("Say from when on it is valid."), field="valid_from")
    if until and until < tidy["valid_from"]:
        raise RuleBroken(_("It cannot end before it begins."), field="valid_until")
    if tidy.get("renews"):
        if not until:
            raise RuleBroken(_("A contract that renews by itself has a last day of its present term."), field="valid_until")
        if not tidy.get("renewal_months"):
            raise RuleBroken(_("Say for how many months it renews."), field="renewal_months")
    elif tidy.get("renewal_months"):
        raise RuleBroken(_("Only a contract that renews by itself has months of renewal."), field="renewal_months")


def checked_currency(code: str) -> str:
    """Three capital letters, or nothing."""
    code = code.upper()
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise RuleBroken(_("Write a currency as three letters, such as CNY."), field="currency")
    return code


@action("contract.add")
def add_contract(*, customer: Customer, by: User, recorded_on: dt.date | None = None, **fields) -> Contract:
    """Put a contract into the customer's file; its number occurs once with a customer."""
    contract = Contract(customer=customer, recorded_by=by, recorded_on=recorded_on or port_today(), **checked(fields))
    return _saved(contract)


def _saved(contract: Contract, **how) -> Contract:
    try:
        with transaction.atomic():
            contract.save(**how)
    except IntegrityError as error:
        if "a_contract_number_occurs_once" in str(error):
            raise RuleBroken(_("This customer has a contract with this number already."), field="number") from error
        if "a_contract_is_renewed_once" in str(error):
            raise RuleBroken(_("This contract is renewed already.")) from error
        raise
    return contract


@action("contract.edit")
def edit_contract(
    *, contract: Contract, changes: Mapping[str, object], seen: Mapping[str, object], by: User, version: int | None = None
) -> Contract:
    """Save the changed fields; what both editors touched is refused. A new last day ends the warnings about the old one.

    `version`: for who read the whole contract; any other stored version is refused.
    """
    row = Contract.objects.select_for_update().get(pk=contract.pk)
    refuse_other_version(row, version)
    whole = {field.name: getattr(row, field.name) for field in Contract._meta.fields} | dict(changes)
    tidy = checked(whole)
    day = row.decide_by
    try:
        with transaction.atomic():
            apply_edit(row=row, changes={name: tidy[name] for name in changes}, seen=seen, by=by)
    except IntegrityError as error:
        if "a_contract_number_occurs_once" not in str(error):
            raise
        raise RuleBroken(_("This customer has a contract with this number already."), field="number") from error
    if row.decide_by != day:
        close_warnings(row=row, result=_("The contract ends on another day now."), by=by)
    return row


def following(contract: Contract) -> Contract:
    """A contract like this one, for the time after it, not stored: what a form begins with."""
    copied = ("title", "kind", "notice_days", "renews", "renewal_months", "signed_for_us", "other_parties", "amount", "currency")
    new = Contract(customer_id=contract.customer_id, **{name: getattr(contract, name) for name in copied})
    if contract.valid_until:
        new.valid_from = contract.valid_until + dt.timedelta(days=1)
        days = contract.valid_until - contract.valid_from
        whole_months = (new.valid_from.year - contract.valid_from.year) * 12 + new.valid_from.month - contract.valid_from.month
        in_months = new.valid_from.day == contract.valid_from.day
        new.valid_until = end_of_term(contract.valid_until, whole_months) if in_months else new.valid_from + days
    return new


@action("contract.renew")
def renew_contract(*, contract: Contract, by: User, **fields) -> Contract:
    """Make the contract that follows; the old one stays as it was. Of two who renew at once the second is told."""
    old = Contract.objects.select_for_update().get(pk=contract.pk)
    if old.terminated_on:
        raise RuleBroken(_("A terminated contract is not renewed; make a new one."))
    tidy = checked(fields)
    if tidy["valid_from"] <= old.valid_from:
        raise RuleBroken(_("The following contract begins after the one it renews."), field="valid_from")
    new = Contract(customer_id=old.customer_id, replaces=old, recorded_by=by, recorded_on=port_today(), **tidy)
    _saved(new)
    close_warnings(row=old, result=_("Renewed as %(number)s.") % {"number": new.number}, by=by)
    return new


@action("contract.terminate")
def terminate_contract(*, contract: Contract, on: dt.date, reason: str, by: User) -> Contract:
    """End a contract before its time, or give notice to one that renews by itself: it goes on until `on`, also where that lies
    beyond its present term. Only one caller does."""
    row = Contract.objects.select_for_update().get(pk=contract.pk)
    if not reason.strip():
        raise RuleBroken(_("Say why."), field="reason")
    if row.terminated_on:
        raise RuleBroken(_("This contract is terminated already."))
    if on < row.valid_from:
        raise RuleBroken(_("It cannot end before it begins."), field="on")
    row.valid_until = _last_day(row, on)
    row.terminated_on, row.terminated_by, row.terminated_because = on, by, reason.strip()
    row.version += 1
    row.save(update_fields=["valid_until", "terminated_on", "terminated_by", "terminated_because", "version"])
    close_warnings(row=row, result=_("Terminated as of %(day)s.") % {"day": on.isoformat()}, by=by)
    return row


def _last_day(row: Contract, on: dt.date) -> dt.date | None:
    """The last day of a contract that is terminated as of `on`; only one that renews by itself goes on beyond its present term."""
    if row.valid_until is None or on <= row.valid_until:
        return row.valid_until
    if row.renews and not row.successors.exists():
        return on
    said = _("This contract ends on %(day)s and does not renew by itself; it cannot be terminated as of a later day.")
    raise RuleBroken(said % {"day": row.valid_until.isoformat()}, field="on")


@action("contract.roll_over")
def roll_over_contracts(*, today: dt.date, by: User) -> int:
    """Contracts that renew by themselves and ended yesterday or before go on for their term; returns how many. Twice does it once.

    What stayed on a merged file rests: the kept file has the contract of that number, and an undone merge is followed by a night.
    """
    running = Contract.objects.of_standing_files().filter(renews=True, terminated_on=None, successors=None)
    ended = running.filter(valid_until__lt=today)
    rows = list(ended.select_for_update(skip_locked=True, of=("self",)).order_by("pk"))
    for row in rows:
        first_end, months = row.valid_until, row.renewal_months
        while end_of_term(first_end, months) < today:
            months += row.renewal_months
        row.valid_until = end_of_term(first_end, months)
        row.version += 1
        row.save(update_fields=["valid_until", "version"])
    return len(rows)


def end_of_term(last_day: dt.date, months: int) -> dt.date:
    """The last day of the term that begins the day after `last_day`: after 30 June six months end on 31 December."""
    first = last_day + dt.timedelta(days=1)
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    return dt.date(year, month, min(first.day, calendar.monthrange(year, month)[1])) - dt.timedelta(days=1)


@action("contract.commit")
def add_commitment(
    *,
    contract: Contract,
    by: User,
    cargo_class: str = "",
    tonnes: Decimal | None = None,
    teu: Decimal | None = None,
    note: str = "",
    held: Collection[str] = (),
) -> Commitment:
    """Note the cargo promised in a contract, once for each class. `held`: classes that stand, out of use or not, in what it follows."""
    refuse_unknown_classes(filter(None, [cargo_class]), held=held)
    if not tonnes and not teu:
        raise RuleBroken(_("Say how many tonnes or TEU are promised."), field="tonnes")
    if (tonnes or 0) < 0 or (teu or 0) < 0:
        raise RuleBroken(_("An amount is not negative."), field="tonnes" if (tonnes or 0) < 0 else "teu")
    try:
        with transaction.atomic():
            return Commitment.objects.create(contract=contract, cargo_class=cargo_class, tonnes=tonnes, teu=teu, note=note.strip())
    except IntegrityError as error:
        raise RuleBroken(_("This class is promised in the contract already; take that line out first."), field="cargo_class") from error


@action("contract.uncommit", _("Commitment taken out"))
def remove_commitment(*, commitment: Commitment, by: User) -> None:
    """Take a promised quantity out of a contract; the history keeps it."""
    commitment.delete()
