"""Taking an import of customers back: files it opened are removed, fields it changed are set back, unless they were touched since."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Count, QuerySet, Value
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from pghistory.models import Event

from customers.enums import CareChangeKind
from customers.models import CareChange, Customer, DuplicateCandidate, FollowUp, ReceivablesBalance
from customers.models.customer import KEY_FIELDS
from customers.queries.field_words import FieldWords
from customers.services.bulk import update_rows
from customers.services.care_of_many import CareMove, move_care
from customers.services.contradicting import SINCE
from customers.services.importing import NAMES, PROVENANCE, STAMPS, search_keys_of
from customers.services.since import states_since
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.queries import event_model_of
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.exchange.enums import ChangeKind
from portcrm.exchange.importing import Left
from portcrm.exchange.models import ImportChange
from portcrm.files.models import Attachment

RECORD = "customers.customer"
COMPUTED = (DuplicateCandidate, ReceivablesBalance)  # found by a scan or summed up, the work of nobody
GOES_ALONG = (*COMPUTED, FollowUp, CareChange)  # what hanging_on leaves out, some or all of it, goes with the file
REMOVE = "DELETE FROM customers_customer WHERE id = ANY(%s)"
CARE = ("account_manager_id", "department_id")  # set back together or not at all
CHANGED = _("The file was changed after the import.")
MERGED = _("The file was merged into another. Undo that first.")
HANGING = _("There is more in the file now: {things}.")
BARE = _("It is a key account now: taken back, it would have no account manager. Hand it over to a colleague, or decide that it is none.")
RECYCLED = _("The nightly job has returned the customer to the pool since. Before the import it was with “{before}”.")
DIFFERENT = _("{field}: “{before}” before the import, “{after}” by the import, “{now}” now.")


@action("customer.import_revert", _("Import taken back"))
def take_back_customers(*, changes: Sequence[ImportChange], insist: bool, by: User) -> dict[int, Left]:
    """Undo what an import did to these files; returns what is left, by key of the change.

    Files the import opened are removed if nobody has touched them and nothing hangs on them; fields it changed get their
    earlier value if they still hold what the import wrote. `insist` undoes what was changed since as well, but never
    removes a file that something hangs on.
    """
    left = _set_back([change for change in changes if change.kind == ChangeKind.UPDATED], insist, by)  # they may name new ones as parent
    opened = [change for change in changes if change.kind == ChangeKind.CREATED]
    return left | (_remove_from_below(opened, insist, by) if opened else {})


def _remove_from_below(changes: Sequence[ImportChange], insist: bool, by: User) -> dict[int, Left]:
    """Subsidiaries first: a parent company can go once nothing hangs on it."""
    left: dict[int, Left] = {}
    while changes:
        targets = [change.target for change in changes]
        parents = set(Customer.every.filter(pk__in=targets, parent__in=targets).values_list("parent", flat=True))
        lowest = [change for change in changes if change.target not in parents] or changes
        left |= _remove(lowest, insist, by)
        changes = [change for change in changes if change not in lowest]
    return left


def _remove(changes: Sequence[ImportChange], insist: bool, by: User) -> dict[int, Left]:
    locked = Customer.every.select_for_update().filter(pk__in=[change.target for change in changes]).order_by("pk")
    merged = dict(locked.values_list("pk", "merged_into"))
    things = hanging_on(merged, evidence=changes[0].run.file_name)
    changed = changed_since({change.target: change.mark for change in changes if change.target in merged})
    left, removable = {}, []
    for change in changes:
        if change.target not in merged:
            continue  # removed already
        touched = change.target in changed or SINCE in change.lines.values()  # a row mended later has moved the mark past that hand
        if merged[change.target]:
            left[change.pk] = Left([both(MERGED)], may_insist=False)
        elif things[change.target]:
            names = things[change.target]
            reason = {language: said.format(things=", ".join(each[language] for each in names)) for language, said in both(HANGING).items()}
            left[change.pk] = Left([reason, *([both(CHANGED)] if touched else [])], may_insist=False)
        elif touched and not insist:
            left[change.pk] = Left([both(CHANGED)])
        else:
            removable.append(change.target)
    remove_bare_files(keys=removable, by=by)
    return left


@action("customer.remove")
def remove_bare_files(*, keys: Collection[int], by: User) -> None:
    """Remove files on which nothing hangs (hanging_on), with the rows that do not count there; whoever calls has locked them.

    Not by QuerySet.delete(): it asks every table that names a customer once more, which hanging_on has done.
    """
    for relation in _relations_of_files():
        if issubclass(relation.related_model, GOES_ALONG):
            _rows_of(relation, keys).delete()
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, [list(keys)])


def changed_since(marks: Mapping[int, int]) -> set[int]:
    """The files that differ from their history entry `mark`; what was changed and changed back, by another import perhaps, does not."""
    later = states_since(marks)
    for key, manager in _recycled_by_jobs(later).items():
        later[key][1]["account_manager_id"] = manager  # as if the night had left it where it was
    return {key for key, (then, today) in later.items() if then != today}


def hanging_on(keys: Collection[int], *, evidence: str) -> dict[int, list[dict[str, str]]]:
    """What other rows there are for these files, with how many, in both languages; history, what is computed, what nobody has
    touched since a job opened it, that a job has returned them to the pool and what the import itself has left (`evidence`, see
    take_in_customers) do not count. Three queries, and two more where a job has opened follow-ups."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    if not keys:
        return found
    relations = [one for one in _relations_of_files() if not issubclass(one.related_model, COMPUTED)]
    counted = [
        _counting(_rows_that_count(relation, keys, evidence), relation.field.attname, number) for number, relation in enumerate(relations)
    ]
    labels = [relation.related_model._meta.verbose_name for relation in relations]
    for key, number, count in sorted(counted[0].union(*counted[1:], all=True), key=lambda row: row[1]):  # as the relations are declared
        _note(found, labels[number], key, count)
    files = Attachment.objects.filter(record=RECORD, object_pk__in=[str(key) for key in keys])
    for key, count in files.order_by().values_list("object_pk").annotate(Count("pk")):
        _note(found, Attachment._meta.verbose_name, key, count)
    return found


def _relations_of_files() -> list:
    """Every foreign key to a customer file, but those of history."""
    relations = Customer._meta.get_fields(include_hidden=True)
    return [one for one in relations if one.auto_created and not one.concrete and not issubclass(one.related_model, Event)]


def _rows_of(relation, keys: Collection[int]) -> QuerySet:
    return relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})


def _rows_that_count(relation, keys: Collection[int], evidence: str) -> QuerySet:
    rows = _rows_of(relation, keys)
    if relation.related_model is FollowUp:
        return rows.exclude(pk__in=_asked_by_jobs(keys))
    if relation.related_model is CareChange:
        rows = rows.exclude(kind=CareChangeKind.RECYCLED, changed_by__is_system=True)
        if evidence:  # people give no reason when they assign, imports give their source
            rows = rows.exclude(kind=CareChangeKind.ASSIGNED, note=evidence)
    return rows


def _counting(rows: QuerySet, file: str, number: int) -> QuerySet:
    """How many of them there are for each file, beside a number that says what they are."""
    return rows.order_by().annotate(what=Value(number)).values_list(file, "what").annotate(count=Count("pk"))


def _asked_by_jobs(keys: Collection[int]) -> list[int]:
    """Follow-ups that a job has opened and nobody has planned, handed on or closed since; held, so that nobody does meanwhile."""
    opened = FollowUp.objects.select_for_update(of=("self",)).filter(customer__in=keys, opened_by__is_system=True).order_by("pk")
    ours = dict(opened.values_list("pk", "opened_by"))
    events = event_model_of(FollowUp).objects.filter(pgh_obj__in=ours)
    touched = {pk for pk, actor in events.values_list("pgh_obj", "pgh_context__metadata__actor") if actor != ours[pk]}
    return [pk for pk in ours if pk not in touched]


def _recycled_by_jobs(keys: Collection[int]) -> dict[int, int]:
    """The files that a job has returned to the pool, where nobody has taken them since, with the account manager they had."""
    latest = CareChange.objects.filter(customer__in=keys).order_by("customer", "-pk").distinct("customer")
    told = latest.values_list("customer", "kind", "changed_by__is_system", "customer__account_manager", "from_manager")
    return {key: before for key, kind, by_job, manager, before in told if kind == CareChangeKind.RECYCLED and by_job and manager is None}


def _note(found: dict[int, list[dict[str, str]]], label, key: int | str, count: int) -> None:
    found[int(key)].append({language: f"{name} × {count}" for language, name in both(label).items()})


def _set_back(changes: Sequence[ImportChange], insist: bool, by: User) -> dict[int, Left]:
    if not changes:
        return {}
    columns = sorted({column for change in changes for column in change.before})
    locked = Customer.every.select_for_update(no_key=True).filter(pk__in=[change.target for change in changes]).order_by("pk")
    stored = {row["id"]: row for row in locked.values("id", "version", "merged_into", *{*columns, *NAMES, *CARE, "is_key_account"})}
    words, left, restored, moves = FieldWords(), {}, [], []
    recycled = _recycled_by_jobs(stored)
    for change in changes:
        row = stored.get(change.target)
        if row is None:
            continue
        if row["merged_into"]:
            left[change.pk] = Left([both(MERGED)], may_insist=False)
            continue
        current = as_json({name: row[name] for name in change.before})
        back = {name for name in change.before if insist or current[name] == change.after[name]}
        reasons = [
            both(
                format_lazy(
                    RECYCLED if name == "account_manager_id" and change.target in recycled else DIFFERENT,
                    field=words.label(name),
                    before=words.word(name, change.before[name]),
                    after=words.word(name, change.after[name]),
                    now=words.word(name, current[name]),
                )
            )
            for name in sorted(set(change.before) - back - set(PROVENANCE))
            if current[name] != change.before[name]
        ]
        wanted = row | {name: change.before[name] for name in back}
        bare = row["account_manager_id"] is not None and wanted["account_manager_id"] is None and wanted["is_key_account"]
        if bare:
            back -= {*CARE}
            wanted |= {name: row[name] for name in CARE}
        if reasons or bare:
            left[change.pk] = Left([*reasons, *([both(BARE)] if bare else [])], may_insist=bool(reasons))
        if back and wanted != row:
            restored.append(wanted | search_keys_of(wanted) | {"version": row["version"] + 1, "updated_at": now()})
        if "account_manager_id" in back and current["account_manager_id"] != change.before["account_manager_id"]:
            moves.append(CareMove(change.target, current["account_manager_id"], change.before["account_manager_id"]))
    update_rows(Customer, restored, [*columns, *KEY_FIELDS, *STAMPS])
    move_care(moves=moves, note=str(_("Import taken back")), by=by)
    return left


def as_json(values: Mapping[str, object]) -> dict[str, object]:
    """Values as they look once stored as JSON and read again."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))
