"""Taking the words that name a person out of stored texts, in the database and in one statement for each table."""

import json
import re
from collections.abc import Collection, Iterable
from contextlib import nullcontext

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Left
from django.utils.translation import gettext as _
from django.utils.translation import override

from portcrm.audit.history import tracking_of
from portcrm.audit.queries import event_model_of
from portcrm.code_field import CodeField

SHORTEST = 2  # a single sign would be found in half of all texts


class _Masked(Func):
    function = "REGEXP_REPLACE"
    template = "%(function)s(%(expressions)s, 'gi')"
    output_field = TextField()


def neutral_word() -> str:
    """What stands where something was erased, in the language of the installation."""
    with override(settings.LANGUAGE_CODE):
        return _("[erased]")


def pattern_of(words: Iterable[str]) -> str:
    """A PostgreSQL pattern for any of the words. Latin letters and digits around them make another word; Chinese has no such marks."""
    tried = {form for word in words if len(word) >= SHORTEST for form in (word, json.dumps(word, ensure_ascii=False)[1:-1])}
    return "|".join(_whole(word) for word in sorted(tried, key=len, reverse=True))


def _whole(word: str) -> str:
    before = "(?<![A-Za-z0-9])" if re.match(r"[A-Za-z0-9]", word) else ""
    after = "(?![A-Za-z0-9])" if re.search(r"[A-Za-z0-9]$", word) else ""
    return f"{before}{re.escape(word)}{after}"


def text_fields(model: type[models.Model], leave: Collection[str] = ()) -> list[models.Field]:
    """Columns somebody may have written a name into: no codes, keys, choices or digests."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField, models.JSONField))
        and not (field.choices or isinstance(field, CodeField) or field.unique or field.primary_key or field.name in leave)
    ]


def naming(model: type[models.Model], pattern: str, leave: Collection[str] = ()) -> Q:
    """The condition that any text of a row names the person."""
    found = Q(pk__in=())
    for field in text_fields(model, leave):
        found |= _hit(field, pattern)
    return found


def _hit(field: models.Field, pattern: str) -> Q:
    if isinstance(field, models.JSONField):
        return Q(_Matches(Cast(F(field.name), TextField()), Value(pattern)))
    return Q(**{f"{field.name}__iregex": pattern})


class _Matches(Func):
    template = "(%(expressions)s)"
    arg_joiner = " ~* "
    output_field = models.BooleanField()


def mask(rows: QuerySet, words: Iterable[str], leave: Collection[str] = ()) -> int:
    """Put the neutral word where one of the words stands in a text of these rows; returns how many rows had one."""
    pattern, model = pattern_of(words), rows.model
    fields = text_fields(model, leave)
    if not pattern or not fields:
        return 0
    with _overwriting(model):
        return rows.filter(naming(model, pattern, leave)).order_by().update(**{field.name: _without(field, pattern) for field in fields})


def _without(field: models.Field, pattern: str):
    if isinstance(field, models.EmailField):  # the neutral word is no address
        return Case(When(_hit(field, pattern), then=Value("")), default=F(field.name), output_field=models.CharField())
    stored = Cast(F(field.name), TextField()) if isinstance(field, models.JSONField) else F(field.name)
    masked = _Masked(stored, Value(pattern), Value(neutral_word()))
    if isinstance(field, models.JSONField):
        return Cast(masked, models.JSONField(encoder=field.encoder))
    return Left(masked, field.max_length) if field.max_length else masked


def _overwriting(model: type[models.Model]):
    """Inside, rows that are never overwritten may be, where a trigger of the model says so: dated views, ratings, prices."""
    kept = [f"{model._meta.label}:{one.name}" for one in getattr(model._meta, "triggers", ()) if isinstance(one, pgtrigger.ReadOnly)]
    return pgtrigger.ignore(*kept) if kept else nullcontext()


def past_states(model: type[models.Model]) -> QuerySet | None:
    """The stored states of a tracked model, or None where there are none."""
    return event_model_of(model).objects.all() if tracking_of(model) else None


def rewriting_history(model: type[models.Model]):
    """Inside, past states of this model may be changed and deleted: the one way past the trigger that keeps them, for erasure alone."""
    return pgtrigger.ignore(f"{event_model_of(model)._meta.label}:append_only")


def rewriting_the_log():
    """The same for audit events."""
    return pgtrigger.ignore("audit.AuditEvent:append_only")
