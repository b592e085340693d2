"""Programmes: the standing plans of asking."""

from django.utils.translation import gettext_lazy

from feedback.models import Programme
from portcrm.accounts.models import User
from portcrm.audit.actions import action

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
def edit_programme(*, programme: Programme, fields: dict, by: User) -> Programme:
    """Change a plan; waves that have started keep what they started with."""
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    if "next_run_on" in fields and fields["next_run_on"] != programme.next_run_on:
        programme.day_of_month = None  # taken from the new day when the programme runs
    for name, value in fields.items():
        setattr(programme, name, value)
    programme.save(update_fields=[*fields, "day_of_month"])
    return programme
