"""Making two files of one firm one: chosen values, every row of every app, and a record by which it can be undone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from customers.enums import DuplicateState, Tier
from customers.models import Customer, DuplicateCandidate, Merge, MergedRow, Traits, TransactionStatus
from customers.models.customer import ASSIGNMENT_FIELDS, BASICS_FIELDS
from customers.models.traits import TRAITS_FIELDS
from customers.models.transactions import TRANSACTION_FIELDS
from customers.services.merge_rules import MergeRule, merge_rules
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.editing import plain
from portcrm.errors import RuleBroken

PORTION = 5_000
PARTS = {
    "customer": (Customer, (*BASICS_FIELDS, *ASSIGNMENT_FIELDS)),
    "traits": (Traits, TRAITS_FIELDS),
    "transactions": (TransactionStatus, TRANSACTION_FIELDS),
}


@dataclass(frozen=True)
class FieldPair:
    """One field in both files; `key` is "part.field"."""

    key: str
    part: str
    name: str
    kept: object
    other: object

    @property
    def empty_in_kept(self) -> bool:
        return self.kept in (None, "", [])

    @property
    def same(self) -> bool:
        return self.kept == self.other


def field_pairs(kept: Customer, other: Customer) -> list[FieldPair]:
    """Every field of the parts both files have, values as the model holds them."""
    pairs = []
    for part, (_model, names) in PARTS.items():
        here, there = _row(kept, part), _row(other, part)
        if here is not None and there is not None:
            pairs += [FieldPair(f"{part}.{name}", part, name, getattr(here, name), getattr(there, name)) for name in names]
    return pairs


def default_choices(pairs: Collection[FieldPair]) -> set[str]:
    """Fields to be taken from the other file unless somebody says otherwise: those the kept one has nothing in."""
    return {pair.key for pair in pairs if pair.empty_in_kept and pair.other not in (None, "", [])}


def _row(customer: Customer, part: str) -> Model | None:
    return customer if part == "customer" else getattr(customer, part, None)


def locked_pair(kept_pk: int, other_pk: int) -> tuple[Customer, Customer]:
    """Both files locked in the order of their keys, so that two merges of the same files wait for one another."""
    found = {row.pk: row for row in Customer.every.select_for_update().filter(pk__in=(kept_pk, other_pk)).order_by("pk")}
    return found[kept_pk], found[other_pk]


@action("customer.merge")
def merge_customers(*, kept: Customer, other: Customer, take: Collection[str], by: User) -> Merge:
    """Put `other` into `kept`: the fields named in `take` ("part.field") come from the other file, all rows move, names stay known."""
    if kept.pk == other.pk:
        raise RuleBroken(_("Choose two different files."))
    kept, other = locked_pair(kept.pk, other.pk)
    if kept.merged_into_id or other.merged_into_id:
        raise RuleBroken(_("One of these files has been merged already."))
    values = _set_values(kept, other, set(take))
    merge = Merge.objects.create(kept=kept, other=other, values=values, marks=_marks(), merged_at=now(), merged_by=by)
    for rule in merge_rules.rules:
        if rule.moves:
            move_rows(merge, rule, rule.rows(other).exclude(rule.stays(kept, other)), to=kept)
    Customer.every.filter(pk=other.pk).update(merged_into=kept)
    _decide_pairs(kept, other, by)
    kept.refresh_from_db()
    for compute in merge_rules.after:
        compute([kept, other], by)
    return merge


def _marks() -> dict[str, int]:
    """The highest key of every kind of row, taken before anything moves."""
    return {rule.key: rule.model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0 for rule in merge_rules.rules}


def move_rows(merge: Merge, rule: MergeRule, rows, *, to: Customer) -> None:
    """Hang the rows on another file and note which they were."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), PORTION):
        portion = keys[start : start + PORTION]
        rule.model._base_manager.filter(pk__in=portion).update(**{rule.field: to.pk})
        MergedRow.objects.bulk_create([MergedRow(merge=merge, rule=rule.key, row_pk=key) for key in portion])


def _set_values(kept: Customer, other: Customer, take: set[str]) -> dict[str, dict]:
    """Set what is taken from the other file; returns what stood there before and what stands there now."""
    pairs = {pair.key: pair for pair in field_pairs(kept, other)}
    unknown = take - pairs.keys()
    if unknown:
        raise RuleBroken(_("There is nothing to take for: %(fields)s") % {"fields": ", ".join(sorted(unknown))})
    wanted = {key: pairs[key].other for key in take if not pairs[key].same}
    wanted["customer.former_names"] = _all_names(kept, other, wanted)
    if wanted.get("customer.tier") == Tier.KEY:
        wanted["customer.is_key_account"] = True
    elif wanted.get("customer.is_key_account") is False and wanted.get("customer.tier", kept.tier) == Tier.KEY:
        raise RuleBroken(_("A customer of the key tier is a key account."))
    if "customer.parent" in wanted and wanted["customer.parent"] == kept:
        wanted["customer.parent"] = None
    if (kept.parent_id == other.pk) and "customer.parent" not in wanted:
        wanted["customer.parent"] = None
    values = {key: _before_and_after(pairs, kept, key, value) for key, value in wanted.items()}
    values = {key: pair for key, pair in values.items() if pair["before"] != pair["after"]}
    if "customer.credit_code" in values and other.credit_code:
        values["other.credit_code"] = {"before": other.credit_code, "after": ""}
        Customer.every.filter(pk=other.pk).update(credit_code="")
    write_values(kept, {key: pair["after"] for key, pair in values.items() if not key.startswith("other.")})
    return values


def _before_and_after(pairs: Mapping[str, FieldPair], kept: Customer, key: str, value: object) -> dict[str, object]:
    before = pairs[key].kept if key in pairs else getattr(kept, key.partition(".")[2])
    return {"before": plain(before), "after": plain(value)}


def _all_names(kept: Customer, other: Customer, wanted: Mapping[str, object]) -> list[str]:
    """Former names of the kept file: its own, the other's, and every name that is not the name any more."""
    current = {wanted.get(f"customer.{name}", getattr(kept, name)) for name in ("name_zh", "name_en", "short_name")}
    names = [*kept.former_names, *other.former_names]
    names += [getattr(file, name) for file in (kept, other) for name in ("name_zh", "name_en")]
    return [name for name in dict.fromkeys(names) if name and name not in current]


def write_values(kept: Customer, values: Mapping[str, object]) -> None:
    """Set stored values ("part.field") on the rows of the kept file."""
    for part, (model, _names) in PARTS.items():
        mine = {key.partition(".")[2]: value for key, value in values.items() if key.startswith(f"{part}.")}
        row = _row(kept, part)
        if not mine or row is None:
            continue
        for name, value in mine.items():
            field = model._meta.get_field(name)
            setattr(row, field.attname, field.to_python(value) if not field.is_relation else value)
        row.version += 1
        row.save(update_fields=[*mine, "version", *(["updated_at"] if part == "customer" else [])])


def _decide_pairs(kept: Customer, other: Customer, by: User) -> None:
    """The pair is decided; other pairs of the merged file are found anew with the kept one."""
    pairs = DuplicateCandidate.objects.filter(Q(first=other) | Q(second=other))
    decided = pairs.filter(Q(first=kept) | Q(second=kept))
    decided.update(state=DuplicateState.MERGED, decided_by=by, decided_at=now())
    pairs.filter(state=DuplicateState.OPEN).delete()
