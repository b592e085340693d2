"""The form of the survey rules."""

from django.utils.translation import gettext_lazy as _

from feedback.models import SurveyRules
from feedback.services.survey_rules import FIELDS
from portcrm.pages.forms import EditForm


class SurveyRulesForm(EditForm):
    class Meta:
        model = SurveyRules
        fields = FIELDS
        help_texts = {
            "times_a_year": _("Within 365 days, over all surveys."),
            "send_from": _("Of business days, port time."),
            "grace_hours": _("Waves that run keep the hours they began with."),
            "hide_below": _(
                "5 at least. A wave never shows smaller groups than when it began; raised, the figures of all waves are counted again."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fieldsets = (
            (_("Against tiring people"), ("rest_days", "times_a_year", "contacts_of_a_company")),
            (_("When mails leave"), ("send_from", "send_until")),
            (_("Forms and figures"), ("grace_hours", "indicative_below", "hide_below")),
        )
