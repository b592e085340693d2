"""Leads of companies without a file and the sheets of meetings may name a person: told, and forgotten with the rest.

Leads of a customer are told and masked with the texts of the customer's file.
"""

from collections.abc import Iterator

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from cargo.models import CargoMeeting, Lead
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, naming, past_states, pattern_of, rewriting_history
from portcrm.audit.personal_data import Holding, Person, holding

TOLD = {
    Lead: (
        gettext_lazy("Cargo leads without a customer file"),
        (
            *("party_name", "party_contact", "source_note", "introducer_name", "goods", "origin_text", "destination_text"),
            *("project_no", "equipment", "plan_no", "next_step", "lost_note"),
        ),
    ),
    CargoMeeting: (gettext_lazy("Cargo-source meetings"), ("month", "to_decide", "decided")),
}


def leads_about(person: Person) -> list[Holding]:
    """What leads and meetings say, or said before, that names the person by an address, a number, or a name nobody else bears."""
    return [_told(model, person) for model in TOLD]


@action("lead.erase", gettext_lazy("Person erased from cargo leads and meetings"))
def erase_from_leads(*, person: Person, by: User) -> int:
    """Mask the person in leads without a customer file, in meetings, and in the history of both; cargo, stage and decisions stay."""
    return sum(_erase(model, person) for model in TOLD)


def _told(model: type[models.Model], person: Person) -> Holding:
    """Each text once, as it stands today first."""
    title, fields = TOLD[model]
    told: list[dict[str, str]] = []
    for rows in _naming_the_person(model, person):
        for row in holding(str(title), rows, fields).rows:
            if row not in told:
                told.append(row)
    return Holding(str(title), told)


def _erase(model: type[models.Model], person: Person) -> int:
    rows, states = (list(found.values_list("pk", flat=True)) for found in _naming_the_person(model, person))
    masked = mask(model.objects.filter(pk__in=rows), person.words)
    with rewriting_history(model):
        return masked + mask(past_states(model).filter(pk__in=states), person.words)


def _naming_the_person(model: type[models.Model], person: Person) -> Iterator[QuerySet]:
    """Rows of today, and past states: a lead may have named the person before, or before it was given a file."""
    pattern = pattern_of((*person.addresses, *person.numbers, *person.sole_names))
    without_file = Q(customer=None) if model is Lead else Q()
    for rows, key in ((model.objects.all(), "pk"), (past_states(model), "pgh_id")):
        yield rows.filter(without_file, naming(rows.model, pattern)).order_by(key) if pattern else rows.none()
