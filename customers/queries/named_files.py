"""What hangs on the records of a person's companies by word and key: files, and copies of titles."""

from collections.abc import Collection, Iterator

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Cast

from customers.models import Customer
from portcrm.accounts.models import User
from portcrm.audit.masking import naming, pattern_of
from portcrm.audit.personal_data import Person
from portcrm.files.models import Attachment
from portcrm.files.owners import carrying_records

PLACES = ("record", "object_pk", "pgh_label")  # columns of texts that name no person


def on_records(companies: Collection[int], kinds: Collection[str], key: str) -> Q:
    """Rows that name one of the companies, or a record that belongs to one, in `record` and in the text column `key`."""
    found = Q(pk__in=())
    for kind in kinds:
        for belonging in _ways_to_customers(apps.get_model(kind)):
            rows = apps.get_model(kind)._base_manager.filter(**{f"{belonging}__in": companies})
            found |= Q(**{"record": kind, f"{key}__in": rows.order_by().values(text_key=Cast("pk", models.CharField()))})
    return found


def _ways_to_customers(model: type[models.Model]) -> Iterator[str]:
    if model is Customer:
        yield "pk"
    else:
        yield from (field.name for field in model._meta.concrete_fields if field.related_model is Customer)


def files_of_companies(companies: Collection[int]) -> Q:
    return on_records(companies, carrying_records(), "object_pk")


def files_that_name(person: Person, companies: Collection[int]) -> QuerySet:
    """Files on other records: of the person's companies by any word that names them, elsewhere by an address or a number."""
    anywhere = pattern_of((*person.addresses, *person.numbers))
    named = naming(Attachment, pattern_of(person.words), PLACES) if person.words else Q(pk__in=())
    found = files_of_companies(companies) & named
    if anywhere:
        found |= naming(Attachment, anywhere, PLACES)
    return Attachment.objects.filter(found).exclude(record=person.record, object_pk=str(person.pk)).order_by("pk")


def files_to_look_at(
    person: Person, companies: Collection[int], user: User, most: int, besides: Collection[int] = ()
) -> tuple[list[Attachment], bool]:
    """Some of them that the user may open, and whether there are more: what stands inside only people can tell. `besides`: the keys of
    files the user is shown anyway."""
    keys = list(files_that_name(person, companies).exclude(pk__in=besides).values_list("pk", flat=True)[: most + 1])
    shown = Attachment.objects.filter(pk__in=keys[:most]).visible_to(user).select_related("created_by").order_by("pk")
    return list(shown), len(keys) > most
