"""Customers from files: recognised by code, credit code or name; new ones opened, known ones completed, nothing emptied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.models.customer import KEY_FIELDS
from customers.naming import name_key
from customers.services.bulk import update_rows
from customers.services.customers import checked, create_customers, customer_columns
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken

Fields = dict[str, object]
STAMPS = ("version", "updated_at", "recorded_by_id", "recorded_on")


@dataclass
class TakenIn:
    """Keys by what happened to the rows; `problems` are (position of the row, message, field)."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: int = 0
    problems: list[tuple[int, object, str]] = field(default_factory=list)


@action("customer.import")
def take_in_customers(*, rows: Sequence[Mapping[str, object]], by: User, evidence: str = "") -> TakenIn:
    """Open the customers that are not known yet and complete those that are; an empty cell never empties a field.

    A row is known by its customer code, else its credit code, else its normalised name. Several rows of one firm in
    the same file make one customer. `evidence` is the source reference of rows that name none.
    """
    taken = TakenIn()
    tidy = _checked_rows(rows, taken)
    known = _Known(fields for _position, fields in tidy)
    new = _NewFirms()
    changes: dict[int, Fields] = {}
    for position, fields in tidy:
        code = fields.pop("code", "")
        pk = known.find(fields, code=code)
        if pk is not None:
            changes.setdefault(pk, {}).update(fields)
        elif code:
            taken.problems.append((position, format_lazy(_("There is no customer with the code {code}."), code=code), "code"))
        elif not new.add(fields):
            taken.unchanged += 1
    taken.created = create_customers(rows=[{"source_reference": evidence} | fields for fields in new.firms], by=by) if new.firms else []
    taken.updated = _complete(changes, evidence=evidence, by=by)
    taken.unchanged += len(changes) - len(taken.updated)
    return taken


def _checked_rows(rows: Sequence[Mapping[str, object]], taken: TakenIn) -> list[tuple[int, Fields]]:
    today, tidy = port_today(), []
    for position, row in enumerate(rows):
        given = {name: value for name, value in row.items() if value not in (None, "", [])}
        try:
            if not (given.get("name_zh") or given.get("name_en") or given.get("code")):
                raise RuleBroken(_("The row names no customer."), field="name_zh")
            tidy.append((position, checked(given, on=today)))
        except RuleBroken as refusal:
            taken.problems.append((position, refusal.message, refusal.field))
    return tidy


def _name_key(fields: Mapping[str, object]) -> str:
    return name_key(str(fields.get("name_zh", "")), str(fields.get("name_en", "")))


class _Known:
    """The stored customers the rows may mean, found in one query."""

    def __init__(self, rows):
        rows = list(rows)
        codes = {row["code"] for row in rows if row.get("code")}
        credit_codes = {row["credit_code"] for row in rows if row.get("credit_code")}
        names = {_name_key(row) for row in rows} - {""}
        found = Customer.objects.filter(Q(code__in=codes) | Q(credit_code__in=credit_codes) | Q(name_key__in=names)).order_by("-pk")
        self.by_code, self.by_credit_code, self.by_name = {}, {}, {}
        for pk, code, credit_code, name in found.values_list("pk", "code", "credit_code", "name_key"):
            self.by_code[code] = pk
            if credit_code:
                self.by_credit_code[credit_code] = pk
            self.by_name[name] = (pk, credit_code)

    def find(self, fields: Mapping[str, object], *, code: str) -> int | None:
        """Two firms of one name with different credit codes are two firms."""
        if code:
            return self.by_code.get(code)
        own = fields.get("credit_code", "")
        if own in self.by_credit_code:
            return self.by_credit_code[own]
        pk, stored = self.by_name.get(_name_key(fields), (None, ""))
        return pk if not own or not stored or own == stored else None


class _NewFirms:
    """Rows of firms that are not known yet; a second row of the same firm completes the first."""

    def __init__(self):
        self.firms: list[Fields] = []
        self._by_identity: dict[tuple[str, object], Fields] = {}

    def add(self, fields: Fields) -> bool:
        """False where the firm was there already."""
        credit_code = fields.get("credit_code", "")
        same = self._by_identity.get(("credit", credit_code)) if credit_code else None
        same = same or self._by_identity.get(("name", _name_key(fields)))
        if same is not None and not (credit_code and same.get("credit_code") not in (None, credit_code)):
            same |= {name: value for name, value in fields.items() if name not in same}
            return False
        self.firms.append(fields)
        self._by_identity[("name", _name_key(fields))] = fields
        if credit_code:
            self._by_identity[("credit", credit_code)] = fields
        return True


def _complete(changes: Mapping[int, Fields], *, evidence: str, by: User) -> list[int]:
    """Write the values that differ, in one statement; returns the keys of the changed customers."""
    if not changes:
        return []
    given = {pk: _columns(fields) for pk, fields in changes.items()}
    columns = sorted({"source_reference", *(column for fields in given.values() for column in fields)})
    names = ("name_zh", "name_en", "short_name", "former_names")
    locked = Customer.objects.select_for_update(no_key=True).filter(pk__in=given).order_by("pk")
    stored = locked.values("id", "version", *{*columns, *names})
    changed, today, moment = [], port_today(), now()
    for row in stored:
        wanted = row | given[row["id"]]
        if wanted == row:
            continue
        keys = {name: value for name, value in customer_columns({name: wanted[name] for name in names}).items() if name in KEY_FIELDS}
        stamps = {"version": row["version"] + 1, "updated_at": moment, "recorded_by_id": by.pk, "recorded_on": today}
        if evidence and "source_reference" not in given[row["id"]]:
            stamps["source_reference"] = evidence
        changed.append(wanted | keys | stamps)
    update_rows(Customer, changed, [*columns, *KEY_FIELDS, *STAMPS])
    return [row["id"] for row in changed]


def _columns(fields: Fields) -> Fields:
    """Column values of given fields, without search keys: those follow from the whole row."""
    with_a_name = {"name_zh": "-"} | fields
    columns = {name: value for name, value in customer_columns(with_a_name).items() if name not in KEY_FIELDS}
    if "name_zh" not in fields:
        del columns["name_zh"]
    return columns
