"""One person: their career with us, why data are kept, and all the customer files hold about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from customers.enums import ErasureReason
from customers.models import (
    Acquaintance,
    Contact,
    ContactDate,
    Customer,
    DataBasis,
    Employment,
    FollowUp,
    Interaction,
    Merge,
    Observation,
    PlannedVisit,
)
from customers.models.contact import CONTACT_FIELDS
from customers.models.merge import TWINS
from customers.queries.named_files import files_that_name
from customers.queries.texts_about import passages_about
from portcrm.accounts.models import User
from portcrm.audit.events import Told
from portcrm.audit.personal_data import Holding, Person, holding
from portcrm.audit.queries import event_model_of, field_changes
from portcrm.pages.formats import moment

MAIN_FIELDS = (
    *CONTACT_FIELDS, "customer", "left_on", "successor", "consent_given_at", "consent_source", "consent_withdrawn_at", "channel",
    "source_reference", "recorded_by", "recorded_on", "verified_by", "verified_on",
)  # fmt: skip
EMPLOYMENT_FIELDS = ("customer", "position", "position_en", "department_name", "roles", "since", "until", "recorded_by", "recorded_on")
OBSERVATION_FIELDS = (
    "aspect", "text", "observed_on", "purpose", "channel", "source_reference", "author", "recorded_on", "withdrawn_on", "withdrawn_by",
)  # fmt: skip
DATE_FIELDS = ("kind", "name", "year", "month", "day", "purpose", "recorded_by", "recorded_on")
BASIS_FIELDS = ("covers", "basis", "purpose", "source", "given_on", "recorded_by", "recorded_on", "withdrawn_on", "withdrawn_by")
INTERACTION_FIELDS = ("customer", "kind", "happened_at", "subject", "summary", "outcome", "next_step", "place", "other_participants")
VISIT_FIELDS = ("customer", "planned_for", "purpose", "place", "talking_points", "state", "reason", "visitor")
ACQUAINTANCE_FIELDS = ("user", "closeness", "since", "how", "note", "recorded_by", "recorded_on")
FOLLOW_UP_FIELDS = ("customer", "kind", "title", "detail", "due_on", "state", "result")
FILE_FIELDS = ("name", "created_by", "created_at")
ALL_CHANGES = 10_000


@dataclass(frozen=True)
class Station:
    """A person at one company; `row` is the contact itself where that is the main one, else the employment."""

    contact: Contact
    customer: Customer
    row: Contact | Employment

    @property
    def is_main(self) -> bool:
        return isinstance(self.row, Contact)

    @property
    def since(self):
        return self.row.here_since if self.is_main else self.row.since

    @property
    def until(self):
        return self.row.left_on if self.is_main else self.row.until


def people_of(user: User, customer: Customer) -> tuple[list[Station], list[Station]]:
    """Who works for a customer today, first contact first, and who did; the main company of some is another one."""
    main = Contact.objects.visible_to(user).filter(customer=customer, erased_on=None).order_by("-is_primary", "pk")
    stations = [Station(contact, customer, contact) for contact in main]
    at_home = {station.contact.pk for station in stations}
    beside = Employment.objects.visible_to(user).filter(customer=customer, contact__erased_on=None).select_related("contact__customer")
    for row in beside:
        if row.until is not None or row.contact_id not in at_home:
            stations.append(Station(row.contact, customer, row))
    here = [station for station in stations if station.until is None]
    gone = sorted((one for one in stations if one.until is not None), key=lambda one: one.until, reverse=True)
    return here, gone


def career_of(user: User, contact: Contact) -> list[Station]:
    """Every company the person works or worked for, as far as we know: present ones first."""
    rows = Employment.objects.visible_to(user).filter(contact=contact, customer__merged_into=None).select_related("customer")
    beside = [Station(contact, row.customer, row) for row in rows]
    current = [one for one in beside if one.until is None]
    return [Station(contact, contact.customer, contact), *current, *(one for one in beside if one.until is not None)]


def contacts_with_files(user: User) -> QuerySet:
    """Who may carry files: whoever sees contacts sees them; of an erased person nothing is kept any more."""
    return Contact.objects.visible_to(user).filter(erased_on=None)


def companies_of(contact: Contact) -> set[int]:
    """Every file of the companies the person works or worked for, by key, merged ones too: past states of what came from there name
    the old file, and whoever is in one of them is a colleague in all."""
    beside = contact.employments.values_list("customer", flat=True)
    before = event_model_of(Contact).objects.filter(pgh_obj_id=contact.pk).values_list("customer", flat=True)
    companies = {contact.customer_id, *beside, *before}
    standing = Customer.every.filter(pk__in=companies).annotate(firm=Coalesce("merged_into", "pk")).values("firm")
    # Two questions in one, because no index answers "one of these or merged into one of these" where these are asked for themselves.
    files = Customer.every.order_by().values_list("pk", flat=True)
    return companies | set(files.filter(pk__in=standing).union(files.filter(merged_into__in=standing)))


def left_in_merged_files(contact: Contact) -> QuerySet[Contact]:
    """The same person in files that were merged into theirs: by the mailbox, today's or the one it was told by at the merge."""
    companies = companies_of(contact)
    latest_first = Merge.objects.in_force().filter(kept__in=companies).order_by("-pk")
    known = {contact.pk}
    for kept, other in chain.from_iterable(marks.get(TWINS, {}).get("pairs", ()) for marks in latest_first.values_list("marks", flat=True)):
        if kept in known:  # where files were merged in a row, the one who stayed in the first merge is the twin of a twin
            known.add(other)
    same = Q(pk__in=known)
    if contact.email:
        same |= Q(email__iexact=contact.email)
    there = Contact.objects.filter(same, customer__merged_into__in=companies, erased_on=None)
    return there.exclude(pk=contact.pk).order_by("pk")


def known_about(person: Person) -> list[Holding]:
    """All the customer files hold about a contact."""
    contact = Contact.objects.select_related("customer").get(pk=person.pk)
    companies = companies_of(contact)
    employments, follow_ups = _about(Employment, contact), _follow_ups(contact)
    talks, visits = (model.objects.filter(contacts=contact).select_related("customer") for model in (Interaction, PlannedVisit))
    return [
        holding(_("Contact"), [contact], MAIN_FIELDS),
        holding(_("Employments"), employments, EMPLOYMENT_FIELDS),
        holding(_("Why data are kept"), _about(DataBasis, contact), BASIS_FIELDS),
        holding(_("Observations"), _about(Observation, contact), OBSERVATION_FIELDS),
        holding(_("Days to remember"), _about(ContactDate, contact), DATE_FIELDS),
        holding(_("Interactions"), talks, INTERACTION_FIELDS),
        holding(_("Planned visits"), visits, VISIT_FIELDS),
        holding(_("Acquaintances"), _about(Acquaintance, contact).select_related("user"), ACQUAINTANCE_FIELDS),
        holding(_("Follow-ups"), follow_ups, FOLLOW_UP_FIELDS),
        holding(_("Files of other records that name the person"), files_that_name(person, companies), FILE_FIELDS),
        passages_about(person, companies, told=(employments, talks, visits, follow_ups)),
        Holding(_("History"), _changes(contact)),
    ]


def _kept(record: str) -> str:
    return {"customers.observation": _("Observations"), "customers.contactdate": _("Days to remember")}.get(record, record)


told_reading = Told(
    observations=gettext_lazy("Observations"), history=(gettext_lazy("History"), _kept), reminders=gettext_lazy("Reminders of colleagues")
)


def told_erasure(detail: Mapping[str, object]) -> str:
    """The reason; how many rows each app changed is in the stored detail."""
    return str(ErasureReason(detail["reason"]).label)


def _about(model: type[Model], contact: Contact):
    return model.objects.filter(contact=contact).order_by("pk")


def _follow_ups(contact: Contact):
    """Those opened out of an interaction with the person, and reminders of the person's days."""
    talks = FollowUp.objects.filter(interaction__contacts=contact)
    reminders = FollowUp.objects.filter(reason_url__startswith=contact.get_absolute_url())
    return (talks | reminders).select_related("customer").order_by("pk").distinct()


def _changes(contact: Contact) -> list[dict[str, str]]:
    labels = (_("When"), _("Who"), _("What"), pgettext("history", "Before"), pgettext("history", "After"))
    told = []
    for change in field_changes(contact, limit=ALL_CHANGES):
        texts = (moment(change.at), change.actor, change.label, change.before, change.after)
        told.append({label: text for label, text in zip(labels, texts, strict=True) if text})
    return told
