"""Who is asked and who is spared: the audience of a programme under the rules against tiring people."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q
from django.db.models.functions import Lower

from customers.models import Contact
from customers.querysets import ContactQuerySet
from feedback.enums import SkipReason
from feedback.models import Invitation, OptOut, Programme
from feedback.queries.occasions import Reached
from feedback.queries.rules import survey_rules
from feedback.queries.whom import customers_of_view
from portcrm.accounts.models import User
from portcrm.outbox.services import blocked_among, suppressed_among
from portcrm.outbox.services.queue import is_address, mail_address

YEAR = dt.timedelta(days=365)
READ = (
    *("name", "name_en", "email", "language", "consent_withdrawn_at", "erased_on"),
    *("customer__name_zh", "customer__name_en", "customer__account_manager", "customer__tonnes_12m"),
)


@dataclass(frozen=True)
class Rest:
    """How often one person and one company may be asked; days count back from the day of asking."""

    days_between: int
    times_a_year: int
    contacts_of_a_company: int

    @classmethod
    def from_settings(cls) -> "Rest":
        rules = survey_rules()
        return cls(rules.rest_days, rules.times_a_year, rules.contacts_of_a_company)


@dataclass(frozen=True)
class Skip:
    contact: Contact
    reason: SkipReason
    last_asked_on: dt.date | None = None


@dataclass
class Audience:
    asked: list[Contact] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    asked_before: dict[int, dt.date] = field(default_factory=dict)  # by contact, the last time

    @property
    def on_paper(self) -> int:
        """How many of those asked have no e-mail address."""
        return sum(not _mailbox(contact) for contact in self.asked)


def candidates(programme: Programme, *, by: User, among: Iterable[Reached] | None = None) -> ContactQuerySet:
    """Contacts a programme is meant for, with those who cannot be reached: these are listed as skipped.

    RuleBroken where the programme's view of customers cannot be read.
    `among`: only those of customers that have reached the occasion; a contact the occasion names is asked whatever the role.
    """
    contacts = Contact.objects.visible_to(by).present().select_related("customer").only(*READ)
    if programme.customer_statuses:
        contacts = contacts.filter(customer__status__in=programme.customer_statuses)
    if programme.customer_tiers:
        contacts = contacts.filter(customer__tier__in=programme.customer_tiers)
    if programme.customer_view_id:
        contacts = contacts.filter(customer__in=customers_of_view(programme).order_by().values("pk"))
    in_role = Q(roles__overlap=programme.contact_roles) if programme.contact_roles else Q()
    if among is None:
        return contacts.filter(in_role)
    among = list(among)
    named = Q(pk__in={one.contact_id for one in among if one.contact_id})
    return contacts.filter(named | (in_role & Q(customer__in={one.customer_id for one in among if not one.contact_id})))


def audience_of(programme: Programme, *, on: dt.date, among: Iterable[Reached] | None = None) -> Audience:
    """Whom a wave of that day asks and spares, before a sample is drawn; RuleBroken and `among` as above."""
    meant = candidates(programme, by=programme.owner, among=among)
    return choose(meant, on=on, rest=Rest.from_settings(), questionnaire_id=programme.questionnaire_id, on_paper=programme.asks_on_paper)


def meant_among(found: Iterable[Reached], *, programme: Programme, by: User) -> list[Reached]:
    """Those who have reached the occasion and whom the programme is meant for: the others keep theirs.

    RuleBroken as above.
    """
    found = list(found)
    rows = list(candidates(programme, by=by, among=found).values_list("pk", "customer"))
    contacts, customers = {contact for contact, _customer in rows}, {customer for _contact, customer in rows}
    return [one for one in found if (one.contact_id in contacts if one.contact_id else one.customer_id in customers)]


def choose(
    contacts: Iterable[Contact], *, on: dt.date, rest: Rest, questionnaire_id: int | None = None, on_paper: bool = False
) -> Audience:
    """Decide for every contact: asked with this questionnaire, or skipped with the first reason that applies.

    Within a company those go first who were asked longest ago (never first of all). With `on_paper` whoever has no e-mail
    address is asked all the same, by a printed form.
    """
    contacts = list(contacts)
    stopped = suppressed_among(one.email for one in contacts)
    asked_before, barred = _asked_before(contacts, on), _barred(contacts, questionnaire_id)
    audience = Audience(asked_before={pk: last for pk, (last, _times) in asked_before.items()})
    companies, addresses = Counter[int](), set[str]()
    longest_ago = sorted(contacts, key=lambda one: (asked_before.get(one.pk, (dt.date.min, 0))[0], one.pk))
    for contact in longest_ago:
        last, times = asked_before.get(contact.pk, (None, 0))
        reason = _unreachable(contact, stopped, on_paper) or barred.get(contact.pk) or _resting(last, times, on, rest)
        if reason is None and _mailbox(contact) and _mailbox(contact) in addresses:
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


def _unreachable(contact: Contact, stopped: Collection[str], on_paper: bool) -> SkipReason | None:
    if contact.consent_withdrawn_at is not None:
        return SkipReason.WITHDRAWN
    if not contact.email.strip():
        return None if on_paper else SkipReason.NO_ADDRESS
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
    persons, mailboxes = {contact for contact, _address in rows}, {address for _contact, address in rows if address}
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
        if row[1]:  # asked on paper: no mailbox anybody shares
            by_mailbox[row[1]].add(row)
    found = {one.pk: by_contact[one.pk] | by_mailbox[_mailbox(one)] for one in contacts}
    return {pk: (max(last for *_who, last, _times in rows), sum(row[3] for row in rows)) for pk, rows in found.items() if rows}
