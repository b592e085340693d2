"""Making two files of one firm one: chosen values, every row of every app, and a record by which it can be undone."""

import datetime as dt
import json
from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.enums import DuplicateState, MergedRowState
from customers.models import Contact, Customer, DuplicateCandidate, Merge, MergedRow
from customers.models.merge import TWINS
from customers.services.merge_rules import MergeRule, merge_rules
from customers.services.merge_values import lock_taker, take_values, versions_of
from customers.services.twins import Side, lead_reminders, note_twins, noted_twins, sides_of
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.errors import RuleBroken


def locked_pair(kept_pk: int, other_pk: int) -> tuple[Customer, Customer]:
    """Both files locked in the order of their keys, so that two merges of the same files wait for one another.

    A full lock: whoever adds a row to one of them waits until the merge is done.
    """
    found = {row.pk: row for row in Customer.every.select_for_update().filter(pk__in=(kept_pk, other_pk)).order_by("pk")}
    return found[kept_pk], found[other_pk]


@action("customer.merge", gettext_lazy("Files merged"))
def merge_customers(*, kept: Customer, other: Customer, take: Collection[str], by: User, seen: str = "") -> Merge:
    """Put `other` into `kept`: the fields named in `take` ("part.field") come from the other file, all rows move, names stay known.

    `seen`: the versions (`versions_of`) the choice was made by; files that somebody has edited since are refused.
    """
    if kept.pk == other.pk:
        raise RuleBroken(_("Choose two different files."))
    taker = lock_taker(other, take)
    kept, other = locked_pair(kept.pk, other.pk)
    for file in (kept, other):
        if file.merged_into_id:
            into = Customer.every.get(pk=file.merged_into_id)
            raise RuleBroken(_("%(file)s has been merged into %(into)s already.") % {"file": file, "into": into})
    if (seen and seen != versions_of(kept, other)) or taker not in (None, other.account_manager_id):
        raise RuleBroken(_("Somebody has edited one of the files while you compared them. Compare them again."))
    values = take_values(kept=kept, other=other, take=set(take), by=by)
    marks = _marks(merge_rules.moving())
    merge = Merge.objects.create(kept=kept, other=other, values=values, marks=marks, merged_at=now(), merged_by=by)
    note_twins(merge=merge, by=by)
    move_rows(merge=merge, sides=list(sides_of(merge)), by=by)
    _carry_withdrawals(kept, other)
    Customer.every.filter(pk=other.pk).update(merged_into=kept)
    _decide_pairs(kept, other, by)
    renew_facts(kept, other, by)
    take_fingerprints(merge=merge, by=by)
    return merge


def gather_late_rows(*, since: dt.datetime, by: User) -> int:
    """Rows that reached a merged file after all, from writers who had begun before the merge, follow to the file that stands;
    so does what hangs on the contacts of merges made before contacts of one mailbox were compared.

    Returns how many moves that took. Merge after merge, each in a transaction of its own: where the kept file has been merged
    on, the next one takes the rows farther, and no two merges' files are locked at once.
    """
    waiting = Merge.objects.in_force().filter(Q(merged_at__gte=since) | ~Q(marks__has_key=TWINS)).order_by("pk")
    return sum(gather_rows(merge=merge, by=by) for merge in list(waiting))


@action("customer.gather", gettext_lazy("Late rows moved to the kept file"))
def gather_rows(*, merge: Merge, by: User) -> int:
    """What hangs on the merged file of one merge goes on to its kept one; returns how many rows. An undone merge takes nothing."""
    kept, other = locked_pair(merge.kept_id, merge.other_id)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at:
        return 0
    before = merge.rows.count()
    move_rows(merge=merge, sides=list(sides_of(merge)) if TWINS in merge.marks else _twins_of_old(merge, by), by=by)
    late = merge.rows.count() - before
    if late:
        renew_facts(kept, other, by)
        take_fingerprints(merge=merge, by=by)
    return late


def renew_facts(kept: Customer, other: Customer, by: User) -> None:
    """What every app stores about the two files, computed from the rows they have now."""
    for file in (kept, other):
        file.refresh_from_db()
    for compute in merge_rules.after:
        compute(customers=[kept, other], by=by)


def _twins_of_old(merge: Merge, by: User) -> list[Side]:
    """A merge made before contacts of one mailbox were compared: they are now. All else it left on the merged file is to stay there."""
    merge.marks |= _marks(rule for rule in merge_rules.of_twins if rule.moves)
    note_twins(merge=merge, by=by)
    return [side for side in sides_of(merge) if side.rule in merge_rules.of_twins]


def _marks(rules: Iterable[MergeRule]) -> dict[str, dict]:
    """For each kind of row its highest key, taken before anything moves, and the columns that are compared at undoing."""
    found = {}
    for rule in rules:
        last = rule.model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
        found[rule.key] = {"last": last or 0, "columns": rule.columns}
    return found


def move_rows(*, merge: Merge, sides: Collection[Side], by: User) -> None:
    """Everything of the merged file that does not stay there; then what hangs on contacts that stay goes to their twins.

    What stays is written down: it stays when the row of the kept file it could not stand beside has gone.
    """
    for side in sides:
        _note_staying(merge, side)
        _move(merge, side)
    merge.save(update_fields=["marks"])
    for kept, other in noted_twins(merge):
        lead_reminders(of=other, to=kept, customer=merge.kept, by=by)


def _note_staying(merge: Merge, side: Side) -> None:
    """What may not stand beside the rows of the kept side, and nothing else: many a row reaches the merged side without waiting for
    the merge, even between two of its statements, and what is late is to follow."""
    mark = merge.marks[side.rule.key]
    mark["stayed"] = sorted({*mark.get("stayed", ()), *side.rule.staying(side.kept, side.other).values_list("pk", flat=True)})


def _move(merge: Merge, side: Side) -> None:
    """Hang the rows on the kept side and note which they were; in as many statements for one row as for a million."""
    rule, before = side.rule, side.among.get("before")
    moving = rule.moving(side.kept, side.other).exclude(pk__in=merge.marks[rule.key].get("stayed", ()))
    chosen, parameters = moving.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO customers_mergedrow (merge_id, rule, row_pk, state, before, fingerprint, decision)
            SELECT %s, %s, chosen.*, %s, %s::jsonb, '', '' FROM ({chosen}) AS chosen ON CONFLICT DO NOTHING
            """,  # noqa: S608  the queryset's own statement
            [merge.pk, rule.key, MergedRowState.MOVED.value, json.dumps(before) if before else None, *parameters],
        )
        moved = cursor.rowcount
    if not moved:
        return
    mine = MergedRow.objects.filter(merge=merge, rule=rule.key)
    moving = rule.rows(side.other).filter(pk__in=mine.values("row_pk"))
    for name in rule.one_of:
        bearing = moving.filter(**{name: True})
        if rule.rows(side.kept).filter(**{name: True}).exists() and bearing.exists():
            mine.filter(row_pk__in=bearing.values("pk")).update(before={name: True})
            bearing.update(**{name: False})
    moving.update(**{rule.field: side.kept.pk})


def take_fingerprints(*, merge: Merge, by: User) -> None:
    """What the moved rows are once the whole merge is done: two rules may move one row, and figures of a row may follow
    from others. Only what somebody does to it afterwards is a change."""
    with connection.cursor() as cursor:
        for rule in merge_rules.moving():
            cursor.execute(
                f"""
                UPDATE customers_mergedrow AS moved SET fingerprint = {fingerprint(rule, rule.columns)}
                FROM {table_of(rule)} AS stored
                WHERE moved.merge_id = %s AND moved.rule = %s AND moved.fingerprint = '' AND moved.row_pk = stored.{key_of(rule)}
                """,  # noqa: S608  names come from the model
                [merge.pk, rule.key],
            )


def table_of(rule: MergeRule) -> str:
    return connection.ops.quote_name(rule.model._meta.db_table)


def key_of(rule: MergeRule) -> str:
    return connection.ops.quote_name(rule.model._meta.pk.column)


def fingerprint(rule: MergeRule, columns: Collection[str]) -> str:
    """SQL over a row called `stored`: the same text as long as nobody has changed one of the columns."""
    return f"md5(ROW({', '.join(f'stored.{connection.ops.quote_name(column)}' for column in columns)})::text)"


def _carry_withdrawals(kept: Customer, other: Customer) -> None:
    """Whoever withdrew consent in the merged file is not written to through the contact with the same address in the kept one."""
    withdrawn = Contact.objects.filter(customer=other.pk, consent_withdrawn_at__isnull=False).exclude(email="")
    for contact in withdrawn:
        same = Contact.objects.filter(customer=kept.pk, email__iexact=contact.email, consent_withdrawn_at=None)
        same.update(consent_withdrawn_at=contact.consent_withdrawn_at)


def _decide_pairs(kept: Customer, other: Customer, by: User) -> None:
    """The pair is decided; other pairs of the merged file are found anew with the kept one."""
    pairs = DuplicateCandidate.objects.filter(Q(first=other) | Q(second=other))
    decided = pairs.filter(Q(first=kept) | Q(second=kept))
    decided.update(state=DuplicateState.MERGED, decided_by=by, decided_at=now())
    pairs.filter(state=DuplicateState.OPEN).delete()
