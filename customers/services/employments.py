"""For whom a person works: a second company, the end of it, the move to another one. Consent and invitations stay as they are."""

import datetime as dt
from collections.abc import Mapping
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer, Employment
from customers.models.person import PLACE
from customers.services.contact_rules import locked_contact, one_first_contact_at_a_time, refuse_taken_address
from customers.services.verifying import close_once_persons_are_gone
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken


class PlaceFields(TypedDict, total=False):
    """What somebody does at a company."""

    position: str
    position_en: str
    department_name: str
    roles: list[str]


class ReachFields(PlaceFields, total=False):
    """And how they are reached there; what is not given stays as it is."""

    email: str
    phone: str
    mobile: str


@action("employment.add")
def add_employment(
    *, contact: Contact, customer: Customer, by: User, since: dt.date | None = None, **place: Unpack[PlaceFields]
) -> Employment:
    """The person works for this company too, beside the main one."""
    today = port_today()
    _refuse_future(since, today, "since")
    row = locked_contact(contact)
    if row.customer_id == customer.pk and row.left_on is None:
        raise RuleBroken(_("This person works there already."), field="customer")
    try:
        with transaction.atomic():
            return Employment.objects.create(contact=row, customer=customer, since=since, recorded_by=by, recorded_on=today, **place)
    except IntegrityError as error:
        if "a_person_works_for_a_company_once_at_a_time" not in str(error):
            raise
        raise RuleBroken(_("This person works there already."), field="customer") from error


@action("employment.end")
def end_employment(*, employment: Employment, until: dt.date, by: User) -> Employment:
    """The person no longer works there; the row tells of it."""
    _refuse_future(until, port_today(), "until")
    if employment.since and until < employment.since:
        raise RuleBroken(_("It cannot end before it began."), field="until")
    if not Employment.objects.current().filter(pk=employment.pk).update(until=until):
        raise RuleBroken(_("This employment has ended already."))
    employment.refresh_from_db()
    return employment


@action("contact.move", _("Moved to another company"))
def move_contact(*, contact: Contact, to: Customer, on: dt.date, by: User, **fields: Unpack[ReachFields]) -> Contact:
    """The person works for another company from that day on; what was before stays as an employment that has ended."""
    _refuse_future(on, port_today(), "on")
    one_first_contact_at_a_time(contact.customer_id, to.pk)
    row = locked_contact(contact)
    left = row.customer
    if row.customer_id == to.pk and row.left_on is None:
        raise RuleBroken(_("This person works there already."), field="to")
    if on < max(filter(None, (row.here_since, row.left_on)), default=on):
        raise RuleBroken(_("On that day the person had not come to the company it leaves, or had left it already."), field="on")
    Employment.objects.create(
        contact=row, customer=left, since=row.here_since, until=row.left_on or on, recorded_by=by, recorded_on=port_today(),
        **{name: getattr(row, name) for name in PLACE},
    )  # fmt: skip
    beside = Employment.objects.current().filter(contact=row, customer=to).first()
    place = _place_beside(beside) if beside else dict.fromkeys(("position", "position_en", "department_name"), "")
    _settle(row, to, place | {name: value for name, value in fields.items() if value not in ("", [])}, since=_began(beside, on), by=by)
    if beside:
        beside.delete()
    close_once_persons_are_gone(customer=left, by=by)
    contact.refresh_from_db()
    return contact


def _settle(row: Contact, to: Customer, values: Mapping[str, object], *, since: dt.date, by: User) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    refuse_taken_address(customer=to, email=row.email, but=row)
    row.customer, row.here_since, row.left_on, row.successor = to, since, None, None
    row.is_primary = not to.contacts.filter(is_primary=True).exists()
    row.recorded_by, row.recorded_on, row.verified_by, row.verified_on = by, port_today(), None, None
    row.version += 1
    row.save()


def _place_beside(beside: Employment) -> dict[str, object]:
    return {name: getattr(beside, name) for name in PLACE}


def _began(beside: Employment | None, on: dt.date) -> dt.date:
    return beside.since or on if beside else on


def _refuse_future(day: dt.date | None, today: dt.date, field: str) -> None:
    if day and day > today:
        raise RuleBroken(_("This day is still to come."), field=field)


def works_for_both(kept: Customer, other: Customer) -> Q:
    """Present employments at a file to be merged whose person works for the kept file already: one of the two is enough."""
    there = Employment.objects.current().filter(customer=kept).values("contact")
    return Q(until=None) & (Q(contact__in=there) | Q(contact__customer=kept))
