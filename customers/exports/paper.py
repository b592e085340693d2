"""What the printed forms of a customer say: the card of its file, the report of a visit."""

from collections.abc import Iterable

from django.conf import settings

from customers.forms.dated import AppraisalForm, AssessmentForm, DatedForm, RatingForm
from customers.forms.sections import SECTIONS, SOURCE
from customers.models import (
    BusinessAssessment,
    Contact,
    CreditRating,
    Customer,
    FollowUp,
    Interaction,
    OpenProblem,
    PeerAppraisal,
    TeamMember,
)
from customers.models.interaction import REPORTED
from customers.queries.completeness import part_states, persons_state, unfilled
from customers.queries.facts import Fact, facts_of
from customers.queries.needs import Standpoints
from customers.queries.person import people_of
from customers.queries.record import with_people
from customers.services.forgetting_copies import OBSERVATIONS
from customers.services.personal import read_profiles
from portcrm.accounts.models import User
from portcrm.clock import port_date, port_today

CARD_SECTIONS = ("identity", "assignment", "reach", "firm", "traits")
MOST_DATED = 3


def address_of(customer: Customer) -> str:
    """The file on the screen, as a telephone's camera can open it."""
    return f"{settings.PORTCRM_SITE_URL}{customer.get_absolute_url()}"


def archive_card(record: Customer, user: User, extras: Iterable[str]) -> dict:
    """All four parts of the file with their evidence, persons, team and the latest dated entries.

    Observations of persons are there only when asked for; reading them is logged.
    """
    customer = with_people(Customer.objects.visible_to(user).for_file().get(pk=record.pk), reader=user)
    assessments = _dated(BusinessAssessment, AssessmentForm, customer, user, 1, "department")
    people, _gone = people_of(user, customer)
    parts = part_states(customer, latest_assessment=assessments[0][0] if assessments else None, on=port_today())
    return {
        "customer": customer,
        "address": address_of(customer),
        "parts": [*parts, persons_state(customer, reader=user, on=port_today())],
        "sections": [_section(customer, key) for key in CARD_SECTIONS],
        "transactions": _section(customer, "transactions"),
        "assessments": assessments,
        "ratings": _dated(CreditRating, RatingForm, customer, user, MOST_DATED, "grade__scheme"),
        "appraisals": _dated(PeerAppraisal, AppraisalForm, customer, user, MOST_DATED, "peer"),
        "problems": list(OpenProblem.objects.visible_to(user).unsolved().filter(customer=customer)),
        "people": people,
        "team": list(TeamMember.objects.visible_to(user).current().filter(customer=customer).select_related("user")),
        "profiles": read_profiles(contacts=[one.contact for one in people], by=user) if OBSERVATIONS in extras else [],
        "with_profiles": OBSERVATIONS in extras,
    }


def _section(customer: Customer, key: str) -> dict:
    section = SECTIONS[key]
    row = section.row_of(customer)
    facts = facts_of(row, section.fields)
    source = row if row.pk and section.part else None
    return {
        "label": section.label,
        "facts": [fact for fact in facts if not fact.empty],
        **unfilled(facts if section.part else ()),
        "source": source,
    }


def _dated(
    model, form: type[DatedForm], customer: Customer, user: User, most: int, *related: str
) -> list[tuple[object, object, list[Fact]]]:
    """The latest entries of one kind: the row, its day, and what it says."""
    names = tuple(name for name in form.Meta.fields if name not in (*SOURCE, form.day))
    rows = model.objects.visible_to(user).filter(customer=customer).select_related("recorded_by", "verified_by", "channel", *related)
    return [(row, getattr(row, form.day), [fact for fact in facts_of(row, names) if not fact.empty]) for row in rows[:most]]


def visit_reports(user: User):
    """What a report is written of: visits and meetings."""
    return Interaction.objects.visible_to(user).filter(kind__in=REPORTED)


def visit_report(record: Interaction, user: User, extras: Iterable[str]) -> dict:
    """What took place, who was there, what came of it, and what there was to speak of."""
    visit = Interaction.objects.visible_to(user).for_timeline().select_related("customer", "recorded_by", "channel").get(pk=record.pk)
    points = Standpoints(visit.customer, user, port_date(visit.happened_at))
    return {
        "visit": visit,
        "customer": visit.customer,
        "address": address_of(visit.customer),
        "contacts": list(Contact.objects.visible_to(user).filter(interactions=visit)),
        "colleagues": list(visit.colleagues.all()),
        "follow_ups": list(FollowUp.objects.visible_to(user).filter(interaction=visit).select_related("owner")),
        "suggestions": points.suggestions,
    }
