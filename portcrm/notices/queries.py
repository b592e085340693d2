"""What somebody may still read of what they were told, and how much of it is new."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps

from portcrm.accounts.models import User
from portcrm.notices.kinds import notice_kinds
from portcrm.notices.models import Notice

MOST_COUNTED = 99
PAGE = 30


@dataclass(frozen=True)
class NoticePage:
    notices: list[Notice]
    before: int | None  # where the older ones start; None at the end


def readable(notices: Iterable[Notice], *, user: User) -> list[Notice]:
    """Those whose record this person may see now, in the given order; one query for each kind of record."""
    kinds, wanted = notice_kinds(), defaultdict(set)
    notices = list(notices)
    for notice in notices:
        kind = kinds.get(notice.kind)
        if kind and kind.record:
            wanted[kind.record].add(notice.record_pk)
    seen = {record: _visible(record, keys, user) for record, keys in wanted.items()}
    return [notice for notice in notices if _may_read(notice, kinds, seen)]


def _visible(record: str, keys: set[str], user: User) -> set[str]:
    rows = apps.get_model(record)._default_manager.visible_to(user).filter(pk__in=[key for key in keys if key])
    return {str(key) for key in rows.values_list("pk", flat=True)}


def _may_read(notice: Notice, kinds: dict, seen: dict[str, set[str]]) -> bool:
    kind = kinds.get(notice.kind)
    if kind is None:  # its rule is unknown, so nobody reads it
        return False
    return not kind.record or notice.record_pk in seen[kind.record]


def unread_count(user: User) -> int:
    """Unread ones as the page would show them, counted up to MOST_COUNTED + 1."""
    return len(readable(Notice.objects.visible_to(user).unread().only("kind", "record_pk")[: MOST_COUNTED + 1], user=user))


def notice_page(user: User, *, only_unread: bool = False, before: int | None = None) -> NoticePage:
    rows = Notice.objects.visible_to(user)
    rows = rows.unread() if only_unread else rows
    rows = rows.filter(pk__lt=before) if before else rows
    found = list(rows[: PAGE + 1])
    return NoticePage(readable(found[:PAGE], user=user), found[PAGE - 1].pk if len(found) > PAGE else None)


def notices_for_mail(user: User, *, since, until) -> list[Notice]:
    """Unread ones of a period that this person may see now, newest first."""
    return readable(Notice.objects.visible_to(user).unread().between(since, until), user=user)
