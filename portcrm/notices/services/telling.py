"""Telling people things, and their having read them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.notices.kinds import notice_kind
from portcrm.notices.models import Notice

IN_PORTIONS = 1000


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is told to one person. `values` fill the sentence of the kind: texts, or {"zh": …, "en": …} for names in both
    languages; never what only some may read, for a value is kept as long as the notice. One `dedupe_key`, one notice."""

    recipient: User
    kind: str
    values: Mapping[str, object] = field(default_factory=dict)
    record_pk: int | str = ""
    url: str = ""
    dedupe_key: str = ""


@action("notice.tell")
def notify(
    *,
    recipients: Iterable[User],
    kind: str,
    by: User,
    values: Mapping[str, object] | None = None,
    record_pk: int | str = "",
    url: str = "",
    dedupe_key: str = "",
) -> int:
    """Tell colleagues something, each once; whoever did it is not told of it. Returns how many were meant."""
    told = [
        Told(recipient=person, kind=kind, values=values or {}, record_pk=record_pk, url=url, dedupe_key=dedupe_key)
        for person in {person.pk: person for person in recipients}.values()
    ]
    return notify_each(told=told, by=by)


@action("notice.tell")
def notify_each(*, told: Iterable[Told], by: User) -> int:
    """Tell several people something of their own; `by` and closed accounts are left out. Returns how many were meant."""
    moment = now()
    rows = [
        Notice(
            recipient=one.recipient, kind=notice_kind(one.kind).key, values=dict(one.values), record_pk=str(one.record_pk), url=one.url,
            dedupe_key=one.dedupe_key, created_at=moment,
        )
        for one in told
        if one.recipient.pk != by.pk and one.recipient.is_active
    ]  # fmt: skip
    Notice.objects.bulk_create(rows, batch_size=IN_PORTIONS, ignore_conflicts=True)
    return len(rows)


@action("notice.read")
def read_notice(*, notice: Notice, by: User) -> Notice:
    """Mark one notice of one's own as read; the first moment stays."""
    Notice.objects.visible_to(by).unread().filter(pk=notice.pk).update(read_at=now())
    notice.refresh_from_db()
    return notice


@action("notice.read")
def read_all(*, by: User, up_to: int) -> int:
    """Mark as read what one had on the screen and what is older; what came meanwhile stays new."""
    return Notice.objects.visible_to(by).unread().filter(pk__lte=up_to).update(read_at=now())


@action("notice.forget")
def forget_old_notices(*, before: dt.datetime, by: User) -> int:
    """Delete what is older, read or not; a notice only points at what is recorded elsewhere. Returns how many."""
    deleted, _by_model = Notice.objects.filter(created_at__lt=before).delete()
    return deleted


@action("notice.forget")
def forget_notices(*, kinds: Iterable[str], record_pks: Iterable[int], by: User) -> int:
    """Delete what was told of these records, when it must not be kept. Returns how many."""
    deleted, _by_model = Notice.objects.filter(kind__in=list(kinds), record_pk__in=[str(key) for key in record_pks]).delete()
    return deleted
