"""What becomes of the rows of every app when two customer files are merged; each app says it of its own tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import Model, Q, QuerySet

from customers.models import Customer
from portcrm.accounts.models import User

NOTHING = Q(pk__in=())


@dataclass(frozen=True)
class MergeRule:
    """Rows of `model` whose `field` names the merged file go to the kept one, but for those `stays` picks out.

    `moves` is False for rows that stay as they are: frozen results, things of a file that are only its own.
    `among`: further conditions, for rows that name their record by word and key.
    """

    model: type[Model]
    label: str
    among: Mapping[str, object] = field(default_factory=dict)
    field: str = "customer"
    moves: bool = True
    stays: Callable[[Customer, Customer], Q] = lambda kept, other: NOTHING
    tab: str = ""  # of the customer page, where the rows are seen

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"

    def rows(self, customer: Customer) -> QuerySet:
        return self.model._base_manager.filter(**{self.field: customer.pk}, **self.among)


@dataclass
class MergeRules:
    rules: list[MergeRule] = field(default_factory=list)
    after: list[Callable[[list[Customer], User], None]] = field(default_factory=list)

    def by_key(self) -> dict[str, MergeRule]:
        return {rule.key: rule for rule in self.rules}


merge_rules = MergeRules()


def register_merge_rule(*rules: MergeRule) -> None:
    merge_rules.rules.extend(rules)


def register_after_merge(compute: Callable[[list[Customer], User], None]) -> None:
    """`compute(customers, by)` renews what an app stores about customers, after a merge and after its undoing."""
    merge_rules.after.append(compute)
