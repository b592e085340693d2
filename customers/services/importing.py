"""Customers from files: recognised by code, credit code or name; new ones opened, known ones completed, nothing emptied."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.models.customer import KEY_FIELDS
from customers.permissions import ASSIGN_CUSTOMER
from customers.services.bulk import update_rows
from customers.services.care import lock_limit_of
from customers.services.care_of_many import CareMove, move_care
from customers.services.contradicting import AUTHOR, NAMES, Said
from customers.services.customers import RELATIONS, checked, create_customers, customer_columns, given_columns
from customers.services.hierarchy import ParentsOfMany
from customers.services.recognising import Decision, KnownFirms, NewFirms, complete
from customers.services.since import marks_of
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today
from portcrm.editing import plain
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RowKind
from portcrm.exchange.importing import RecordChange
from portcrm.exchange.models import ImportRun

Fields = dict[str, object]
STAMPS = ("version", "updated_at")
PROVENANCE = (*AUTHOR, "source_reference")
ONE_PORTION_AT_A_TIME = 7_304_110_018  # key of the lock under which rows of customers are stored
POOL = "pool"  # what a row gives as account manager to put a customer into the pool
NOBODY_NAMED = object()
UNDECIDED = Decision()
ONLY_ASSIGNERS = _(
    "Only who assigns customers may change the status, the service tier or the account manager of a customer that is here already."
)
ONLY_ASSIGNERS_OPEN = _("Only who assigns customers decides status and service tier, of a new customer too. Leave the cell empty.")
DECIDED = ("account_manager_id", "tier", "is_key_account", "status")  # where an assigner decides on the screen, too
BEGINS_WITH = {name: Customer._meta.get_field(name).get_default() for name in ("status", "tier")}
NOT_NEW = _("The customer code or credit code of this row is that of a customer that is here or of another row: it cannot be added as new.")
ALIKE = _("The name is like that of a customer that is here, or of another row. Decide whether they are one firm.")


class RowProblem(NamedTuple):
    """Why the row at this position was not stored; `alike`: the files it may mean, where that is the question; `contradicts`: an
    earlier row says otherwise of it; `may_create`: it may be another firm all the same."""

    position: int
    message: object
    field: str
    alike: tuple[int, ...] | None = None
    contradicts: bool = False
    may_create: bool = True


class RowOutcome(NamedTuple):
    """What happened to the row at this position; `changes` are {column: [before, after]}."""

    position: int
    kind: RowKind
    target: int | None = None
    changes: Mapping[str, list] = {}
    may_create: bool = False


class Share(NamedTuple):
    """What one row says about a stored file; `loose`: its name is only like that of the file, so it renames nothing;
    `decided`: somebody wants it to count whatever other rows say."""

    position: int
    line: int
    columns: Fields
    loose: bool
    by_name: bool
    decided: bool


@dataclass
class TakenIn:
    """Keys by what happened to the rows."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    outcomes: list[RowOutcome] = field(default_factory=list)
    changes: list[RecordChange] = field(default_factory=list)


@action("customer.import")
def take_in_customers(
    *,
    rows: Sequence[Mapping[str, object]],
    by: User,
    evidence: str = "",
    decisions: Mapping[int, Decision] | None = None,
    cared_for_elsewhere: int = 0,
    lines: Sequence[int] | None = None,
    run: ImportRun | None = None,
) -> TakenIn:
    """Open the customers that are not known yet and complete those that are; an empty cell never empties a field.

    A row is known by its customer code, else its credit code, else its normalised name; a name that is merely alike is
    a problem until somebody decides (`decisions`, by position). Several rows of one firm in the same file make one
    customer; where they contradict each other the first counts until somebody decides. `evidence` is the source
    reference of rows that name none. `account_manager` is a user or POOL. `cared_for_elsewhere`: files a dry run has
    opened in the importing person's care and taken back. `lines`: where the rows stand in the file; `run`: the import
    whose earlier portions are stored.
    """
    if run is None or not run.dry_run:  # what is only rehearsed keeps nobody waiting
        _wait_for_others(by, counting=_may_name_managers(rows, run))
    taken = TakenIn()
    tidy = _checked_rows(rows, taken)
    decided = dict(decisions or {})
    known = KnownFirms.of((fields for _position, fields in tidy), targets=(one.target for one in decided.values() if one.target))
    new, shares, said = NewFirms(), defaultdict(list), Said()
    sorter = _Sorter(known, new, shares, taken, by, cared_for_elsewhere, said, lines or range(1, len(rows) + 1))
    for position, fields in tidy:
        sorter.place(position, fields, decided.get(position, UNDECIDED))
    firms = [{"source_reference": evidence} | _with_manager(fields) for fields in new.firms]
    taken.created = create_customers(rows=firms, by=by) if firms else []
    _complete(shares, taken, said, run=run, evidence=evidence, by=by)
    wrong = {problem.position for problem in taken.problems}
    taken.unchanged = len(rows) - len(taken.created) - len(taken.updated) - len(wrong)
    marks = marks_of([*taken.created, *(change.target for change in taken.changes)])
    lines = [said.lines_of(("new", id(firm))) for firm in new.firms]
    created = [RecordChange(pk, created=True, mark=marks[pk], lines=told) for pk, told in zip(taken.created, lines, strict=True)]
    taken.changes = created + [replace(change, mark=marks[change.target]) for change in taken.changes]
    return taken


def _wait_for_others(by: User, *, counting: bool) -> None:
    """Of two portions that name a firm nobody knows yet the second must find what the first has opened; and the importing person
    picks no customers while their limit is looked at. As with picking, the limit is held before any customer is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_PORTION_AT_A_TIME])
    if counting and not by.has_perm(ASSIGN_CUSTOMER):
        lock_limit_of(by)


def _may_name_managers(rows: Sequence[Mapping[str, object]], run: ImportRun | None) -> bool:
    """The same for all portions of a run: one that counts must not come after one that holds customers already."""
    return "account_manager" in {*run.mapping, *run.constants} if run else any(row.get("account_manager") for row in rows)


def _checked_rows(rows: Sequence[Mapping[str, object]], taken: TakenIn) -> list[tuple[int, Fields]]:
    today, tidy = port_today(), []
    for position, row in enumerate(rows):
        given = {name: value for name, value in row.items() if value not in (None, "", [])}
        try:
            if not (given.get("name_zh") or given.get("name_en") or given.get("code")):
                raise RuleBroken(_("The row names no customer."), field="name_zh")
            tidy.append((position, checked(given, on=today)))
        except RuleBroken as refusal:
            taken.problems.append(RowProblem(position, refusal.message, refusal.field))
    return tidy


class _Sorter:
    """Says of each row whether it is a new firm, means a stored file, or must be decided on."""

    def __init__(
        self, known: KnownFirms, new: NewFirms, shares: dict[int, list[Share]], taken: TakenIn, by: User, elsewhere: int, said: Said,
        lines: Sequence[int],
    ):  # fmt: skip
        self.known, self.new, self.shares, self.taken, self.by, self.elsewhere = known, new, shares, taken, by, elsewhere
        self.said, self.lines = said, lines
        self.may_assign = by.has_perm(ASSIGN_CUSTOMER)
        self.room: int | None = None  # how many more customers the importing person may care for

    def place(self, position: int, fields: Fields, decision: Decision) -> None:
        code = str(fields.pop("code", ""))
        match = self.known.find(fields, code=code)
        if decision.as_new and (not code or match.sure):
            if code or (match.sure and not match.by_name) or _same_code(self.new.same(fields), fields):
                self._refuse(position, NOT_NEW, "code" if code else "credit_code")
            else:
                self._open(position, fields)
            return
        pk = match.sure
        if pk is None and decision.as_known:
            pk = self.known.standing.get(decision.target) or (match.alike[0] if len(match.alike) == 1 else None)
        same = None if pk else self.new.same(fields)
        alike = self.new.alike(fields) if decision.as_known and not pk and same is None else None
        if pk is not None:
            share = Share(position, self.lines[position], _columns(fields), match.sure is None, match.by_name, decision.as_known)
            self.shares[pk].append(share)
        elif code:
            self._refuse(position, format_lazy(_("There is no customer with the code {code}."), code=code), "code")
        elif same is not None:
            self._say_more(position, same, fields, decision)
        elif alike is not None:  # a name that is only alike renames nothing
            new = {name: value for name, value in fields.items() if name not in NAMES or name not in alike}
            self._say_more(position, alike, new, decision)
        elif match.alike or self.new.alike(fields):
            self.taken.problems.append(RowProblem(position, ALIKE, "name_zh" if fields.get("name_zh") else "name_en", match.alike))
        else:
            self._open(position, fields)

    def _say_more(self, position: int, firm: Fields, fields: Fields, decision: Decision) -> None:
        """A further row of a firm that an earlier row opens; who has recorded the firm stays as it was."""
        key, before = ("new", id(firm)), _plain_columns(firm)
        same = {*self.said.spelt_anew(key, before, fields), *({"recorded_by", "recorded_on"} & set(firm))}
        fields = {name: value for name, value in fields.items() if name not in same}
        own = _plain_columns(fields)
        may_create = not _same_code(firm, fields)
        refusals = [] if decision.as_known else list(self.said.contradictions(key, before, own))
        if refusals:
            self.taken.problems += [RowProblem(position, *refusal, (), contradicts=True, may_create=may_create) for refusal in refusals]
            return
        if refusal := self._refusal(fields, firm):
            self._refuse(position, *refusal)
            return
        complete(firm, fields)
        self.said.note(key, own, self.lines[position], anew={name for name, value in own.items() if before.get(name) != value})
        self.taken.outcomes.append(RowOutcome(position, RowKind.SAME, may_create=may_create))

    def _open(self, position: int, fields: Fields) -> None:
        if refusal := self._refusal(fields, {}):
            self._refuse(position, *refusal)
            return
        self.new.add(fields)
        self.said.note(("new", id(fields)), _plain_columns(fields), self.lines[position])
        self.taken.outcomes.append(RowOutcome(position, RowKind.NEW))

    def _refusal(self, fields: Fields, firm: Fields) -> tuple[object, str] | None:
        """Why what a row says of a new firm is not this person's to decide: the sentence, and the field. `firm`: what earlier rows
        have said of it. Who opens a file by hand may decide no more; who cares for it as well, as if picked from the pool."""
        if self.may_assign:
            return None
        for name, usual in BEGINS_WITH.items():
            if name in fields and fields[name] != firm.get(name, usual):
                return ONLY_ASSIGNERS_OPEN, name
        manager = fields.get("account_manager")
        if not isinstance(manager, User) or manager == firm.get("account_manager"):
            return None
        if manager != self.by:
            return _("Only who assigns customers may name another account manager."), "account_manager"
        if self._room() <= 0:
            message = _("You care for {limit} customers already, that is the limit.")
            return format_lazy(message, limit=settings.POOL_LIMIT), "account_manager"
        self.room -= 1
        return None

    def _room(self) -> int:
        if self.room is None:
            here = Customer.objects.cared_for(self.by)[: settings.POOL_LIMIT].count()
            self.room = settings.POOL_LIMIT - here - self.elsewhere
        return self.room

    def _refuse(self, position: int, message, name: str) -> None:
        self.taken.problems.append(RowProblem(position, message, name))


def _with_manager(fields: Fields) -> Fields:
    """A new file goes to the department of its account manager, or into the pool."""
    manager = fields.get("account_manager")
    if not isinstance(manager, User):
        return {name: value for name, value in fields.items() if name != "account_manager"}
    return {"department": manager.department} | fields


def _complete(shares: Mapping[int, Sequence[Share]], taken: TakenIn, said: Said, *, run: ImportRun | None, evidence: str, by: User) -> None:
    """Write the values that differ, in one statement, and note what was changed."""
    if not shares:
        return
    given = {column for parts in shares.values() for part in parts for column in part.columns}
    columns = sorted({*given, *(("department_id",) if "account_manager_id" in given else ()), *PROVENANCE})
    locked = Customer.objects.select_for_update(no_key=True).filter(pk__in=shares).order_by("pk")
    stored = {row["id"]: row for row in locked.values("id", "version", "is_key_account", *{*columns, *NAMES})}
    said.recall(run, stored, evidence=evidence)
    parents = ParentsOfMany({part.columns["parent_id"] for parts in shares.values() for part in parts if part.columns.get("parent_id")})
    changed, moves, merger = [], [], _Merger(taken, by, said, parents)
    for pk, parts in shares.items():
        if pk not in stored:  # merged or removed while we looked
            message = _("Somebody is changing this file at the same moment. Take the row in again.")
            taken.problems += [RowProblem(part.position, message, "") for part in parts]
            continue
        row, (wanted, named_source, told_by) = stored[pk], merger.merge(stored[pk], parts)
        if wanted == row:
            if lines := said.news_of(pk):
                taken.changes.append(RecordChange(pk, lines=lines))
            continue
        stamps = {"recorded_by_id": by.pk, "recorded_on": port_today()} | told_by
        if evidence and not named_source:
            stamps["source_reference"] = evidence
        wanted |= stamps
        differing = [name for name in wanted if wanted[name] != row[name]]
        before, after = ({name: state[name] for name in differing} for state in (row, wanted))
        taken.updated.append(pk)
        taken.changes.append(RecordChange(pk, before=before, after=after, lines=said.lines_of(pk, changed=after)))
        changed.append(wanted | search_keys_of(wanted) | {"version": row["version"] + 1, "updated_at": now()})
        if "account_manager_id" in before:
            moves.append(CareMove(pk, before["account_manager_id"], after["account_manager_id"]))
    update_rows(Customer, changed, [*columns, *KEY_FIELDS, *STAMPS])
    move_care(moves=moves, note=evidence, by=by)


class _Merger:
    """Puts what several rows say about one stored file together."""

    def __init__(self, taken: TakenIn, by: User, said: Said, parents: ParentsOfMany):
        self.taken, self.by, self.may_assign, self.said, self.parents = taken, by, by.has_perm(ASSIGN_CUSTOMER), said, parents

    def merge(self, row: Fields, parts: Sequence[Share]) -> tuple[Fields, bool, Fields]:
        """The row as it should be, whether one of the parts names its own source, and who recorded it when where they say so."""
        wanted, named_source, told_by = dict(row), False, {}
        for part in parts:
            author = {name: value for name, value in part.columns.items() if name in AUTHOR}
            own = {name: value for name, value in part.columns.items() if name not in AUTHOR}
            own = {name: value for name, value in own.items() if not (part.loose and name in NAMES and row[name])}
            if own.get("account_manager_id", NOBODY_NAMED) in (NOBODY_NAMED, wanted.get("account_manager_id")):
                own.pop("department_id", None)  # the department comes and goes with the account manager
            own = {name: value for name, value in own.items() if name not in self.said.spelt_anew(row["id"], wanted, own)}
            differing = {name: [wanted[name], value] for name, value in own.items() if wanted[name] != value}
            refusals = [] if part.decided else list(self.said.contradictions(row["id"], wanted, own))
            if refusals:
                asked = {"alike": (row["id"],), "contradicts": True, "may_create": part.by_name or part.loose}
                self.taken.problems += [RowProblem(part.position, *each, **asked) for each in refusals]
                continue
            if refusal := self._refusal(row, differing):
                self.taken.problems.append(RowProblem(part.position, *refusal))
                continue
            wanted |= own
            self.said.note(row["id"], own, part.line, anew=differing)
            if differing:  # who says nothing new stands for nothing
                told_by |= author
            named_source = named_source or "source_reference" in own
            kind = RowKind.UPDATE if differing else RowKind.SAME
            self.taken.outcomes.append(RowOutcome(part.position, kind, row["id"], differing, part.by_name))
        return wanted, named_source, told_by

    def _refusal(self, row: Fields, differing: Mapping[str, list]) -> tuple[object, str] | None:
        """Why these changes are not this person's to make: the sentence, and the field."""
        decided = next((name for name in DECIDED if name in differing), None)
        if decided and not self.may_assign:
            return ONLY_ASSIGNERS, decided.removesuffix("_id")
        if row["is_key_account"] and differing.get("account_manager_id", [None, NOBODY_NAMED])[1] is None:
            return _("A key account does not go into the pool. Hand it over to a colleague."), "account_manager"
        if "parent_id" in differing and (refusal := self.parents.refusal(row["id"], differing["parent_id"][1])):
            return refusal, "parent"
        return None


def _same_code(firm: Fields | None, fields: Fields) -> bool:
    """Whether a row has the very credit code of a firm an earlier row opens: then it can be no other firm."""
    return firm is not None and bool(fields.get("credit_code")) and firm.get("credit_code") == fields["credit_code"]


def search_keys_of(row: Fields) -> Fields:
    """The search keys that follow from the names of a row."""
    names = customer_columns({name: row[name] for name in NAMES})
    return {name: value for name, value in names.items() if name in KEY_FIELDS}


def _plain_columns(fields: Fields) -> Fields:
    """Fields by column, for comparison only."""
    values = {name: None if value == POOL and name == "account_manager" else plain(value) for name, value in fields.items()}
    return {f"{name}_id" if name in RELATIONS else name: value for name, value in values.items()}


def _columns(fields: Fields) -> Fields:
    """Column values of given fields, without search keys: those follow from the whole row."""
    columns = given_columns({name: value for name, value in fields.items() if name != "account_manager"})
    manager = fields.get("account_manager")
    if isinstance(manager, User):
        columns |= {"account_manager_id": manager.pk} | ({"department_id": manager.department_id} if manager.department_id else {})
    elif manager == POOL:
        columns["account_manager_id"] = None
    return columns
