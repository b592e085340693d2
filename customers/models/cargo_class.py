"""Cargo classes as customer files name them: by their codes in the port's list, which the app that keeps the list registers here."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partialmethod

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import pick
from portcrm.code_field import CodeField
from portcrm.memo import once

CODES = [f"{number:02d}" for number in range(100)]


@dataclass(frozen=True)
class ListedClass:
    """An entry of the list; one that is out of use is read where it stands and not offered any more."""

    code: str
    name_zh: str
    name_en: str
    in_use: bool = True

    @property
    def label(self) -> str:
        return pick(self.name_zh, self.name_en)


_readers: list[Callable[[], Iterable[ListedClass]]] = []


def register_cargo_classes(read: Callable[[], Iterable[ListedClass]]) -> None:
    """Name the one function that reads the list in its order."""
    _readers[:] = [read]


@once
def listed_classes() -> dict[str, ListedClass]:
    """By code, in the order of the list."""
    return {one.code: one for read in _readers for one in read()}


def class_label(code: str) -> str:
    """The name in the reader's language; the code itself where the list has none."""
    known = listed_classes().get(code)
    return known.label if known else code


def class_choices(held: Collection[str] = ()) -> list[tuple[str, str]]:
    """What is offered: the classes in use, and those that the row holds already."""
    return [(code, one.label) for code, one in listed_classes().items() if one.in_use or code in held]


def all_class_choices() -> list[tuple[str, str]]:
    """What rows may hold: the whole list."""
    return [(code, one.label) for code, one in listed_classes().items()]


class CargoClassField(CodeField):
    """The code of a cargo class. Readers see its name, by `get_…_display` and in the history."""

    def __init__(self, *args, **options):
        options.setdefault("max_length", 2)
        super().__init__(*args, **options)

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, f"get_{name}_display", partialmethod(_display, name=name))

    def formfield(self, **options):
        """The form fills in the choices: each says in its own words what no class means."""
        return models.Field.formfield(self, form_class=forms.ChoiceField, **options)

    def said(self, value: str) -> str:
        return class_label(value)


def is_listed(name: str, **condition: object) -> models.CheckConstraint:
    """What the database itself can keep: codes of two digits. Entries are never deleted, so a code that was listed stays so."""
    said = _("Choose a class from the list of cargo classes.")
    return models.CheckConstraint(condition=models.Q(**condition), name=name, violation_error_message=said)


def _display(row: models.Model, *, name: str) -> str:
    code = getattr(row, name)
    return class_label(code) if code else ""
