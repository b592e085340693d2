"""Relations between firms: recorded from either side, ended, corrected and confirmed; nothing is overwritten silently."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.enums import Bond
from customers.models import Channel, Customer, Relation
from customers.network.spans import cannot_move
from customers.queries.relations import STORED_AS
from customers.services.customers import edit_customer
from customers.services.editing import apply_edit, confirm, refuse_other_version
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken

OF_PARENTS = frozenset({Bond.PARENT_OF, Bond.SUBSIDIARY_OF})
ALREADY = _("This relation is recorded already for some of that time.")
KEPT_ELSEWHERE = _("A parent company is part of the file: its history says since when. Leave this empty.")


@action("relation.add")
def add_relation(
    *,
    customer: Customer,
    bond: str,
    other: Customer,
    by: User,
    since: dt.date | None = None,
    strength: int | None = None,
    share: Decimal | None = None,
    note: str = "",
    channel: Channel | None = None,
    source_reference: str = "",
) -> Relation:
    """Record how two firms stand to each other, said from the side of `customer`."""
    if customer.pk == other.pk:
        raise RuleBroken(_("Choose another firm than this one."), field="other")
    kind, turned = STORED_AS[Bond(bond)]
    _lock_standing(customer, other)
    first, second = (other, customer) if turned else (customer, other)
    with _told_once():
        return Relation.objects.create(
            from_customer=first, to_customer=second, kind=kind, since=since, strength=strength, share=share, note=note.strip(),
            channel=channel, source_reference=source_reference.strip(), recorded_by=by, recorded_on=port_today(),
        )  # fmt: skip


@action("relation.add")
def add_bond(*, customer: Customer, bond: str, other: Customer, by: User, **facts: object) -> Relation | Customer:
    """Record a relation or a parent company, whichever was said; the parent goes into the file it belongs to."""
    if Bond(bond) not in OF_PARENTS:
        return add_relation(customer=customer, bond=bond, other=other, by=by, **facts)
    given = next((name for name in ("since", "strength", "share", "note") if facts.get(name) not in (None, "")), "")
    if given:
        raise RuleBroken(KEPT_ELSEWHERE, field=given)
    if customer.pk == other.pk:
        raise RuleBroken(_("Choose another firm than this one."), field="other")
    parent, child = (customer, other) if bond == Bond.PARENT_OF else (other, customer)
    row = Customer.objects.get(pk=child.pk)
    if row.parent_id is not None:
        raise RuleBroken(_("%(customer)s has a parent company already. Change it in its file.") % {"customer": row.label}, field="other")
    try:
        return edit_customer(customer=row, changes={"parent": parent}, seen={"parent": None}, by=by)
    except RuleBroken as refusal:
        raise RuleBroken(refusal.message, field="other") from refusal


@action("relation.end", _("Relation ended"))
def end_relation(*, relation: Relation, until: dt.date, by: User) -> Relation:
    """End a relation on a day; that it was so stays known. A second caller is told when it ended."""
    row = _locked(relation)
    if row.until is not None:
        raise RuleBroken(_("This relation ended on %(day)s already.") % {"day": row.until.isoformat()})
    if row.since is not None and until < row.since:
        raise RuleBroken(_("It cannot end before it began, on %(day)s.") % {"day": row.since.isoformat()}, field="until")
    row.until = until
    row.version += 1
    row.save(update_fields=["until", "version"])
    return row


@action("relation.edit")
def edit_relation(*, relation: Relation, changes: Mapping[str, object], seen: Mapping[str, object], by: User) -> Relation:
    """Correct since when, how strong and from where; the two firms and the kind stay."""
    row = _locked(relation)
    since = changes.get("since", row.since)
    if since is not None and row.until is not None and row.until < since:
        raise RuleBroken(_("It cannot begin after it ended, on %(day)s.") % {"day": row.until.isoformat()}, field="since")
    with _told_once():
        apply_edit(row=row, changes=changes, seen=seen, by=by)
    return row


@action("relation.verify")
def verify_relation(*, relation: Relation, by: User, version: int | None = None) -> Relation:
    """Confirm that a relation still holds today, as it was read (`version`); one that has ended is not confirmed."""
    today = port_today()
    row = Relation.objects.select_for_update().get(pk=relation.pk)
    refuse_other_version(row, version)
    if row.until is not None and row.until <= today:
        raise RuleBroken(_("This relation has ended; it cannot be confirmed any more."))
    return confirm(row=row, by=by)


def left_behind(field: str):
    """For merging files: the relations of the other file that would bind the kept one to itself or say twice what it has."""

    def stays(kept: Customer, other: Customer) -> Q:
        moving = Relation.objects.filter(**{field: other.pk}).order_by("pk")
        standing = Relation.objects.of(kept)
        keys = cannot_move([row.tie for row in moving], [row.tie for row in standing], old=other.pk, new=kept.pk)
        return Q(pk__in=keys)

    return stays


def _lock_standing(*customers: Customer) -> None:
    """Both files, in the order of their keys, so that a merge of one of them waits or has been seen."""
    keys = [customer.pk for customer in customers]
    found = Customer.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk", flat=True)
    if len(found) < len(set(keys)):
        raise RuleBroken(_("One of these files has been merged into another. Open that one."))


def _locked(relation: Relation) -> Relation:
    return Relation.objects.select_for_update(no_key=True).get(pk=relation.pk)


@contextmanager
def _told_once() -> Iterator[None]:
    """The database knows which relations overlap; who records one again is told."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "once_at_a_time" not in str(error):
            raise
        raise RuleBroken(ALREADY, field="since") from error
