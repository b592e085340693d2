"""What becomes of the rows of every app when two customer files are merged; each app says it of its own tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from django.db.models import Model, Q, QuerySet

from portcrm.audit.history import tracking_of
from portcrm.audit.queries import stored_fields

NOTHING = Q(pk__in=())


@dataclass(frozen=True)
class MergeRule:
    """Rows of `model` whose `field` names the merged file go to the kept one, but for those `stays` picks out.

    `moves` is False for rows that stay as they are: frozen results, things of a file that are only its own.
    `among`: further conditions, for rows that name their record by word and key; a function where they are known later.
    `stays(kept, other)`: rows of `other` that may not stand beside those of `kept`; asked the other way round at undoing.
    `one_of`: flags only one row of a file may bear; a moved row loses them where the kept file has such a row.
    `makes_room`: rows of a file that were only computed for it and are deleted for one that comes back with what people wrote.
    `quiet`: computed, or nobody's business; neither listed nor asked about.
    `with_file`: the way from a row of a twin to the file it is filed in; it goes back only once that has left the kept file.
    `watched`: False where only `field` tells whether somebody has changed the row since.

    A rule of twins (`register_twin_rule`) reads "contact" for "customer": the two are people with one mailbox, one in each file.
    """

    model: type[Model]
    label: str
    field: str = "customer"
    moves: bool = True
    among: Mapping[str, object] | Callable[[], Mapping[str, object]] = made(default_factory=dict)
    stays: Callable[[Any, Any], Q] = lambda kept, other: NOTHING
    tab: str = ""  # of the customer page, where the rows are seen
    one_of: tuple[str, ...] = ()
    makes_room: Q = NOTHING
    quiet: bool = False
    with_file: str = ""
    watched: bool = True

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"

    def rows(self, customer: Model) -> QuerySet:
        among = self.among() if callable(self.among) else self.among
        return self.model._base_manager.filter(**{self.field: customer.pk}, **among)

    def moving(self, kept: Model, other: Model) -> QuerySet:
        """Rows that go from `other` to `kept`."""
        rows = self.rows(other)
        return rows.exclude(pk__in=rows.filter(self.stays(kept, other)).values("pk")) if self.moves else rows.none()

    def staying(self, kept: Model, other: Model) -> QuerySet:
        rows = self.rows(other)
        return rows.filter(self.stays(kept, other)) if self.moves else rows

    @property
    def columns(self) -> list[str]:
        """The columns whose values are compared to tell whether somebody has changed a row."""
        if not self.watched:
            return [self.model._meta.pk.column]
        fields = stored_fields(self.model) if tracking_of(self.model) else self.model._meta.concrete_fields
        return sorted(one.column for one in fields)


@dataclass
class MergeRules:
    rules: list[MergeRule] = made(default_factory=list)
    of_twins: list[MergeRule] = made(default_factory=list)
    after: list[Callable[..., None]] = made(default_factory=list)

    def by_key(self) -> dict[str, MergeRule]:
        return {rule.key: rule for rule in self.every()}

    def every(self) -> list[MergeRule]:
        return [*self.rules, *self.of_twins]

    def moving(self) -> list[MergeRule]:
        """Of both kinds; the rows of files go first, so that what hangs on twins finds its place beside them."""
        return [rule for rule in self.every() if rule.moves]

    def told(self) -> list[MergeRule]:
        return [rule for rule in self.every() if not rule.quiet]


merge_rules = MergeRules()


def register_merge_rule(*rules: MergeRule) -> None:
    merge_rules.rules.extend(rules)


def register_twin_rule(*rules: MergeRule) -> None:
    """What hangs on a contact that stays in the merged file, because the kept one has the same mailbox, goes to that contact."""
    merge_rules.of_twins.extend(rules)


def register_after_merge(compute: Callable[..., None]) -> None:
    """`compute(customers=[kept, other], by=user)` renews what an app stores about both customers, after a merge and after its undoing."""
    merge_rules.after.append(compute)


def clash(model: type[Model], *names: str, field: str = "customer", **among: object) -> Callable[[Model, Model], Q]:
    """For `stays`: rows that have the same values in `names` as a row of the kept side, both meeting `among`."""

    def stays(kept: Model, other: Model) -> Q:
        there = model._base_manager.filter(**{field: kept.pk}, **among).values_list(*names).distinct()
        same = NOTHING
        for values in there:
            same |= Q(**dict(zip(names, values, strict=True)) | among)
        return same

    return stays
