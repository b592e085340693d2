"""Forgetting a person: what the customer files hold about them goes, what they count for stays (docs/adr/053)."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from customers.models import (
    Acquaintance,
    Contact,
    ContactDate,
    Customer,
    DataBasis,
    Employment,
    Interaction,
    Observation,
    PlannedVisit,
)
from customers.models.contact import PARTICULARS
from customers.naming import squash
from customers.queries.person import companies_of, left_in_merged_files
from customers.queries.texts_about import NAMES_OF_A_FIRM, earlier_texts_about, texts_about
from customers.services.forgetting_copies import forget_copies, forget_printed_profiles
from customers.services.remembering import forget_reminders
from customers.services.verifying import close_once_persons_are_gone
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, past_states, rewriting_history
from portcrm.audit.personal_data import Person
from portcrm.audit.queries import event_model_of
from portcrm.clock import now, port_date

PROFILE = (Observation, ContactDate)
OWN = (*PROFILE, DataBasis, Employment, Acquaintance)
NAMING = ("name", "name_en")
NUMBERS = ("phone", "mobile", "wechat")


def person_of(contact: Contact, rows: Sequence[Contact] = ()) -> Person:
    """What names this contact and nobody else, today and in every earlier state.

    `rows`: all that are the same person, this one among them, where it is not the one whose file the others were merged into.
    What names one of them names each: in the file of one stands what another was called.
    """
    rows = rows or [contact, *left_in_merged_files(contact)]
    keys = [row.pk for row in rows]
    states = [*event_model_of(Contact).objects.filter(pgh_obj_id__in=keys), *rows]
    others = Contact.objects.filter(erased_on=None).exclude(pk__in=keys)
    companies = companies_of(contact)
    names = {getattr(state, name).strip() for state in states for name in NAMING} - {""}
    namesakes = others.filter(customer__in=companies).filter(Q(name__in=names) | Q(name_en__in=names)).values_list(*NAMING)
    addresses = {state.email.strip().lower() for state in states} - {""}
    shared = others.exclude(email="").annotate(address=Lower("email")).filter(address__in=addresses).values_list("address", flat=True)
    numbers = {getattr(state, name).strip() for state in states for name in NUMBERS} - {""}
    sole = sorted(name for name in names if not _bears(others, name))
    return Person(
        record=Contact._meta.label_lower,
        pk=contact.pk,
        names=tuple(sorted(names - {name for pair in namesakes for name in pair})),
        addresses=tuple(sorted(addresses - set(shared))),
        numbers=tuple(sorted(numbers - _shared_numbers(numbers, others, companies))),
        sole_names=tuple(sole),
        plain_names=tuple(name for name in sole if not _part_of_a_name(others, name)),
    )


def _bears(others: QuerySet, name: str) -> bool:
    """Somebody of this name is among them; the search key has an index, the name has none."""
    return others.search(name).filter(Q(name=name) | Q(name_en=name)).exists()


def _part_of_a_name(others: QuerySet, name: str) -> bool:
    """Somebody or a firm has a longer name with this one in it: 王伟民 is not 王伟."""
    people = others.search(name).filter(Q(name__icontains=name) | Q(name_en__icontains=name))
    return people.exists() or Customer.every.search(name).filter(search_key__contains=squash(name)).exists()


def _shared_numbers(numbers: set[str], others: QuerySet, companies: set[int]) -> set[str]:
    """A switchboard belongs to the firm, a colleague's telephone to the colleague."""
    firms = Customer.every.filter(pk__in=companies).values_list("phone", "fax", "wechat")
    people = others.filter(customer__in=companies).values_list(*NUMBERS)
    return numbers & {number for row in (*firms, *people) for number in row}


@action("profile.erase")
def erase_profile(*, contact: Contact, by: User) -> int:
    """Delete what is noted of a person, the days to remember and reminders of them, with their history, and printed profiles."""
    forget_reminders(dates=contact.dates.values_list("pk", flat=True), of=contact, by=by)
    forget_printed_profiles(companies=companies_of(contact), by=by)
    return sum(_delete_with_history(model, contact.pk) for model in PROFILE)


@action("contact.forget")
def erase_from_files(*, person: Person, by: User) -> int:
    """Empty the contact, delete what only tells of the person and take the person out of texts of the companies' files.

    Interactions and follow-ups stay with the customer, without the person.
    """
    contact = Contact.objects.get(pk=person.pk)
    companies = companies_of(contact)
    forget_reminders(dates=contact.dates.values_list("pk", flat=True), of=contact, by=by)
    changed = sum(_delete_with_history(model, contact.pk) for model in OWN)
    for model in (Interaction, PlannedVisit):
        model.contacts.through.objects.filter(contact=contact.pk).delete()
    Contact.objects.filter(successor=contact.pk).update(successor=None)
    _empty(contact)
    close_once_persons_are_gone(customer=contact.customer, by=by)
    changed += sum(mask(rows, person.words, NAMES_OF_A_FIRM) for rows in texts_about(companies))
    return changed + _mask_history(companies, person) + forget_copies(companies=companies, person=person, by=by)


def _delete_with_history(model: type[models.Model], contact_pk: int) -> int:
    """The rows and all that is known of them; a row that came from another contact with a merge had its first states there."""
    states = past_states(model)
    keys = set(states.filter(contact=contact_pk).values_list("pgh_obj_id", flat=True))
    keys -= set(model.objects.filter(pk__in=keys).exclude(contact=contact_pk).values_list("pk", flat=True))
    deleted, _each = model.objects.filter(contact=contact_pk).delete()
    with rewriting_history(model):
        states.filter(Q(contact=contact_pk) | Q(pgh_obj_id__in=keys)).delete()
    return deleted


def _empty(contact: Contact) -> None:
    """What stands for the person from now on: a number, the company and the roles. Earlier states are emptied likewise."""
    moment = now()
    today = port_date(moment)
    nothing = dict.fromkeys(PARTICULARS, "") | {"name": f"#{contact.pk}", "here_since": None, "erased_on": today}
    Contact.objects.filter(pk=contact.pk).update(
        **nothing, successor=None, is_primary=False, left_on=contact.left_on or today, version=contact.version + 1,
        consent_withdrawn_at=contact.consent_withdrawn_at or moment,
    )  # fmt: skip
    kept = {field.name for field in event_model_of(Contact)._meta.fields}
    with rewriting_history(Contact):
        past_states(Contact).filter(pgh_obj_id=contact.pk).update(**{name: value for name, value in nothing.items() if name in kept})


def _mask_history(companies: set[int], person: Person) -> int:
    changed = 0
    for model, states in earlier_texts_about(companies):
        with rewriting_history(model):
            changed += mask(states, person.words, NAMES_OF_A_FIRM)
    return changed
