from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portcrm.audit.history import tracked

THE_ROW = 1
FEWEST_SHOWN = 5  # no port may show a smaller group


def number(label, least: int, most: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(least), MaxValueValidator(most)])


@tracked()
class SurveyRules(models.Model):
    """The rules of every survey, one row. While nobody has changed any there is none, and those of the environment hold."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ROW, editable=False)
    rest_days = number(_("Days between two questions to one person"), 0, 365)
    times_a_year = number(_("Times one person is asked in a year at most"), 1, 52)
    contacts_of_a_company = number(_("Contacts of one company asked in a wave at most"), 1, 100)
    send_from = number(_("Mails leave from (hour)"), 0, 23)
    send_until = number(_("Mails leave until (hour)"), 1, 24)
    grace_hours = number(_("Hours a form that was begun may still be sent after closing"), 0, 168)
    indicative_below = number(_("Fewer answers are called indicative"), 2, 1000)
    hide_below = number(_("Groups with fewer answers are hidden"), FEWEST_SHOWN, 100)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=THE_ROW), name="survey_rules_are_one_row"),
            models.CheckConstraint(condition=Q(hide_below__gte=FEWEST_SHOWN), name="survey_rules_never_show_a_group_below_five"),
            models.CheckConstraint(condition=Q(send_until__gt=F("send_from"), send_until__lte=24), name="survey_mails_leave_in_some_hour"),
            models.CheckConstraint(
                condition=Q(times_a_year__gte=1, contacts_of_a_company__gte=1), name="survey_rules_let_somebody_be_asked"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Survey rules"))
