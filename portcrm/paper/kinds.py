"""Which forms can be printed; apps register theirs from their registry.py.

    register_paper(PaperKind(
        "archive-card", _("Customer file card"), "customers.customer", VIEW_CUSTOMER,
        visible=Customer.objects.visible_to, facts=archive_card, template="customers/print/archive_card.html"))

The template extends paper/sheet.html; `warning` is said where the form is ordered. `facts(record, user, extras)` gives its
context; it runs in the form's language.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Model, QuerySet


@dataclass(frozen=True)
class Extra:
    """Something a form holds only when asked for, and only for whoever holds the permission."""

    key: str
    label: str
    permission: str


PORTION = "portion-"  # begins what names one file of a form that takes several


@dataclass(frozen=True)
class PaperKind:
    """`portions(record, user, extras)` divides a form too long for one file: a name for each, which `facts` gets among its extras."""

    key: str
    label: str
    record: str
    permission: str
    visible: Callable[..., QuerySet]
    facts: Callable[..., dict]
    template: str
    extras: tuple[Extra, ...] = ()
    warning: str = ""
    portions: Callable[..., list[str]] | None = None

    def record_for(self, user, pk: int) -> Model | None:
        """The record this user may print, or None."""
        return self.visible(user).filter(pk=pk).first() if user.has_perm(self.permission) else None

    def extras_for(self, user) -> list[Extra]:
        return [extra for extra in self.extras if user.has_perm(extra.permission)]

    def allowed(self, user, extras: Iterable[str]) -> bool:
        """Every extra asked for is one this user may have; which portion it is takes no right of its own."""
        asked = {extra for extra in extras if not (self.portions and extra.startswith(PORTION))}
        return asked <= {extra.key for extra in self.extras_for(user)}

    def names_of_portions(self, record: Model, user, extras: Iterable[str]) -> list[str]:
        """Of a form that takes several files; none where one is enough."""
        names = self.portions(record, user, extras) if self.portions else []
        return [f"{PORTION}{name}" for name in names] if len(names) > 1 else []


def portion_in(extras: Iterable[str]) -> str:
    """The name of the portion that is asked for, or ""."""
    return next((extra.removeprefix(PORTION) for extra in extras if extra.startswith(PORTION)), "")


_kinds: dict[str, PaperKind] = {}


def register_paper(kind: PaperKind) -> None:
    _kinds[kind.key] = kind


def kind_of(key: str) -> PaperKind | None:
    return _kinds.get(key)


def paper_kinds() -> list[PaperKind]:
    return list(_kinds.values())
