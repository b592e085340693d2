"""Who is asked and who is spared: the audience of a programme under the rules against tiring people."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count, Max, Q
from django.db.models.functions import Lower

from customers.models import Contact
from customers.querysets import ContactQuerySet
from feedback.enums import SkipReason
from feedback.models import Invitation, OptOut, Programme
from portcrm.accounts.models import User
from portcrm.outbox.services import blocked_among, suppressed_among
from portcrm.outbox.services.queue import is_address, mail_address

YEAR = dt.timedelta(days=365)
READ = (
    *("name", "name_en", "email", "language", "consent_withdrawn_at", "erased_on"),
    *("customer__name_zh", "customer__name_en", "customer__account_manager"),
)


@dataclass(frozen=True)
class Rest:
    """How often one person and one company may be asked; days count back from the day of asking."""

    days_between: int
    times_a_year: int
    contacts_of_a_company: int

    @classmethod
    def from_settings(cls) -> "Rest":
        return cls(settings.SURVEY_REST_DAYS, settings.SURVEYS_A_YEAR, settings.SURVEY_CONTACTS_OF_A_COMPANY)


@dataclass(frozen=True)
class Skip:
    contact: Contact
    reason: SkipReason
    last_asked_on: dt.date | None = None


@dataclass
class Audience:
    asked: list[Contact] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)


def candidates(programme: Programme, *, by: User) -> ContactQuerySet:
    """Contacts a programme is meant for, with those who cannot be reached: these are listed as skipped."""
    contacts = Contact.objects.visible_to(by).present().select_related("customer").only(*READ)
    if programme.customer_statuses:
        contacts = contacts.filter(customer__status__in=programme.customer_statuses)
    if programme.customer_tiers:
        contacts = contacts.filter(customer__tier__in=programme.customer_tiers)
    if programme.contact_roles:
        contacts = contacts.filter(roles__overlap=programme.contact_roles)
    return contacts


def choose(contacts: Iterable[Contact], *, on: dt.date, rest: Rest, questionnaire_id: int | None = None) -> Audience:
    """Decide for every contact: asked with this questionnaire, or skipped with the first reason that applies.

    Within a company those go first who were asked longest ago (never first of all).
    """
    contacts = list(contacts)
    stopped = suppressed_among(one.email for one in contacts)
    asked_before, barred = _asked_before(contacts, on), _barred(contacts, questionnaire_id)
    audience, companies, addresses = Audience(), Counter[int](), set[str]()
    longest_ago = sorted(contacts, key=lambda one: (asked_before.get(one.pk, (dt.date.min, 0))[0], one.pk))
    for contact in longest_ago:
        last, times = asked_before.get(contact.pk, (None, 0))
        reason = _unreachable(contact, stopped) or barred.get(contact.pk) or _resting(last, times, on, rest)
        if reason is None and _mailbox(contact) in addresses:
            reason = SkipReason.SAME_ADDRESS
        if reason is None and companies[contact.customer_id] >= rest.contacts_of_a_company:
            reason = SkipReason.COMPANY_FULL
        if reason is not None:
            audience.skipped.append(Skip(contact, reason, last))
            continue
        audience.asked.append(contact)
        companies[contact.customer_id] += 1
        addresses.add(_mailbox(contact))
    return audience


def _unreachable(contact: Contact, stopped: Collection[str]) -> SkipReason | None:
    if contact.consent_withdrawn_at is not None:
        return SkipReason.WITHDRAWN
    if not contact.email.strip():
        return SkipReason.NO_ADDRESS
    if contact.email in stopped:
        return SkipReason.SUPPRESSED
    if not is_address(mail_address(contact.email)):
        return SkipReason.BAD_ADDRESS
    return None


def _resting(last: dt.date | None, times: int, on: dt.date, rest: Rest) -> SkipReason | None:
    if last is not None and (on - last).days < rest.days_between:
        return SkipReason.ASKED_RECENTLY
    if times >= rest.times_a_year:
        return SkipReason.ASKED_OFTEN
    return None


def _barred(contacts: list[Contact], questionnaire_id: int | None) -> dict[int, SkipReason]:
    """Contacts no mail may go to, whatever their rest, by what stands against it."""
    said = OptOut.objects.against(questionnaire_id).of([one.pk for one in contacts], {_mailbox(one) for one in contacts})
    rows = list(said.values_list("contact", "address"))
    persons, mailboxes = {contact for contact, _address in rows}, {address for _contact, address in rows}
    blocked = blocked_among(one.email for one in contacts)
    barred = {one.pk: SkipReason.BLOCKED for one in contacts if one.email in blocked}
    return barred | {one.pk: SkipReason.OPTED_OUT for one in contacts if one.pk in persons or _mailbox(one) in mailboxes}


def _mailbox(contact: Contact) -> str:
    return contact.email.strip().lower()


def _asked_before(contacts: list[Contact], on: dt.date) -> dict[int, tuple[dt.date, int]]:
    """Last time asked and times asked in the year before `on`, by contact.

    What was sent to the contact's address counts as well: behind two contacts with one mailbox sits one reader.
    """
    history = (
        Invitation.objects.reached()
        .annotate(mailbox=Lower("address"))
        .filter(Q(contact__in=[one.pk for one in contacts]) | Q(mailbox__in={_mailbox(one) for one in contacts if _mailbox(one)}))
        .order_by()
        .values_list("contact", "mailbox")
        .annotate(last=Max("invited_on"), times=Count("pk", filter=Q(invited_on__gt=on - YEAR)))
    )
    by_contact, by_mailbox = defaultdict(set), defaultdict(set)
    for row in history:
        by_contact[row[0]].add(row)
        by_mailbox[row[1]].add(row)
    found = {one.pk: by_contact[one.pk] | by_mailbox[_mailbox(one)] for one in contacts}
    return {pk: (max(last for *_who, last, _times in rows), sum(row[3] for row in rows)) for pk, rows in found.items() if rows}
