"""The code lists that come with the product: what is missing is added, what stands is the port's own."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from customers.models import Channel, CreditGrade, CreditScheme, Region, RegistrationType
from portcrm.accounts.models import User
from portcrm.audit.actions import action

FOLDER = Path(__file__).resolve().parent.parent / "reference"


@action("reference.load", _("Shipped code lists loaded"))
def load_shipped_lists(*, by: User) -> list[str]:
    """Add the channels, registration types, regions, credit schemes and grades that are missing; what stands is never changed.

    Returns the entries that read otherwise here than they were shipped, as "Model key".
    """
    grades = list(_rows("credit_grades"))
    return [
        *_add_missing(Channel, ("key",), _rows("channels")),
        *_add_missing(RegistrationType, ("scheme", "code"), _rows("registration_types")),
        *_add_missing(Region, ("code",), (row | {"parent": _parent(row["parent"])} for row in _rows("regions"))),
        *_add_missing(CreditScheme, ("key",), _schemes(grades)),
        *_add_missing(CreditGrade, ("scheme", "code"), _grades(grades)),
    ]


def _rows(name: str) -> Iterator[dict]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _parent(code: str) -> Region | None:
    return Region.objects.get(code=code) if code else None


def _schemes(grades: Iterable[Mapping]) -> list[dict]:
    """The first grade of a scheme says what the scheme is called."""
    named = [row for row in grades if row["scheme_zh"]]
    return [{"key": row["scheme"], "name_zh": row["scheme_zh"], "name_en": row["scheme_en"]} for row in named]


def _grades(grades: Iterable[Mapping]) -> Iterator[dict]:
    schemes = CreditScheme.objects.in_bulk(field_name="key")
    for row in grades:
        yield {"scheme": schemes[row["scheme"]], "code": row["code"], "name_zh": row["name_zh"], "name_en": row["name_en"]}


def _add_missing(model: type[Model], keys: tuple[str, ...], wanted: Iterable[dict]) -> list[str]:
    """In the order of the file, so that what others belong to is there before them; the order of the port's list is its own."""
    standing = {tuple(getattr(row, key) for key in keys): row for row in model._default_manager.all()}
    left = []
    for place, fields in enumerate(wanted, 1):
        key = tuple(fields[name] for name in keys)
        row = standing.get(key)
        if row is None:
            model._default_manager.create(position=place * 10, **fields)
        elif any(getattr(row, name) != value for name, value in fields.items()):
            left.append(" ".join([model.__name__, *(getattr(part, "key", part) for part in key)]))
    return left
