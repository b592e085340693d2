"""What the apps hold about a person outside the house, and how each of them forgets it; filled by their registry.py.

    register_personal_data(PersonalData("outbox", _("Mails"), mails_to, erase_mails))

An app looks for the person by the key of the record or by the words that name them; no app needs to know more.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from portcrm.audit.labels import shown_value


@dataclass(frozen=True)
class Person:
    """Somebody by record ("customers.contact") and key, and what names them and nobody else.

    `addresses` are in small letters; `numbers` are telephones and the like. A name, address or number another person
    shares is not among them: it would take that person's data along. `sole_names`: those of the names nobody else we know
    bears, at whatever company; they tell of this person wherever they stand as a word. `plain_names`: those of these that are part
    of no longer name we know, so that they tell of the person between other letters too: Chinese sets no marks around a word.
    """

    record: str
    pk: int
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    sole_names: tuple[str, ...] = ()
    plain_names: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that names the person, the longest first."""
        return tuple(sorted({*self.names, *self.addresses, *self.numbers}, key=len, reverse=True))


@dataclass(frozen=True)
class Holding:
    """One group of rows about a person, each a label -> text."""

    title: str
    rows: list[dict[str, str]]


@dataclass(frozen=True)
class PersonalData:
    """`held(person)` gives Holdings; `erase(person=…, by=…)` is a service and returns how many rows it changed."""

    key: str
    held: Callable[[Person], list[Holding]]
    erase: Callable[..., int]
    order: int = 50


_registered: dict[str, PersonalData] = {}


def register_personal_data(data: PersonalData) -> None:
    _registered[data.key] = data


def personal_data() -> list[PersonalData]:
    """Every part, in the order in which it is told and erased."""
    return sorted(_registered.values(), key=lambda data: data.order)


def holding(
    title: str, rows: Iterable[models.Model], names: Iterable[str], extra: Callable[[Any], Mapping[str, str]] | None = None
) -> Holding:
    """The named fields of rows as people read them; empty ones are left out. `extra(row)` adds what is no field."""
    told = []
    for row in rows:
        fields = [row._meta.get_field(name) for name in names]
        texts = {str(field.verbose_name): _text(row, field) for field in fields}
        told.append({label: text for label, text in {**texts, **(extra(row) if extra else {})}.items() if text})
    return Holding(str(title), told)


def _text(row: models.Model, field: models.Field) -> str:
    if field.is_relation:
        related = getattr(row, field.name)
        return "" if related is None else str(getattr(related, "label", related))
    return shown_value(field, getattr(row, field.attname), {})
