"""What a list offers for many rows at once: filled by the apps' registries, read by the pages and by the worker."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Model, QuerySet
from django.forms import Form
from django.urls import reverse
from django_filters import FilterSet

from portcrm.accounts.models import User
from portcrm.pages.lists.columns import Column
from portcrm.pages.lists.keyset import Ordering


@dataclass(frozen=True)
class BulkList:
    """The rows of a list as their own page reads them: `rows(user)` is `visible_to`, `filterset`, `columns` and `orderings` the page's
    own. By these the log names what the list was asked for."""

    record: str  # "customers.customer"
    label: str
    url_name: str
    rows: Callable[[User], QuerySet]
    filterset: type[FilterSet]
    columns: tuple[Column, ...] = ()
    orderings: tuple[Ordering, ...] = ()


@dataclass(frozen=True)
class BulkAction:
    """`apply(row=, values=, by=)` changes one row through its service and raises RuleBroken where a rule forbids it.

    `form(data, user=)` asks for the values; what it cleans is kept as text and given back by `form.from_stored(values, user)`.
    """

    record: str
    key: str
    label: str
    icon: str
    permission: str
    form: type[Form]
    apply: Callable[..., object]
    order: int = 50


@dataclass
class BulkRegistry:
    lists: dict[str, BulkList] = field(default_factory=dict)
    actions: dict[tuple[str, str], BulkAction] = field(default_factory=dict)


registry = BulkRegistry()


def register_bulk_list(one: BulkList) -> None:
    registry.lists[one.record] = one


def register_bulk_action(*actions: BulkAction) -> None:
    registry.actions.update({(one.record, one.key): one for one in actions})


@dataclass(frozen=True)
class BulkBar:
    """The bar under a list: where it sends the ticked rows, and what this reader may do to them."""

    record: str
    actions: list[BulkAction]

    @property
    def url(self) -> str:
        return reverse("bulk:choose", args=[self.record])


def bulk_bar(record: str, user: User) -> BulkBar | None:
    """None where this reader may do nothing to many rows."""
    mine = [one for one in registry.actions.values() if one.record == record and user.has_perm(one.permission)]
    return BulkBar(record, sorted(mine, key=lambda one: one.order)) if mine else None


def model_of(one: BulkList, user: User) -> type[Model]:
    return one.rows(user).model
