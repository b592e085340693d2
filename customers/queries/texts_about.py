"""Free texts of companies' files in which a person is named: what erasure masks is what the person is told."""

import json
import re
from collections.abc import Collection, Iterator, Mapping

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from customers.models import Commitment, Contact, Customer, ViewScore
from portcrm.audit.history import tracking_of
from portcrm.audit.masking import naming, past_states, pattern_of, text_fields
from portcrm.audit.personal_data import Holding, Person
from portcrm.audit.queries import event_model_of
from portcrm.pages.formats import moment

# Texts of a company's file whose rows hang on another row of it, with the way to the company.
DEEPER = {ViewScore: "view__customer", Commitment: "contract__customer"}
# A firm is not renamed because somebody of the same name works there; its keys are computed from its names.
NAMES_OF_A_FIRM = frozenset(
    {"name_zh", "name_en", "short_name", "search_key", "pinyin", "initials", "name_key", "sort_key", "match_key", "match_key_en", "code"}
)
Passage = tuple[str, int, str, str]  # model, key of the row, field, the text


def texts_about(companies: Collection[int]) -> Iterator[QuerySet]:
    """Rows of every app that belong to these companies, and the companies themselves: here people are written about in free text."""
    yield Customer.every.filter(pk__in=companies)
    for model, belonging in _rows_of_customers():
        yield model._base_manager.filter(_belongs(belonging, companies))
    for model, way in DEEPER.items():
        yield model._base_manager.filter(**{f"{way}__in": companies})


def earlier_texts_about(companies: Collection[int]) -> Iterator[tuple[type[models.Model], QuerySet]]:
    """The past states of such rows, with their model."""
    deeper = [(model, [way]) for model, way in DEEPER.items()]
    for model, belonging in [(Customer, ["pgh_obj"]), *_rows_of_customers(), *deeper]:
        if tracking_of(model):
            yield model, past_states(model).filter(_belongs(belonging, companies))


def _rows_of_customers() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Every model with relations to a customer, past states left out, and the names of the relations."""
    states = {event_model_of(model) for model in apps.get_models() if tracking_of(model)}
    for model in apps.get_models():
        belonging = [field.name for field in model._meta.concrete_fields if field.related_model is Customer]
        if belonging and model not in states and model not in (Customer, Contact):
            yield model, belonging


def _belongs(relations: list[str], companies: Collection[int]) -> Q:
    found = Q(pk__in=())
    for name in relations:
        found |= Q(**{f"{name}__in": companies})
    return found


def passages_about(person: Person, companies: Collection[int], told: Collection[QuerySet]) -> Holding:
    """Every text that names the person, today's and earlier ones, once each: where it stands, since when, what it says.
    `told`: rows the person is told of anyway."""
    title, pattern = _("Texts of customer files that name the person"), pattern_of(person.words)
    if not pattern:
        return Holding(title, [])
    firms = Customer.every.only("name_zh", "name_en").in_bulk(list(companies))
    today: dict[Passage, dict[str, str]] = {}
    for rows in texts_about(companies):
        today |= _passages(rows.model, rows, pattern, firms)
    every: dict[Passage, dict[str, str]] = {}
    for model, states in earlier_texts_about(companies):
        for passage, row in _passages(model, states.order_by("pgh_id"), pattern, firms).items():
            every.setdefault(passage, row)
    known = {(rows.model._meta.label, key) for rows in told for key in rows.order_by().values_list("pk", flat=True)}
    rest = {passage: row for passage, row in (today | every).items() if passage not in today or passage[:2] not in known}
    return Holding(title, list(rest.values()))


def _passages(model: type[models.Model], rows: QuerySet, pattern: str, firms: Mapping[int, Customer]) -> dict[Passage, dict[str, str]]:
    """By passage: the first of these rows that has it, as people read it."""
    named, found = re.compile(pattern, re.IGNORECASE), {}
    fields = [field for field in text_fields(rows.model, NAMES_OF_A_FIRM) if not field.name.startswith("pgh_")]
    for row in rows.filter(naming(rows.model, pattern, NAMES_OF_A_FIRM)):
        for field in fields:
            text = _text(getattr(row, field.attname))
            if named.search(text):
                key = getattr(row, "pgh_obj_id", row.pk)
                firm = firms.get(key if model is Customer else getattr(row, "customer_id", None))
                found.setdefault((model._meta.label, key, field.name, text), _as_read(model, row, field.name, text, firm))
    return found


def _text(value: object) -> str:
    """As the database searches it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)


def _as_read(model: type[models.Model], row: models.Model, name: str, text: str, firm: Customer | None) -> dict[str, str]:
    """A model nobody gave a name for people is called by its field alone."""
    called, field = model._meta.verbose_name, str(model._meta.get_field(name).verbose_name)
    where = field if isinstance(called, str) else f"{called}: {field}"
    written = getattr(row, "pgh_created_at", None)
    texts = {_("Where"): where, _("Customer"): firm.label if firm else "", _("When"): moment(written) if written else "", _("Text"): text}
    return {label: told for label, told in texts.items() if told}
