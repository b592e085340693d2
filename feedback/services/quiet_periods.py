"""Quiet periods: days on which no customer is written to."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.models import QuietPeriod
from feedback.models.quiet import LONGEST_QUIET_PERIOD
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken

FIELDS = ("name_zh", "name_en", "first_day", "last_day")


@action("quiet_period.add", gettext_lazy("Quiet period added"))
def add_quiet_period(*, fields: Mapping[str, object], by: User) -> QuietPeriod:
    """Keep mails of waves back on these days; those that wait already are looked at again when their turn comes."""
    period = QuietPeriod(**fields)
    _refuse_wrong(period)
    period.save()
    return period


@action("quiet_period.edit", gettext_lazy("Quiet period edited"))
def edit_quiet_period(*, period: QuietPeriod, fields: Mapping[str, object], seen: Mapping[str, object], by: User) -> QuietPeriod:
    """Change name or days; a field somebody else changed since it was `seen` raises EditConflict and saves nothing."""
    period = QuietPeriod.objects.select_for_update().get(pk=period.pk)
    changed = set_changes(period, changes=fields, seen=seen)
    _refuse_wrong(period)
    period.save(update_fields=changed)
    return period


@action("quiet_period.remove", gettext_lazy("Quiet period removed"))
def remove_quiet_period(*, period: QuietPeriod, by: User) -> None:
    """Let mails leave on these days again."""
    QuietPeriod.objects.filter(pk=period.pk).delete()


def _refuse_wrong(period: QuietPeriod) -> None:
    if not period.name_zh and not period.name_en:
        raise RuleBroken(_("Give the quiet period a name in one language at least."), field="name_zh")
    if period.last_day < period.first_day:
        raise RuleBroken(_("The period ends before it begins."), field="last_day")
    if period.last_day - period.first_day >= dt.timedelta(days=LONGEST_QUIET_PERIOD):
        refusal = _("A quiet period lasts %(days)s days at most. To ask nobody at all, let the programmes rest.")
        raise RuleBroken(refusal % {"days": LONGEST_QUIET_PERIOD}, field="last_day")
