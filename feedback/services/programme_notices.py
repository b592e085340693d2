"""Whoever is responsible for a programme hears when it asks nobody: plans run by themselves and nobody looks at them daily."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from feedback.enums import SkipReason
from feedback.models import Programme, Wave
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.bilingual import both, enumerated
from portcrm.notices.kinds import NoticeKind
from portcrm.notices.services import notify

STUCK = NoticeKind(
    "programme.stuck",
    _("Programme asks nobody"),
    _("%(programme)s was due on %(day)s and asks nobody: %(obstacle)s"),
    "alert-triangle",
    "feedback.programme",
)
STUCK_BY_OCCASION = NoticeKind(
    "programme.blocked",
    _("Programme asks nobody"),
    _("%(programme)s can ask nobody at present: %(obstacle)s"),
    "alert-triangle",
    "feedback.programme",
)
NOBODY = NoticeKind(
    "programme.nobody", _("Wave without anybody"), _("%(wave)s has opened and asks nobody: %(reasons)s"), "alert-triangle", "feedback.wave"
)
PASSED_OVER = NoticeKind(
    "programme.passed_over",
    _("Programme passed over"),
    _("%(programme)s opened no wave on %(day)s: that period has been asked already. Next wave on %(next)s."),
    "calendar-event",
    "feedback.programme",
)
KINDS = (STUCK, STUCK_BY_OCCASION, NOBODY, PASSED_OVER)
FAULT = _("A fault of the program; it is tried again.")
NOBODY_FITS = _("No contact fits the programme")
REASONS_TOLD = 3


def tell_stuck(*, programme: Programme, obstacle: str | Promise, on: dt.date, by: User) -> None:
    """Tell once for every day it was due and every obstacle that no wave opened; `obstacle` is a lazily translated sentence.

    A programme that asks by occasion has no such day: it is told once a week.
    """
    said = both(obstacle)
    if programme.by_event:
        _tell(programme, STUCK_BY_OCCASION, f"{_week(on)}:{_short(said)}", {"obstacle": said}, by=by)
    else:
        day = programme.next_run_on.isoformat()
        _tell(programme, STUCK, f"{day}:{_short(said)}", {"day": day, "obstacle": said}, by=by)


def tell_passed_over(*, programme: Programme, day: str, by: User) -> None:
    """Tell that no wave opened on that day because its period has its wave, and when the next one does."""
    _tell(programme, PASSED_OVER, day, {"day": day, "next": programme.next_run_on.isoformat()}, by=by)


def tell_nobody_asked(*, wave: Wave, on: dt.date, by: User) -> None:
    """Tell that a wave opened by its programme invites nobody, with the most frequent reasons; by occasion once a week."""
    programme = wave.programme
    once = f"of:{programme.pk}:{_week(on)}" if programme.by_event else str(wave.pk)
    reasons = Counter(wave.skips.values_list("reason", flat=True)).most_common(REASONS_TOLD)
    notify(
        recipients=_responsible(programme),
        kind=NOBODY.key,
        by=by,
        values={"wave": {"zh": wave.name_zh, "en": wave.name_en}, "reasons": _in_both(reasons)},
        record_pk=wave.pk,
        url=wave.get_absolute_url(),
        dedupe_key=f"{NOBODY.key}:{once}",
    )


def _week(on: dt.date) -> str:
    """Its Monday."""
    return (on - dt.timedelta(days=on.weekday())).isoformat()


def _short(said: dict[str, str]) -> str:
    return sha256(said["en"].encode()).hexdigest()[:12]


def _tell(programme: Programme, kind: NoticeKind, once: str, values: dict, *, by: User) -> None:
    notify(
        recipients=_responsible(programme),
        kind=kind.key,
        by=by,
        values={"programme": {"zh": programme.name_zh, "en": programme.name_en}} | values,
        record_pk=programme.pk,
        url=reverse("feedback:programme_list"),
        dedupe_key=f"{kind.key}:{programme.pk}:{once}",
    )


def _responsible(programme: Programme) -> list[User]:
    """The person named; where their account is closed, the managers."""
    return [programme.owner] if programme.owner.is_active else list(User.objects.people().active().holding(Role.MANAGER))


def _in_both(reasons: Iterable[tuple[str, int]]) -> dict[str, str]:
    if not reasons:
        return both(NOBODY_FITS)
    said = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            said[key] = enumerated(f"{SkipReason(reason).label} ({number})" for reason, number in reasons)
    return said
