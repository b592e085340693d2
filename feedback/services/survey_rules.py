"""The rules of every survey, changed on screen."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.models import SurveyRules, Wave
from feedback.models.rules import THE_ROW
from feedback.queries.rules import rules_of_the_environment
from feedback.services.jobs import COUNT_AGAIN, enqueue
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.rules import refuse_misfits

FIELDS = (
    "rest_days",
    "times_a_year",
    "contacts_of_a_company",
    "send_from",
    "send_until",
    "grace_hours",
    "indicative_below",
    "hide_below",
)


@action("survey_rules.edit", gettext_lazy("Survey rules changed"))
def edit_survey_rules(*, fields: Mapping[str, object], seen: Mapping[str, object], by: User) -> SurveyRules:
    """Change rules for waves to come; a running one keeps its hours of grace and never shows smaller groups than it began with.

    A field somebody else changed since it was `seen` raises EditConflict and saves nothing.
    """
    SurveyRules.objects.bulk_create([rules_of_the_environment()], ignore_conflicts=True)
    rules = SurveyRules.objects.select_for_update().get(pk=THE_ROW)
    before = rules.hide_below
    changed = set_changes(rules, changes=fields, seen=seen)
    refuse_misfits(rules, changed)
    if rules.send_until <= rules.send_from:
        raise RuleBroken(_("The sending hours end before they begin."), field="send_until")
    rules.save(update_fields=changed)
    if "hide_below" in changed:
        _count_again(max(before, rules.hide_below))
    return rules


def _count_again(below: int) -> None:
    """Waves that began with `below` or more hide the same groups as before."""
    for wave_id in Wave.objects.exclude(result=None).filter(hide_below__lt=below).values_list("pk", flat=True):
        enqueue(COUNT_AGAIN, wave_id)
