"""Price terms: a new price ends the older one of the same thing; a wrong one is withdrawn; nothing is overwritten."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.models import Channel, Contract, Customer, PriceTerm
from customers.services.cargo_classes import refuse_unknown_classes
from customers.services.contracts import checked_currency
from customers.services.ending import close_warnings
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken


@action("price.set")
def set_price(
    *,
    customer: Customer,
    service: str,
    unit: str,
    rate: Decimal,
    valid_from: dt.date,
    by: User,
    cargo_class: str = "",
    detail: str = "",
    currency: str = "",
    valid_until: dt.date | None = None,
    contract: Contract | None = None,
    free_storage_days: int | None = None,
    payment_days: int | None = None,
    note: str = "",
    channel: Channel | None = None,
    source_reference: str = "",
    recorded_on: dt.date | None = None,
) -> PriceTerm:
    """Agree on a price from a day on. What was good before ends the day before; a price agreed for later days stays, so the
    new one must end before it begins."""
    refuse_unknown_classes(filter(None, [cargo_class]))
    if rate < 0:
        raise RuleBroken(_("A price is not negative."), field="rate")
    if valid_until and valid_until < valid_from:
        raise RuleBroken(_("It cannot end before it begins."), field="valid_until")
    if contract is not None and contract.customer_id != customer.pk:
        raise RuleBroken(_("This contract is another customer's."), field="contract")
    Customer.objects.select_for_update(no_key=True).only("pk").get(pk=customer.pk)  # one price after the other
    item = {"service": service, "cargo_class": cargo_class, "unit": unit, "detail": detail.strip()}
    _make_room(customer, item, valid_from=valid_from, valid_until=valid_until, by=by)
    price = PriceTerm(
        customer=customer, contract=contract, rate=rate, currency=checked_currency(currency) or settings.PORT_CURRENCY,
        free_storage_days=free_storage_days, payment_days=payment_days, valid_from=valid_from, valid_until=valid_until, note=note.strip(),
        channel=channel, source_reference=source_reference, recorded_by=by, recorded_on=recorded_on or port_today(), **item,
    )  # fmt: skip
    return _saved(price)


def _make_room(customer: Customer, item: dict[str, str], *, valid_from: dt.date, valid_until: dt.date | None, by: User) -> None:
    same = PriceTerm.objects.standing().of_item(**item).filter(customer=customer)
    coming = same.filter(valid_from__gte=valid_from).order_by("valid_from").first()
    if coming and coming.valid_from == valid_from:
        raise RuleBroken(_("There is a price from this day on already. Withdraw it first, or choose another day."), field="valid_from")
    if coming and (valid_until is None or valid_until >= coming.valid_from):
        said = _("Another price begins on %(day)s; end this one before, or withdraw that one.")
        raise RuleBroken(said % {"day": coming.valid_from.isoformat()}, field="valid_until")
    older = same.good_on(valid_from).select_for_update().first()
    if older:
        older.valid_until = valid_from - dt.timedelta(days=1)
        older.version += 1
        older.save(update_fields=["valid_until", "version"])
    agreed = _("A new price is agreed from %(day)s on.") % {"day": valid_from.isoformat()}
    for before in same.filter(valid_until__lt=valid_from):
        close_warnings(row=before, result=agreed, by=by)


def _saved(price: PriceTerm) -> PriceTerm:
    try:
        with transaction.atomic():
            price.save()
    except IntegrityError as error:
        if "one_thing_has_one_price_on_one_day" in str(error):
            raise RuleBroken(_("There is a price for the same thing in these days already."), field="valid_from") from error
        raise
    return price


@action("price.withdraw")
def withdraw_price(*, price: PriceTerm, reason: str, by: User) -> PriceTerm:
    """Take a price out that should not have been written down; it stays to be seen, with the reason. The older one is not revived."""
    if not reason.strip():
        raise RuleBroken(_("Say why."), field="reason")
    row = PriceTerm.objects.select_for_update().get(pk=price.pk)
    if row.withdrawn_on:
        raise RuleBroken(_("This price is withdrawn already."))
    row.withdrawn_on, row.withdrawn_by, row.withdrawn_because = port_today(), by, reason.strip()
    row.version += 1
    row.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_because", "version"])
    close_warnings(row=row, result=_("The price is withdrawn."), by=by)
    return row
