"""Parting two files again: what nobody has changed since goes back, the rest is listed and decided on by people."""

from collections.abc import Mapping

from django.db import IntegrityError, connection, transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.enums import DuplicateState, MergeDecision, MergedRowState
from customers.models import Customer, DuplicateCandidate, Merge, MergedRow
from customers.permissions import ASSIGN_CUSTOMER
from customers.services.merge_rules import MergeRule
from customers.services.merge_values import ASSIGNED, DEPARTMENT, MANAGER, OTHER_CODE, PARTS, labels_of, row_of, write_values
from customers.services.merging import fingerprint, key_of, locked_pair, renew_facts, table_of
from customers.services.twins import Side, empty_again, keep_grounds, lead_reminders, noted_twins, sides_of
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_date
from portcrm.editing import plain
from portcrm.errors import RuleBroken

NOW, BEFORE = "now", "before"  # what people decide about a field: as it stands, or as it was before the merge


@action("customer.undo_merge", gettext_lazy("Merge undone"))
def undo_merge(*, merge: Merge, by: User) -> Merge:
    """Part the two files: fields and rows nobody has changed since are restored, the rest waits for a decision; once. So do
    account manager, department, tier, key account and status where whoever undoes may not decide them."""
    kept, other = locked_pair(merge.kept_id, merge.other_id)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at:
        raise RuleBroken(_("This merge has been undone already."))
    if kept.merged_into_id or other.merged_into_id != kept.pk:
        raise RuleBroken(_("%(customer)s has been merged into another file since. Undo that first.") % {"customer": kept})
    Customer.every.filter(pk=other.pk).update(merged_into=None)
    sides = list(sides_of(merge))
    for side in sides:
        _sort_rows(merge, side)
    for side in sides:  # only now: a row that went by two rules would look changed to the second
        _return_rows(merge, side)
    empty_again(merge=merge, by=by)
    for mine, theirs in noted_twins(merge):
        lead_reminders(of=mine, to=theirs, customer=other, by=by)
    keep_grounds(merge=merge, by=by)
    merge.left = _restore_values(merge, kept, other, by)
    merge.undone_at, merge.undone_by = now(), by
    merge.save(update_fields=["left", "undone_at", "undone_by"])
    pairs = DuplicateCandidate.objects.filter(Q(first=kept, second=other) | Q(first=other, second=kept))
    pairs.update(state=DuplicateState.OPEN, decided_by=None, decided_at=None)
    renew_facts(kept, other, by)
    return merge


def _sort_rows(merge: Merge, side: Side) -> None:
    """Sort the moved rows by what became of them, and list what was added since."""
    rule = side.rule
    mine = _moved_by(merge, side)
    here = rule.rows(side.kept)
    there = rule.model._base_manager.filter(pk__in=mine.values("row_pk"))
    mine.exclude(row_pk__in=there.values("pk")).update(state=MergedRowState.GONE)
    mine.filter(state=MergedRowState.MOVED).exclude(row_pk__in=here.values("pk")).update(state=MergedRowState.ELSEWHERE)
    _find_changed(merge, rule)
    if not rule.quiet:
        added = here.filter(pk__gt=merge.marks[rule.key]["last"]).exclude(pk__in=mine.values("row_pk"))
        keys = added.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5_000)
        rows = (MergedRow(merge=merge, rule=rule.key, row_pk=key, state=MergedRowState.ADDED, **side.among) for key in keys)
        MergedRow.objects.bulk_create(rows, batch_size=5_000)


def _moved_by(merge: Merge, side: Side):
    return MergedRow.objects.filter(merge=merge, rule=side.rule.key, **side.among)


def _return_rows(merge: Merge, side: Side) -> None:
    """Send back the rows nobody has touched; one the other file has something like it for by now waits for a decision."""
    rule, other = side.rule, side.other
    mine = _moved_by(merge, side).filter(state=MergedRowState.MOVED)
    if rule.with_file:
        mine = mine.exclude(row_pk__in=rule.rows(side.kept).filter(**{rule.with_file: merge.kept_id}).values("pk"))
    if not mine.exists():
        return
    rule.rows(other).filter(rule.makes_room).delete()
    if _fits(rule, mine, to=other):
        mine.update(state=MergedRowState.RETURNED)
        return
    left = MergedRowState.ELSEWHERE if rule.quiet else MergedRowState.CHANGED  # nobody is asked about what is not shown
    for pk in mine.values_list("pk", flat=True):
        one = MergedRow.objects.filter(pk=pk)
        one.update(state=MergedRowState.RETURNED if _fits(rule, one, to=other) else left)


def _fits(rule: MergeRule, rows, *, to: Model) -> bool:
    try:
        with transaction.atomic():
            _send(rule, rows, to=to)
    except IntegrityError:
        return False
    return True


def _find_changed(merge: Merge, rule: MergeRule) -> None:
    """Mark the moved rows that are not what the merge left. Columns an upgrade has taken away tell nothing any more."""
    columns = merge.marks[rule.key]["columns"]
    if missing := set(columns) - {one.column for one in rule.model._meta.concrete_fields}:
        columns = [column for column in columns if column not in missing]
    same = f"moved.fingerprint = {fingerprint(rule, columns)}" if not missing else "false"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE customers_mergedrow AS moved SET state = %s FROM {table_of(rule)} AS stored
            WHERE moved.merge_id = %s AND moved.rule = %s AND moved.state = %s
              AND moved.row_pk = stored.{key_of(rule)} AND NOT ({same})
            """,  # noqa: S608  names come from the model
            [MergedRowState.CHANGED.value, merge.pk, rule.key, MergedRowState.MOVED.value],
        )


def _send(rule: MergeRule, rows, *, to: Model) -> None:
    """Hang the rows on a file, with the flags the merge took from them."""
    chosen = rule.model._base_manager.filter(pk__in=rows.values("row_pk"))
    chosen.update(**{rule.field: to.pk})
    for name in rule.one_of:
        if not rule.rows(to).filter(**{name: True}).exists():
            chosen.filter(pk__in=rows.filter(before={name: True}).values("row_pk")).update(**{name: True})


def _restore_values(merge: Merge, kept: Customer, other: Customer, by: User) -> dict[str, dict]:
    """Put back what stood in the kept file before; returns the fields to be decided on: those that others have changed since,
    and those that are not for this person to decide."""
    left, restored, others = {}, {}, decided_by_others(merge, by=by)
    for key, value in merge.values.items():
        if key == OTHER_CODE:
            continue
        stored = _stored(kept, key)
        if stored is None and row_of(kept, key.partition(".")[0]) is None:
            continue
        if stored == _typed(key, value["after"]) and key not in others:
            restored[key] = value["before"]
        else:
            left[key] = {**value, "now": stored, "decision": ""}
    try:
        with transaction.atomic():
            write_values(kept=kept, values=restored, by=by)
    except RuleBroken:  # with what others have changed since, the old values cannot stand together any more
        kept.refresh_from_db()
        left |= {key: {**merge.values[key], "now": _stored(kept, key), "decision": ""} for key in restored}
    if OTHER_CODE in merge.values:
        _give_back_code(merge, other, left)
    return left


def decided_by_others(merge: Merge, *, by: User) -> frozenset[str]:
    """What this person does not restore by undoing: who cares for a customer and how it is classified decides who assigns customers.

    Whoever gave a file out of the pool to an account manager by merging takes that back on the same day, before much has been
    done on it; later the customer is somebody's, whoever merged.
    """
    if by.has_perm(ASSIGN_CUSTOMER):
        return frozenset()
    own = merge.merged_by_id == by.pk and port_date(merge.merged_at) == port_date(now())
    pooled = MANAGER in merge.values and merge.values[MANAGER]["before"] is None
    return ASSIGNED - {MANAGER, DEPARTMENT} if own and pooled else ASSIGNED


def _give_back_code(merge: Merge, other: Customer, left: dict[str, dict]) -> None:
    code = merge.values[OTHER_CODE]["before"]
    if Customer.every.filter(credit_code=code).exists():
        left[OTHER_CODE] = {**merge.values[OTHER_CODE], "now": "", "decision": ""}
    else:
        Customer.every.filter(pk=other.pk).update(credit_code=code)


def _stored(kept: Customer, key: str) -> object:
    part, _dot, name = key.partition(".")
    row = row_of(kept, part)
    return None if row is None else plain(getattr(row, name))


def _typed(key: str, value: object) -> object:
    """A value of the merge's record as the model holds it."""
    part, _dot, name = key.partition(".")
    field = PARTS[part][0]._meta.get_field(name)
    return value if field.is_relation else field.to_python(value)


@action("customer.decide_merge", gettext_lazy("Decided after a merge was undone"))
def decide_left(*, merge: Merge, fields: Mapping[str, str], rows: Mapping[int, str], by: User) -> Merge:
    """Settle what an undoing left: fields by key ("now" or "before"), rows by the key of their MergedRow; each once."""
    kept, other = locked_pair(merge.kept_id, merge.other_id)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if not merge.undone_at:
        raise RuleBroken(_("This merge is in force: there is nothing to decide on."))
    for file in (kept, other):
        if file.merged_into_id:
            raise RuleBroken(_("%(customer)s has been merged into another file since.") % {"customer": file})
    _decide_fields(merge, kept, other, fields, by)
    _decide_rows(merge, rows)
    for side in sides_of(merge):
        if side.rule.with_file:
            _return_rows(merge, side)
    keep_grounds(merge=merge, by=by)
    renew_facts(kept, other, by)
    return merge


def _decide_fields(merge: Merge, kept: Customer, other: Customer, fields: Mapping[str, str], by: User) -> None:
    open_fields = merge.undecided_fields
    if set(fields) - set(open_fields) or set(fields.values()) - {NOW, BEFORE}:
        raise RuleBroken(_("Somebody has decided on this already."))
    back = {key: open_fields[key]["before"] for key, choice in fields.items() if choice == BEFORE and key != OTHER_CODE}
    if (of_others := sorted(ASSIGNED & fields.keys())) and not by.has_perm(ASSIGN_CUSTOMER):  # to leave it as it is decides it too
        said = _("Only who assigns customers decides this. It waits for them: %(fields)s")
        raise RuleBroken(said % {"fields": labels_of(of_others)})
    write_values(kept=kept, values=back, by=by)
    if fields.get(OTHER_CODE) == BEFORE:
        code = open_fields[OTHER_CODE]["before"]
        if Customer.every.filter(credit_code=code).exists():
            raise RuleBroken(_("Another file bears the credit code %(code)s. Take it out there first.") % {"code": code})
        Customer.every.filter(pk=other.pk).update(credit_code=code)
    for key, choice in fields.items():
        merge.left[key]["decision"] = choice
    merge.save(update_fields=["left"])


def _decide_rows(merge: Merge, rows: Mapping[int, str]) -> None:
    waiting = {row.pk: row for row in merge.rows.undecided().select_for_update().filter(pk__in=rows)}
    if len(waiting) < len(rows) or set(rows.values()) - set(MergeDecision.values):
        raise RuleBroken(_("Somebody has decided on this already."))
    sides = {(side.rule.key, side.among.get("before", {}).get("of")): side for side in sides_of(merge)}
    for key, choice in rows.items():
        row = waiting[key]
        if choice == MergeDecision.OTHER:
            _send_one(sides.get((row.rule, (row.before or {}).get("of"))), row)
        row.decision = choice
        row.save(update_fields=["decision"])


def _send_one(side: Side | None, row: MergedRow) -> None:
    if side is None:
        raise RuleBroken(_("The contact this belonged to is no longer there. Leave it with the kept file."))
    rule, other = side.rule, side.other
    mine = rule.rows(side.kept).filter(pk=row.row_pk)
    stored = mine.first()
    if stored is None:
        raise RuleBroken(_("A row of “%(kind)s” is no longer in the kept file.") % {"kind": rule.label})
    for name in rule.one_of:
        if rule.rows(other).filter(**{name: True}).exists():
            mine.filter(**{name: True}).update(**{name: False})
    rule.rows(other).filter(rule.makes_room).delete()
    try:
        with transaction.atomic():
            mine.update(**{rule.field: other.pk})
    except IntegrityError as error:
        said = _("“%(row)s” cannot go: the other file has one like it. Leave it with the kept file.") % {"row": stored}
        raise RuleBroken(said) from error
