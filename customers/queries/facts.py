"""Stored values as people read them: labels instead of codes, both languages, units."""

from dataclasses import dataclass

from django.db.models import Model

from portcrm.bilingual import enumerated
from portcrm.code_field import CodeField
from portcrm.pages import formats


@dataclass(frozen=True)
class Fact:
    """`long` texts take the whole width; `empty` ones are shown as a dash or left out."""

    name: str
    label: str
    text: str
    long: bool = False

    @property
    def empty(self) -> bool:
        return self.text == formats.DASH


@dataclass(frozen=True)
class FactThen(Fact):
    """A fact of an earlier day; `now` is today's text where that is another one."""

    now: str = ""


LONG_TEXT = 60
MONEY = frozenset({"registered_capital", "total_assets", "net_assets", "annual_sales", "credit_limit", "credit_exposure", "overdue_amount"})


def facts_of(row: Model, names: tuple[str, ...]) -> list[Fact]:
    """The named fields of a row, in order."""
    facts = []
    for name in names:
        text = text_of(row, name)
        facts.append(Fact(name, str(row._meta.get_field(name).verbose_name), text, len(text) > LONG_TEXT or "\n" in text))
    return facts


def facts_then(then: Model, now: Model, names: tuple[str, ...]) -> list[FactThen]:
    """The named fields as they were, beside what they are today."""
    pairs = zip(facts_of(then, names), facts_of(now, names), strict=True)
    return [FactThen(old.name, old.label, old.text, old.long or new.long, "" if old.text == new.text else new.text) for old, new in pairs]


def text_of(row: Model, name: str) -> str:
    """One value as text; a dash where there is none."""
    field, value = row._meta.get_field(name), getattr(row, name)
    if value in (None, "", []):
        return formats.DASH
    if field.choices:
        return str(getattr(row, f"get_{name}_display")())
    if isinstance(value, list):
        labels = dict(field.base_field.choices or ())
        base = field.base_field
        return enumerated(base.said(item) if isinstance(base, CodeField) else labels.get(item, item) for item in value)
    if name in MONEY:
        return formats.money(value)
    return formats.plain_text(value)
