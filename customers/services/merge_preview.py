"""What people see before they merge two files and afterwards: fields beside each other, rows by kind, warnings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from django.db.models import Count, Model, QuerySet
from django.utils.translation import gettext as _

from customers.enums import MergedRowState, Part
from customers.models import Contact, Customer, FollowUp, Merge, MergedRow
from customers.models.merge import TWINS
from customers.permissions import ASSIGN_CUSTOMER
from customers.queries.facts import text_of
from customers.services.merge_rules import MergeRule, merge_rules
from customers.services.merge_values import ASSIGNED, DEPARTMENT, OTHER_CODE, PARTS, decided_by_others, field_pairs, row_of
from customers.services.twins import twins_in
from portcrm.accounts.models import User
from portcrm.bilingual import enumerated
from portcrm.pages.formats import DASH

MOST_NAMED = 20  # rows of one kind that are named one by one; the others are counted
PART_LABELS = {"customer": Part.BASICS, "traits": Part.TRAITS, "transactions": Part.TRANSACTIONS}


@dataclass(frozen=True)
class Line:
    """One field of both files as text; `take` is what is chosen now, `fixed` why there is nothing to choose."""

    key: str
    label: str
    kept: str
    other: str
    take: bool
    fixed: str = ""


@dataclass
class PartLines:
    label: str
    differing: list[Line] = field(default_factory=list)
    same: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class NamedRow:
    text: str
    url: str


@dataclass(frozen=True)
class Kind:
    """Rows of one kind: how many, where they are seen, and by name those that stay behind."""

    label: str
    tab: str
    count: int
    named: list[NamedRow] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.named)


def default_choices(kept: Customer, other: Customer, *, user: User) -> set[str]:
    return {pair.key for pair in field_pairs(kept, other) if pair.taken_by_default} - decided_by_others(kept, other, by=user)


def compared(kept: Customer, other: Customer, take: Iterable[str], *, user: User) -> list[PartLines]:
    """The fields of both files by part; those neither has anything in are left out."""
    fixed = decided_by_others(kept, other, by=user)
    chosen, parts = set(take), {part: PartLines(str(PART_LABELS[part].label)) for part in PARTS}
    for pair in field_pairs(kept, other):
        here, there = row_of(kept, pair.part), row_of(other, pair.part)
        label = str(PARTS[pair.part][0]._meta.get_field(pair.name).verbose_name)
        why = _why_fixed(pair.key) if pair.key in fixed else ""
        line = Line(pair.key, label, text_of(here, pair.name), text_of(there, pair.name), pair.key in chosen, why)
        if not pair.same:
            parts[pair.part].differing.append(line)
        elif line.kept != DASH:
            parts[pair.part].same.append(line)
    return [part for part in parts.values() if part.differing or part.same]


def _why_fixed(key: str) -> str:
    if key == DEPARTMENT:
        return _("It comes and goes with the account manager.")
    return _("Only who assigns customers decides this; the value of the kept file stays.")


def _sides(kept: Customer, other: Customer) -> Iterator[tuple[MergeRule, Sequence[tuple[Model, Model]]]]:
    """Each rule people are told of with the two its rows stand with: the files, or each pair of contacts of one mailbox."""
    pairs = twins_in(kept, other)
    for rules, sides in ((merge_rules.rules, [(kept, other)]), (merge_rules.of_twins, pairs)):
        yield from ((rule, sides) for rule in rules if not rule.quiet)


def moving_kinds(kept: Customer, other: Customer) -> list[Kind]:
    """What would go to the kept file, counted by kind."""
    counted = [
        Kind(str(rule.label), rule.tab, sum(rule.moving(*pair).count() for pair in pairs))
        for rule, pairs in _sides(kept, other)
        if rule.moves
    ]
    return [kind for kind in counted if kind.count]


def staying_kinds(kept: Customer, other: Customer, *, user: User) -> list[Kind]:
    """What stays with the merged file, the first rows of each kind by name."""
    found = []
    for rule, pairs in _sides(kept, other):
        staying = [rule.staying(*pair) for pair in pairs]
        if count := sum(rows.count() for rows in staying):
            first = list(islice(chain.from_iterable(rows.order_by("pk")[:MOST_NAMED] for rows in staying), MOST_NAMED))
            found.append(Kind(str(rule.label), rule.tab, count, named_rows(rule, first, user)))
    return found


def named_rows(rule: MergeRule, rows: Iterable[Model], user: User) -> list[NamedRow]:
    """Rows this user may see, as they name themselves; the others without a name."""
    rows = list(rows)
    manager = rule.model._default_manager
    keys = [row.pk for row in rows]
    if rule.model is Customer or not hasattr(manager, "visible_to"):
        seen = set(keys)
    else:
        visible = manager.visible_to(user)
        if rule.model is FollowUp:  # a merge's page writes no reading down
            visible = visible.without_days_for_others(user)
        seen = set(visible.filter(pk__in=keys).values_list("pk", flat=True))
    return [
        NamedRow(str(row), row.get_absolute_url() if hasattr(row, "get_absolute_url") else "") if row.pk in seen else NamedRow(DASH, "")
        for row in rows
    ]


def warnings(kept: Customer, other: Customer) -> list[str]:
    """What speaks against it."""
    said = []
    if kept.credit_code and other.credit_code and kept.credit_code != other.credit_code:
        said.append(_("The credit codes differ: these are two legal entities. Merge them only if one of the codes is wrong or out of use."))
    if kept.region_id and other.region_id and kept.region_id != other.region_id:
        said.append(_("The regions differ: branches of one firm often keep files of their own."))
    if kept.account_manager_id and other.account_manager_id and kept.account_manager_id != other.account_manager_id:
        said.append(_("Two colleagues care for these files. Talk to both before you merge."))
    return said


@dataclass(frozen=True)
class FieldLeft:
    """A field the undoing left: what it was before the merge, what the merge set, what stands there now. `fixed`: for others to
    decide on than who looks."""

    key: str
    label: str
    before: str
    now: str
    decision: str
    fixed: bool = False


def moved_kinds(merge: Merge) -> list[Kind]:
    """What went with a merge, counted by kind."""
    counts = dict(merge.rows.exclude(state=MergedRowState.ADDED).order_by().values_list("rule").annotate(Count("pk")))
    return [Kind(str(rule.label), rule.tab, counts[rule.key]) for rule in merge_rules.told() if rule.key in counts]


def set_fields(merge: Merge) -> list[FieldLeft]:
    """The fields a merge set on the kept file."""
    shown = {key: value for key, value in merge.values.items() if key != OTHER_CODE}
    return [_field(key, value["before"], value["after"], "") for key, value in shown.items()]


def filled_contacts(merge: Merge, *, user: User) -> list[tuple[Contact, str]]:
    """Contacts of the kept file that were filled from those with the same mailbox, and which fields."""
    filled = merge.marks.get(TWINS, {}).get("filled", {})
    people = Contact.objects.visible_to(user).filter(pk__in=filled).order_by("pk")
    return [(one, enumerated(str(Contact._meta.get_field(name).verbose_name) for name in filled[str(one.pk)])) for one in people]


def fields_left(merge: Merge, *, user: User) -> list[FieldLeft]:
    """The fields people decide about after an undoing, decided or not."""
    fixed = frozenset() if user.has_perm(ASSIGN_CUSTOMER) else ASSIGNED
    return [
        _field(key, one["before"], one["now"], one["decision"], fixed=key in fixed and not one["decision"])
        for key, one in merge.left.items()
    ]


def _field(key: str, before: object, now: object, decision: str, *, fixed: bool = False) -> FieldLeft:
    part, _dot, name = ("customer.credit_code" if key == OTHER_CODE else key).partition(".")
    return FieldLeft(
        key, str(PARTS[part][0]._meta.get_field(name).verbose_name), _text(part, name, before), _text(part, name, now), decision, fixed
    )


def _text(part: str, name: str, value: object) -> str:
    model = PARTS[part][0]
    stored = model._meta.get_field(name)
    row = model(**{stored.attname: value if stored.is_relation else stored.to_python(value)})
    return text_of(row, name)


@dataclass(frozen=True)
class RowLeft:
    """A row the undoing left, as it names itself."""

    row: MergedRow
    text: str
    url: str


@dataclass
class KindLeft:
    """Rows of one kind: `rows` by name, `more` others that are decided on together."""

    key: str
    label: str
    rows: list[RowLeft]
    more: int


def rows_left(merge: Merge, *, user: User) -> list[KindLeft]:
    """Rows changed, added, moved on or deleted since, by kind; the first of each kind by name."""
    found = []
    for rule in merge_rules.told():
        rows = merge.rows.filter(rule=rule.key).exclude(state__in=(MergedRowState.MOVED, MergedRowState.RETURNED)).order_by("state", "pk")
        if total := rows.count():
            shown = list(rows[:MOST_NAMED])
            found.append(KindLeft(rule.key, str(rule.label), _named(rule, shown, user), total - len(shown)))
    return found


def _named(rule: MergeRule, rows: list[MergedRow], user: User) -> list[RowLeft]:
    stored = rule.model._base_manager.in_bulk([row.row_pk for row in rows])
    names = dict(zip(stored, named_rows(rule, stored.values(), user), strict=True))
    gone = NamedRow(DASH, "")
    return [RowLeft(row, names.get(row.row_pk, gone).text, names.get(row.row_pk, gone).url) for row in rows]


def undecided_rows(merge: Merge) -> QuerySet[MergedRow]:
    return merge.rows.undecided()
