"""Pins and recents of the sidebar."""

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.pages.models.shortcut import KEPT_RECENTS, MOST_PINS, Shortcut

SOME_MORE = 50  # every opening forgets what is one too many; more pile up only from unpinning


def _described(obj: Model) -> dict[str, str]:
    text = str(obj)
    return {
        "title_zh": (getattr(obj, "name_zh", "") or text)[:300],
        "title_en": (getattr(obj, "name_en", "") or text)[:300],
        "url": obj.get_absolute_url(),
    }


@transaction.atomic
def remember_opened(*, obj: Model, by: User) -> Shortcut:
    """Put a record on top of the person's recents; only the latest few are kept. `obj` needs get_absolute_url()."""
    described = _described(obj)
    opened = Shortcut(owner=by, record=obj._meta.label_lower, target_pk=str(obj.pk), opened_at=now(), **described)
    key = ["owner", "record", "target_pk"]
    (shortcut,) = Shortcut.objects.bulk_create([opened], update_conflicts=True, unique_fields=key, update_fields=[*described, "opened_at"])
    recents = Shortcut.objects.filter(owner=by, pinned_at=None).order_by("-opened_at", "pk")
    Shortcut.objects.filter(pk__in=recents.values("pk")[KEPT_RECENTS : KEPT_RECENTS + SOME_MORE]).delete()
    return shortcut


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
