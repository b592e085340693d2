"""The profile of persons in charge: observations and days to remember, on a legal basis that is recorded; every read is logged."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers import permissions
from customers.enums import DateKind, KeptData
from customers.models import Channel, Contact, ContactDate, DataBasis, Observation
from customers.services.contact_rules import locked_contact
from customers.services.forgetting import erase_profile
from customers.services.remembering import forget_reminders
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record, record_each
from portcrm.clock import port_today
from portcrm.errors import RuleBroken

LEAP_YEAR = 2000  # holds every day a year may have


@action("observation.add")
def add_observation(
    *,
    contact: Contact,
    aspect: str,
    text: str,
    purpose: str,
    by: User,
    observed_on: dt.date | None = None,
    channel: Channel | None = None,
    source_reference: str = "",
) -> Observation:
    """Note one thing observed of a person in charge; earlier observations stay. Nothing is noted without a ground for keeping it."""
    today = port_today()
    contact = _locked_with_basis(contact)
    if observed_on is not None and observed_on > today:
        raise RuleBroken(_("An observation cannot be dated in the future."), field="observed_on")
    return Observation.objects.create(
        contact=contact, aspect=aspect, text=text.strip(), purpose=purpose, observed_on=observed_on or today,
        channel=channel, source_reference=source_reference, author=by, recorded_on=today,
    )  # fmt: skip


@action("observation.withdraw")
def withdraw_observation(*, observation: Observation, by: User) -> Observation:
    """Take an observation out of the profile; who did it and when is kept."""
    if not Observation.objects.filter(pk=observation.pk, withdrawn_on=None).update(withdrawn_on=port_today(), withdrawn_by=by):
        raise RuleBroken(_("This observation is withdrawn already."))
    observation.refresh_from_db()
    return observation


@action("contact.read_profile")
def read_profile(*, contact: Contact, by: User) -> list[Observation]:
    """The observations of a person, for somebody who may read them; the reading itself is written down first."""
    if not by.has_perm(permissions.VIEW_PERSONAL):
        return []
    observations = _current(by).filter(contact=contact)
    record(by=by, action="contact.read_profile", target=contact, observations=len(observations))
    return list(observations)


@action("contact.read_profile")
def read_profiles(*, contacts: Iterable[Contact], by: User) -> list[tuple[Contact, list[Observation]]]:
    """The observations of several persons who have any, in their order; the reading of each of these is written down."""
    if not by.has_perm(permissions.VIEW_PERSONAL):
        return []
    persons = list(contacts)
    noted: dict[int, list[Observation]] = defaultdict(list)
    for observation in _current(by).filter(contact__in=persons):
        noted[observation.contact_id].append(observation)
    read = [(person, noted[person.pk]) for person in persons if person.pk in noted]
    record_each(by=by, action="contact.read_profile", targets=[(person, {"observations": len(found)}) for person, found in read])
    return read


@action("contact.read_profile")
def tell_history_read(*, row: Observation | ContactDate, by: User) -> None:
    """The history of one thing of a profile holds what the profile holds: reading it is written down like the profile itself."""
    record(by=by, action="contact.read_profile", target=row.contact, history=row._meta.label_lower)


def _current(by: User) -> QuerySet:
    return Observation.objects.visible_to(by).current().select_related("author", "channel")


@action("date.add")
def add_date(
    *, contact: Contact, kind: str, month: int, day: int, purpose: str, by: User, year: int | None = None, name: str = ""
) -> ContactDate:
    """Keep a day of the person worth remembering; the account manager is reminded every year."""
    contact = _locked_with_basis(contact)
    _refuse_no_day(month, day, year)
    if kind == DateKind.OTHER and not name.strip():
        raise RuleBroken(_("Say what day it is."), field="name")
    try:
        with transaction.atomic():
            return ContactDate.objects.create(
                contact=contact, kind=kind, name=name.strip(), month=month, day=day, year=year, purpose=purpose, recorded_by=by,
                recorded_on=port_today(),
            )  # fmt: skip
    except IntegrityError as error:
        if "a_person_has_a_birthday_once" not in str(error):
            raise
        raise RuleBroken(_("This day is recorded already. Remove it first."), field="kind") from error


@action("date.remove")
def remove_date(*, date: ContactDate, by: User) -> None:
    """Keep the day no longer, and remind of it no more; earlier reminders of it go too."""
    forget_reminders(dates=[date.pk], by=by)
    ContactDate.objects.filter(pk=date.pk).delete()


@action("basis.record", _("Recorded a legal basis"))
def record_basis(
    *, contact: Contact, covers: str, basis: str, purpose: str, source: str, by: User, given_on: dt.date | None = None
) -> DataBasis:
    """Say on which ground and what for data about the person are kept, with the evidence."""
    today = port_today()
    contact = locked_contact(contact)
    if given_on is not None and given_on > today:
        raise RuleBroken(_("This day is still to come."), field="given_on")
    return DataBasis.objects.create(
        contact=contact, covers=covers, basis=basis, purpose=purpose, source=source.strip(), given_on=given_on or today, recorded_by=by,
        recorded_on=today,
    )  # fmt: skip


@action("basis.withdraw", _("Withdrew a legal basis"))
def withdraw_basis(*, basis: DataBasis, by: User) -> DataBasis:
    """The ground has fallen away. With the last one for the profile the profile is deleted, its history too."""
    contact = Contact.objects.select_for_update().get(pk=basis.contact_id)  # nobody adds to a profile that is about to go
    if not DataBasis.objects.in_force().filter(pk=basis.pk).update(withdrawn_on=port_today(), withdrawn_by=by):
        raise RuleBroken(_("This is withdrawn already."))
    basis.refresh_from_db()
    if basis.covers == KeptData.PROFILE and not has_basis(contact):
        erase_profile(contact=contact, by=by)
    return basis


def has_basis(contact: Contact) -> bool:
    """Whether a profile of this person may be kept."""
    return DataBasis.objects.in_force().filter(contact=contact, covers=KeptData.PROFILE).exists()


def _locked_with_basis(contact: Contact) -> Contact:
    row = locked_contact(contact)
    if not has_basis(row):
        raise RuleBroken(_("First record on which legal basis a profile of this person is kept."))
    return row


def _refuse_no_day(month: int, day: int, year: int | None) -> None:
    try:
        dt.date(year or LEAP_YEAR, month, day)
    except ValueError as error:
        raise RuleBroken(_("There is no such day."), field="day") from error
