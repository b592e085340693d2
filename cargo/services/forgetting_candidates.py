"""A candidate may be a person, and an address may name one: they are told, and forget the person with the rest."""

import re
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy

from cargo.models import Candidate, FlowLine, IgnoreRule, MediaNote, Sighting
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.history import tracking_of
from portcrm.audit.masking import mask, naming, past_states, pattern_of, rewriting_history
from portcrm.audit.personal_data import Holding, Person, holding

# Each with the field that holds a name, and the one it is compared by, where there is one
NAMED = {
    Candidate: ("name", "name_key"),
    Sighting: ("name", "name_key"),
    IgnoreRule: ("text", "key"),
    FlowLine: ("company", ""),
    MediaNote: ("company", ""),
}
TOLD = {
    Candidate: (gettext_lazy("Candidates"), ("name", "address", "opened_at", "decided_by")),
    Sighting: (gettext_lazy("Companies seen in documents"), ("name", "address", "source", "seen_at")),
    IgnoreRule: (gettext_lazy("Rules that ignore companies"), ("text", "reason", "made_by", "made_at")),
    FlowLine: (gettext_lazy("Flow lists"), ("told_by_name", "goods", "company", "note", "asked", "outcome", "recorded_at")),
    MediaNote: (gettext_lazy("Notes from the media"), ("company", "outlet", "link", "text", "published_on")),
}


def candidates_about(person: Person) -> list[Holding]:
    """Rows that name the person by an address, a number, or a name nobody else bears."""
    return [holding(str(title), rows_about(model, person), fields) for model, (title, fields) in TOLD.items()]


@action("candidate.erase", gettext_lazy("Person erased from candidates"))
def erase_from_candidates(*, person: Person, by: User) -> int:
    """Mask the person in candidates, sightings, rules, flow lists and notes, and in their history; tonnes, roles and decisions stay."""
    return sum(_erase(model, person) for model in NAMED)


def rows_about(model: type[models.Model], person: Person) -> models.QuerySet:
    pattern = pattern_of(_telling(person))
    return model.objects.filter(naming(model, pattern)).order_by("pk") if pattern else model.objects.none()


def _telling(person: Person) -> tuple[str, ...]:
    return (*person.addresses, *person.numbers, *person.sole_names)


def _erase(model: type[models.Model], person: Person) -> int:
    text, key = NAMED[model]
    keys = list(rows_about(model, person).values_list("pk", flat=True))
    nameless = _named_so(model.objects.filter(pk__in=keys).values_list("pk", text), person) if key else []
    masked = mask(model.objects.filter(pk__in=keys), person.words)
    for pk in nameless:  # what names were compared by spells them as well
        model.objects.filter(pk=pk).update(**{key: f"#{pk}"})
    if tracking_of(model):
        with rewriting_history(model):
            states = past_states(model).filter(pgh_obj_id__in=keys)
            mask(states, person.words)
            for pk in nameless:
                states.filter(pgh_obj_id=pk).update(**{key: f"#{pk}"})
    return masked


def _named_so(rows: Iterable[tuple[int, str]], person: Person) -> list[int]:
    named = re.compile(pattern_of(person.words), re.IGNORECASE)
    return [pk for pk, text in rows if named.search(text)]
