"""Who is asked and who is spared: the audience of a programme under the rules against tiring people."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Contact
from customers.querysets import ContactQuerySet
from feedback.enums import SkipReason
from feedback.models import Invitation, OptOut, Programme
from feedback.queries.occasions import Reached
from feedback.queries.rules import survey_rules
from feedback.queries.whom import customers_of_view
from portcrm.accounts.models import User
from portcrm.accounts.querysets import UserQuerySet
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
    person: Contact | User
    reason: SkipReason
    last_asked_on: dt.date | None = None


@dataclass
class Audience:
    asked: list[Contact | User] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    asked_before: dict[int, dt.date] = field(default_factory=dict)  # by person, the last time

    @property
    def on_paper(self) -> int:
        """How many of those asked have no e-mail address."""
        return sum(not _mailbox(person) for person in self.asked)


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


def our_own(programme: Programme) -> UserQuerySet:
    """Our own people a programme is meant for: all who work here, or those with one of its roles."""
    people = User.objects.people().active().select_related("department")
    return people.filter(roles__overlap=programme.staff_roles) if programme.staff_roles else people


def too_few(programme: Programme, audience: Audience) -> str | Promise:
    """Why our own people are not asked, or "": answers of a handful of colleagues are nobody's secret, whatever hides them."""
    least = 2 * survey_rules().hide_below
    if not programme.asks_our_own or len(audience.asked) >= least:
        return ""
    said = _("At least {least} of our own people must be asked, so that nobody is recognised; {number} can be.")
    return format_lazy(said, least=least, number=len(audience.asked))


def audience_of(programme: Programme, *, on: dt.date, among: Iterable[Reached] | None = None) -> Audience:
    """Whom a wave of that day asks and spares, before a sample is drawn; RuleBroken and `among` as above."""
    if programme.asks_our_own:
        return choose(our_own(programme), on=on, rest=Rest.from_settings(), questionnaire_id=programme.questionnaire_id)
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
    people: Iterable[Contact] | Iterable[User], *, on: dt.date, rest: Rest, questionnaire_id: int | None = None, on_paper: bool = False
) -> Audience:
    """Decide for every contact, or for every one of our own people: asked with this questionnaire, or skipped with the first reason
    that applies.

    Within a company those go first who were asked longest ago (never first of all). With `on_paper` whoever has no e-mail
    address is asked all the same, by a printed form.
    """
    people = list(people)
    stopped = suppressed_among(one.email for one in people)
    asked_before, barred = _asked_before(people, on), _barred(people, questionnaire_id)
    audience = Audience(asked_before={pk: last for pk, (last, _times) in asked_before.items()})
    companies, addresses = Counter[int](), set[str]()
    longest_ago = sorted(people, key=lambda one: (asked_before.get(one.pk, (dt.date.min, 0))[0], one.pk))
    for person in longest_ago:
        last, times = asked_before.get(person.pk, (None, 0))
        reason = _unreachable(person, stopped, on_paper) or barred.get(person.pk) or _resting(last, times, on, rest)
        if reason is None and _mailbox(person) and _mailbox(person) in addresses:
            reason = SkipReason.SAME_ADDRESS
        company = person.customer_id if isinstance(person, Contact) else None
        if reason is None and company and companies[company] >= rest.contacts_of_a_company:
            reason = SkipReason.COMPANY_FULL
        if reason is not None:
            audience.skipped.append(Skip(person, reason, last))
            continue
        audience.asked.append(person)
        companies[company] += 1
        addresses.add(_mailbox(person))
    return audience


def _unreachable(person: Contact | User, stopped: Collection[str], on_paper: bool) -> SkipReason | None:
    if isinstance(person, Contact) and person.consent_withdrawn_at is not None:
        return SkipReason.WITHDRAWN
    if not person.email.strip():
        return None if on_paper else SkipReason.NO_ADDRESS
    if person.email in stopped:
        return SkipReason.SUPPRESSED
    if not is_address(mail_address(person.email)):
        return SkipReason.BAD_ADDRESS
    return None


def _resting(last: dt.date | None, times: int, on: dt.date, rest: Rest) -> SkipReason | None:
    if last is not None and (on - last).days < rest.days_between:
        return SkipReason.ASKED_RECENTLY
    if times >= rest.times_a_year:
        return SkipReason.ASKED_OFTEN
    return None


def _column_of(people: list[Contact] | list[User]) -> str:
    """The column of an invitation that names them."""
    return "contact" if not people or isinstance(people[0], Contact) else "user"


def _barred(people: list[Contact] | list[User], questionnaire_id: int | None) -> dict[int, SkipReason]:
    """People no mail may go to, whatever their rest, by what stands against it."""
    contacts = {one.pk for one in people if isinstance(one, Contact)}
    said = OptOut.objects.against(questionnaire_id).of(contacts, {_mailbox(one) for one in people})
    rows = list(said.values_list("contact", "address"))
    persons, mailboxes = contacts & {contact for contact, _address in rows}, {address for _contact, address in rows if address}
    blocked = blocked_among(one.email for one in people)
    barred = {one.pk: SkipReason.BLOCKED for one in people if one.email in blocked}
    return barred | {one.pk: SkipReason.OPTED_OUT for one in people if one.pk in persons or _mailbox(one) in mailboxes}


def _mailbox(person: Contact | User) -> str:
    return person.email.strip().lower()


def _asked_before(people: list[Contact] | list[User], on: dt.date) -> dict[int, tuple[dt.date, int]]:
    """Last time asked and times asked in the year before `on`, by person.

    What was sent to their address counts as well: behind two contacts with one mailbox sits one reader.
    """
    column, mailboxes = _column_of(people), {_mailbox(one) for one in people if _mailbox(one)}
    history = (
        Invitation.objects.reached()
        .annotate(mailbox=Lower("address"))
        .filter(Q(**{f"{column}__in": [one.pk for one in people]}) | Q(mailbox__in=mailboxes))
        .order_by()
        .values_list(column, "mailbox")
        .annotate(last=Max("invited_on"), times=Count("pk", filter=Q(invited_on__gt=on - YEAR)))
    )
    by_person, by_mailbox = defaultdict(set), defaultdict(set)
    for row in history:
        by_person[row[0]].add(row)
        if row[1]:  # asked on paper: no mailbox anybody shares
            by_mailbox[row[1]].add(row)
    found = {one.pk: by_person[one.pk] | by_mailbox[_mailbox(one)] for one in people}
    return {pk: (max(last for *_who, last, _times in rows), sum(row[3] for row in rows)) for pk, rows in found.items() if rows}
