"""Programmes: the standing plans of asking."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.enums import Anonymity, Occasion, Respondents
from feedback.models import Programme
from feedback.queries.whom import GONE, customers_of_view
from feedback.services.own_programmes import refuse_for_our_own
from feedback.services.periods import period_end, period_key, period_label
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.bilingual import pick
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.pages.models import SavedView
from portcrm.rules import refuse_misfits

FIELDS = (
    "name_zh",
    "name_en",
    "questionnaire",
    "anonymity",
    "customer_statuses",
    "customer_tiers",
    "customer_view",
    "contact_roles",
    "staff_roles",
    "asks_on_paper",
    "sample_size",
    "occasion",
    "period",
    "after_shipments",
    "days_after_closing",
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
    refuse_misfits(programme, FIELDS)
    _refuse_anonymous(programme)
    _refuse_for_guests(programme, programme.occasion)
    refuse_for_our_own(programme)
    _count_from(programme, on)
    _refuse_day(programme, on)
    if programme.customer_view_id:
        customers_of_view(programme)
    programme.save()
    return programme


@action("programme.edit", gettext_lazy("Programme edited"))
def edit_programme(*, programme: Programme, fields: dict, seen: Mapping[str, object], on: dt.date, by: User) -> Programme:
    """Change a plan; waves that have started keep what they started with. A new day lies after `on`.

    A field somebody else changed since it was `seen` raises EditConflict and saves nothing.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    day_before, view_before, occasion_before = programme.next_run_on, programme.customer_view_id, programme.occasion
    changed = set_changes(programme, changes=fields, seen=seen)
    refuse_misfits(programme, changed)
    _refuse_anonymous(programme)
    _refuse_for_guests(programme, occasion_before)
    refuse_for_our_own(programme, asked_before=programme.waves.order_by("pk").first())
    if programme.next_run_on != day_before:
        programme.day_of_month = None  # taken from the new day when the programme runs
    if {"next_run_on", "period", "occasion", "is_active"} & set(changed):
        _refuse_day(programme, on)
    if "customer_view" in changed and programme.customer_view_id is None:
        _refuse_all_for_gone(view_before)
    if {"customer_view", "owner"} & set(changed) and programme.customer_view_id:
        customers_of_view(programme)
    if {"occasion", "is_active"} & set(changed):
        _count_from(programme, on)
    programme.save(update_fields=[*changed, "day_of_month", "events_from"])
    return programme


def _refuse_anonymous(programme: Programme) -> None:
    if programme.by_event and programme.anonymity == Anonymity.ANONYMOUS:
        refusal = _("By occasion one or two people are asked at a time, so nobody stays anonymous. Choose another mode or occasion.")
        raise RuleBroken(refusal, field="anonymity")


def _refuse_for_guests(programme: Programme, occasion_before: str) -> None:
    """One programme asks guests of seminars, with a form meant for them; it never becomes another, and no other becomes it."""
    if programme.of_seminars != (occasion_before == Occasion.SEMINAR):
        raise RuleBroken(_("Guests of seminars are asked by a programme of their own, on the seminar's page."), field="occasion")
    if programme.of_seminars and programme.questionnaire.respondents != Respondents.GUESTS:
        raise RuleBroken(_("Guests of a seminar are asked with a form meant for them."), field="questionnaire")


def _count_from(programme: Programme, on: dt.date) -> None:
    """What happened before it began, or while it rested, asks nobody."""
    if programme.by_event:
        programme.events_from = on


def _refuse_all_for_gone(view: int) -> None:
    """A form cannot show a view that was deleted, and sends nothing for it: that must never read as "all"."""
    if not SavedView.objects.filter(pk=view).exists():
        raise RuleBroken(GONE, field="customer_view")


def _refuse_day(programme: Programme, on: dt.date) -> None:
    """A wave that opens by itself within minutes would ask everybody without showing first whom."""
    day = programme.next_run_on
    if day is None or not programme.is_active or programme.by_event:
        return
    if day <= on:
        refusal = _("Choose a day from tomorrow on. To ask today, use “Start a wave now”: it shows first whom it asks.")
        raise RuleBroken(refusal, field="next_run_on")
    if programme.occasion == Occasion.ONCE:
        return
    key = period_key(day, programme.period)
    if programme.pk and programme.waves.filter(period_key=key).exists():
        free = period_end(day, programme.period) + dt.timedelta(days=1)
        refusal = _("%(period)s has been asked already. Start a wave by hand, or choose a day from %(day)s on.")
        raise RuleBroken(refusal % {"period": pick(*period_label(key)), "day": free.isoformat()}, field="next_run_on")
