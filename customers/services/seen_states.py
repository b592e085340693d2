"""Rows that count no versions: a program that read one says by its state what it saw, and is told if that is no longer so."""

import datetime as dt
import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portcrm.errors import RuleBroken

SIGNS = 16  # of a hash: nobody has to keep two states of one row apart by guessing


def state_of(row: Model) -> str:
    """A short text that is another one as soon as any field of the row or anybody who takes part is."""
    fields = [_plain(getattr(row, field.attname)) for field in row._meta.concrete_fields]
    people = [sorted(one.pk for one in getattr(row, field.name).all()) for field in row._meta.local_many_to_many]
    return hashlib.sha256(json.dumps([fields, people], cls=DjangoJSONEncoder).encode()).hexdigest()[:SIGNS]


def _plain(value: object) -> object:
    """One moment is one text, in whichever zone it was given."""
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value


def refuse_other_state(row: Model, state: str | None) -> None:
    """For a locked row; None for those who saw it field by field."""
    if state is not None and state != state_of(row):
        raise RuleBroken(_("Somebody has changed this since you read it. Read it again."), field="version")
