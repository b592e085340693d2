"""Pins and recents of the sidebar."""

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.pages.models.shortcut import KEPT_RECENTS, MOST_PINS, Shortcut

# Every page of a record does this, so it is one question; what another request of the same person is at is left to that one.
REMEMBER = """
    WITH forgotten AS (
        DELETE FROM pages_shortcut WHERE id IN (
            SELECT id FROM pages_shortcut
            WHERE owner_id = %(owner)s AND pinned_at IS NULL AND (record, target_pk) <> (%(record)s, %(target)s)
            ORDER BY opened_at DESC, id
            OFFSET CASE WHEN EXISTS (
                SELECT FROM pages_shortcut
                WHERE owner_id = %(owner)s AND record = %(record)s AND target_pk = %(target)s AND pinned_at IS NOT NULL
            ) THEN %(kept)s ELSE %(kept)s - 1 END
            FOR UPDATE SKIP LOCKED
        )
    )
    INSERT INTO pages_shortcut (owner_id, record, target_pk, title_zh, title_en, url, opened_at)
    VALUES (%(owner)s, %(record)s, %(target)s, %(title_zh)s, %(title_en)s, %(url)s, %(now)s)
    ON CONFLICT (owner_id, record, target_pk) DO UPDATE
    SET title_zh = excluded.title_zh, title_en = excluded.title_en, url = excluded.url, opened_at = excluded.opened_at
"""


def _described(obj: Model) -> dict[str, str]:
    text = str(obj)
    return {
        "title_zh": (getattr(obj, "name_zh", "") or text)[:300],
        "title_en": (getattr(obj, "name_en", "") or text)[:300],
        "url": obj.get_absolute_url(),
    }


def remember_opened(*, obj: Model, by: User) -> None:
    """Put a record on top of the person's recents; only the latest few are kept. `obj` needs get_absolute_url()."""
    values = _described(obj) | {"owner": by.pk, "record": obj._meta.label_lower, "target": str(obj.pk), "now": now()}
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, values | {"kept": KEPT_RECENTS})


@transaction.atomic
def pin(*, obj: Model, by: User) -> Shortcut:
    """Keep a record in the sidebar until it is unpinned."""
    pinned = Shortcut.objects.select_for_update().filter(owner=by).exclude(pinned_at=None)
    if len(pinned) >= MOST_PINS:
        raise RuleBroken(_("You can pin %(most)d records. Unpin one first.") % {"most": MOST_PINS})
    moment = now()
    shortcut, _created = Shortcut.objects.update_or_create(
        owner=by,
        record=obj._meta.label_lower,
        target_pk=str(obj.pk),
        defaults=_described(obj) | {"pinned_at": moment},
        create_defaults=_described(obj) | {"pinned_at": moment, "opened_at": moment},
    )
    return shortcut


@transaction.atomic
def unpin(*, obj: Model, by: User) -> bool:
    """Take a record out of the pins; True if it was pinned."""
    mine = Shortcut.objects.filter(owner=by, record=obj._meta.label_lower, target_pk=str(obj.pk))
    return mine.exclude(pinned_at=None).update(pinned_at=None) == 1


@transaction.atomic
def hand_on_shortcuts(*, of: Model, to: Model, by: User) -> int:
    """Pins and recents of one record become those of the record it has gone up in; nobody has both. Returns how many went."""
    mine = Shortcut.objects.filter(record=of._meta.label_lower, target_pk=str(of.pk))
    theirs = Shortcut.objects.filter(record=to._meta.label_lower, target_pk=str(to.pk))
    theirs.filter(pinned_at=None, owner__in=mine.exclude(pinned_at=None).values("owner")).update(pinned_at=now())
    gone, _by_model = mine.filter(owner__in=theirs.values("owner")).delete()
    return gone + mine.update(target_pk=str(to.pk), **_described(to))
