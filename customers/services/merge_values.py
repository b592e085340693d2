"""The fields of two files beside each other, and what a merge sets on the kept one."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _

from customers.enums import CareChangeKind, CustomerStatus, Tier
from customers.models import Customer, Traits, TransactionStatus
from customers.models.customer import ASSIGNMENT_FIELDS, BASICS_FIELDS
from customers.models.traits import TRAITS_FIELDS
from customers.models.transactions import TRANSACTION_FIELDS
from customers.permissions import ASSIGN_CUSTOMER
from customers.services.care import counts_towards_limit, lock_limit_of, record_change, refuse_past_limit_of
from portcrm.accounts.models import User
from portcrm.bilingual import enumerated
from portcrm.editing import plain
from portcrm.errors import RuleBroken
from portcrm.rules import rules_told

PARTS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "customer": (Customer, (*BASICS_FIELDS, *ASSIGNMENT_FIELDS)),
    "traits": (Traits, TRAITS_FIELDS),
    "transactions": (TransactionStatus, TRANSACTION_FIELDS),
}
EMPTY = (None, "", [])
NAMES = ("name_zh", "name_en", "short_name")
OTHER_CODE = "other.credit_code"  # a credit code belongs to one file: taken by the kept one, the merged one gives it up
MANAGER, DEPARTMENT = "customer.account_manager", "customer.department"
ASSIGNED = frozenset(f"customer.{name}" for name in ASSIGNMENT_FIELDS)
JOINED = "customer.former_names"  # not chosen: all names of both stay known


@dataclass(frozen=True)
class FieldPair:
    """One field in both files; `key` is "part.field"."""

    key: str
    part: str
    name: str
    kept: object
    other: object

    @property
    def same(self) -> bool:
        return self.kept == self.other

    @property
    def taken_by_default(self) -> bool:
        """Those the kept file has nothing in."""
        return self.kept in EMPTY and self.other not in EMPTY


def row_of(customer: Customer, part: str) -> Model | None:
    return customer if part == "customer" else getattr(customer, part, None)


def versions_of(kept: Customer, other: Customer) -> str:
    """The versions of both files and their parts, in one word."""
    rows = [row_of(file, part) for file in (kept, other) for part in PARTS]
    return "-".join(str(row.version) if row else "0" for row in rows)


def field_pairs(kept: Customer, other: Customer) -> list[FieldPair]:
    """Every field to choose of the parts both files have. A part only the other file has goes along as a whole."""
    pairs = []
    for part, (_model, names) in PARTS.items():
        here, there = row_of(kept, part), row_of(other, part)
        if here is not None and there is not None:
            pairs += [FieldPair(f"{part}.{name}", part, name, getattr(here, name), getattr(there, name)) for name in names]
    return [pair for pair in pairs if pair.key != JOINED]


def decided_by_others(kept: Customer, other: Customer, *, by: User) -> frozenset[str]:
    """What this person does not choose: who cares for a customer and how it is classified decides who assigns customers.

    A kept file out of the pool may have the other one's account manager all the same: somebody looks after the firm already.
    """
    if by.has_perm(ASSIGN_CUSTOMER):
        return frozenset()
    pooled = kept.account_manager_id is None and not kept.is_key_account and kept.status != CustomerStatus.LOST
    return ASSIGNED - {MANAGER} if pooled and other.account_manager_id else ASSIGNED


def lock_taker(other: Customer, take: Collection[str]) -> int | None:
    """Hold the limit of whose customer the kept file becomes, before the files are locked; returns their key."""
    taker = Customer.every.select_related("account_manager").get(pk=other.pk).account_manager if MANAGER in take else None
    if taker is None:
        return None
    lock_limit_of(taker)
    return taker.pk


def take_values(*, kept: Customer, other: Customer, take: Collection[str], by: User) -> dict[str, dict]:
    """Set on two locked files what is taken from the other one; returns what stood there before and what stands there now."""
    pairs = {pair.key: pair for pair in field_pairs(kept, other)}
    unknown = set(take) - pairs.keys()
    if unknown:
        raise RuleBroken(_("There is nothing to take for: %(fields)s") % {"fields": ", ".join(sorted(unknown))})
    wanted = {key: pairs[key].other for key in take if not pairs[key].same}
    _refuse_decisions_of_others(kept, other, wanted, by)
    wanted[JOINED] = _all_names(kept, other, wanted)
    wanted["customer.parent"] = _parent(kept, other, taken="customer.parent" in wanted)
    if wanted.get("customer.tier") == Tier.KEY:
        wanted["customer.is_key_account"] = True
    if MANAGER in wanted and wanted[MANAGER] and not by.has_perm(ASSIGN_CUSTOMER):
        wanted[DEPARTMENT] = other.account_manager.department or kept.department  # it comes along, as when one picks a customer
    values = {key: {"before": _stored(kept, key), "after": plain(value)} for key, value in wanted.items()}
    values = {key: pair for key, pair in values.items() if pair["before"] != pair["after"]}
    if "customer.credit_code" in values and other.credit_code:
        values[OTHER_CODE] = {"before": other.credit_code, "after": ""}
        Customer.every.filter(pk=other.pk).update(credit_code="")
    write_values(kept=kept, values={key: pair["after"] for key, pair in values.items() if key != OTHER_CODE}, by=by)
    return values


def labels_of(keys: Iterable[str]) -> str:
    """Fields of the customer ("customer.field") as people call them."""
    return enumerated(str(Customer._meta.get_field(key.partition(".")[2]).verbose_name) for key in keys)


def _refuse_decisions_of_others(kept: Customer, other: Customer, wanted: Mapping[str, object], by: User) -> None:
    if refused := sorted(decided_by_others(kept, other, by=by) & wanted.keys()):
        said = _("Only who assigns customers decides this. Keep what stands in the kept file: %(fields)s")
        raise RuleBroken(said % {"fields": labels_of(refused)})
    if wanted.get(MANAGER):  # the other file leaves the same care
        more = counts_towards_limit(kept) - counts_towards_limit(other)
        refuse_past_limit_of(other.account_manager, by, more=more)


def _stored(kept: Customer, key: str) -> object:
    part, _dot, name = key.partition(".")
    return plain(getattr(row_of(kept, part), name))


def _all_names(kept: Customer, other: Customer, wanted: Mapping[str, object]) -> list[str]:
    """Former names of the kept file: its own, the other's, and every name that is not the name any more."""
    current = {wanted.get(f"customer.{name}", getattr(kept, name)) for name in NAMES}
    names = [*kept.former_names, *other.former_names, *(getattr(file, name) for file in (kept, other) for name in NAMES)]
    return [name for name in dict.fromkeys(names) if name and name not in current]


def _parent(kept: Customer, other: Customer, *, taken: bool) -> Customer | None:
    """The parent company that was chosen, else the other one; none that leads back to the two files."""
    choices = (other.parent, kept.parent) if taken else (kept.parent, other.parent if kept.parent_id == other.pk else None)
    return next((choice for choice in choices if choice is not None and not _leads_to(choice, {kept.pk, other.pk})), None)


def _leads_to(company: Customer | None, keys: set[int]) -> bool:
    seen: set[int] = set()
    while company is not None and company.pk not in seen:
        if company.pk in keys:
            return True
        seen.add(company.pk)
        company = company.parent
    return False


def write_values(*, kept: Customer, values: Mapping[str, object], by: User) -> None:
    """Set stored values ("part.field") on the rows of the kept file; values that cannot stand together are refused."""
    manager, bare = kept.account_manager, _is_bare(kept)
    for part, (model, _names) in PARTS.items():
        mine = {key.partition(".")[2]: value for key, value in values.items() if key.startswith(f"{part}.")}
        row = row_of(kept, part)
        if not mine or row is None:
            continue
        for name, value in mine.items():
            field = model._meta.get_field(name)
            setattr(row, field.attname, value if field.is_relation else field.to_python(value))
        row.version += 1
        with _told_of_merging(row, mine):
            row.save(update_fields=[*mine, "version", *(["updated_at"] if part == "customer" else [])])
    if _is_bare(kept) and not bare:
        raise RuleBroken(_("A key account needs an account manager; these values would leave it without one."))
    if kept.account_manager != manager:
        record_change(customer=kept, kind=CareChangeKind.ASSIGNED, before=manager, by=by, note=_("Two files were merged."))


def _is_bare(file: Customer) -> bool:
    """A key account that nobody cares for: it is not in the pool either, so nobody would find it."""
    return file.is_key_account and file.account_manager_id is None


@contextmanager
def _told_of_merging(row: Model, names: Collection[str]) -> Iterator[None]:
    """Each value stood in one of the files; what is wrong is their choice."""
    try:
        with rules_told():
            yield
    except RuleBroken as error:
        labels = ", ".join(str(row._meta.get_field(name).verbose_name) for name in sorted(names))
        said = _("These values do not go together. Take what belongs together from one file: %(fields)s") % {"fields": labels}
        raise RuleBroken(said) from error
