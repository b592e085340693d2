"""Programmes: the standing plans of asking."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from feedback.models import Programme
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import set_changes

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
    "low_overall_at_most",
    "low_recommend_at_most",
    "owner",
    "is_active",
)


@action("programme.create", gettext_lazy("Programme created"))
def create_programme(*, fields: dict, by: User) -> Programme:
    """Write a new plan down; `fields` holds values by model field name."""
    return Programme.objects.create(**fields)


@action("programme.edit", gettext_lazy("Programme edited"))
def edit_programme(*, programme: Programme, fields: dict, seen: Mapping[str, object], by: User) -> Programme:
    """Change a plan; waves that have started keep what they started with.

    A field somebody else changed since it was `seen` raises EditConflict and saves nothing.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    day_before = programme.next_run_on
    changed = set_changes(programme, changes=fields, seen=seen)
    if programme.next_run_on != day_before:
        programme.day_of_month = None  # taken from the new day when the programme runs
    programme.save(update_fields=[*changed, "day_of_month"])
    return programme
