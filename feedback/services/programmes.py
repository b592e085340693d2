"""Programmes: the standing plans of asking."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.models import Programme
from feedback.services.periods import period_end, period_key, period_label
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.bilingual import pick
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken

FIELDS = (
    "name_zh",
    "name_en",
    "questionnaire",
    "customer_statuses",
    "customer_tiers",
    "contact_roles",
    "period",
    "next_run_on",
    "days_open",
    "reminders",
    "remind_after_days",
    "low_overall_at_most",
    "low_recommend_at_most",
    "owner",
    "is_active",
)


@action("programme.create", gettext_lazy("Programme created"))
def create_programme(*, fields: dict, on: dt.date, by: User) -> Programme:
    """Write a new plan down; `fields` holds values by model field name. It runs on the day after `on` at the earliest."""
    programme = Programme(**fields)
    _refuse_day(programme, on)
    programme.save()
    return programme


@action("programme.edit", gettext_lazy("Programme edited"))
def edit_programme(*, programme: Programme, fields: dict, seen: Mapping[str, object], on: dt.date, by: User) -> Programme:
    """Change a plan; waves that have started keep what they started with. A new day lies after `on`.

    A field somebody else changed since it was `seen` raises EditConflict and saves nothing.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    day_before = programme.next_run_on
    changed = set_changes(programme, changes=fields, seen=seen)
    if programme.next_run_on != day_before:
        programme.day_of_month = None  # taken from the new day when the programme runs
    if {"next_run_on", "period", "is_active"} & set(changed):
        _refuse_day(programme, on)
    programme.save(update_fields=[*changed, "day_of_month"])
    return programme


def _refuse_day(programme: Programme, on: dt.date) -> None:
    """A wave that opens by itself within minutes would ask everybody without showing first whom."""
    day = programme.next_run_on
    if day is None or not programme.is_active:
        return
    if day <= on:
        refusal = _("Choose a day from tomorrow on. To ask today, use “Start a wave now”: it shows first whom it asks.")
        raise RuleBroken(refusal, field="next_run_on")
    key = period_key(day, programme.period)
    if programme.pk and programme.waves.filter(period_key=key).exists():
        free = period_end(day, programme.period) + dt.timedelta(days=1)
        refusal = _("%(period)s has been asked already. Start a wave by hand, or choose a day from %(day)s on.")
        raise RuleBroken(refusal % {"period": pick(*period_label(key)), "day": free.isoformat()}, field="next_run_on")
