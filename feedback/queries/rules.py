"""The survey rules in force: read once in a request or a job, not by everybody who asks."""

import datetime as dt

from django.conf import settings

from feedback.models import SurveyRules, Wave
from feedback.models.rules import FEWEST_SHOWN, THE_ROW
from portcrm.memo import once


def survey_rules() -> SurveyRules:
    """What holds now; not for changing."""
    return _stored_rules() or rules_of_the_environment()


@once
def _stored_rules() -> SurveyRules | None:
    return SurveyRules.objects.filter(pk=THE_ROW).first()


def rules_of_the_environment() -> SurveyRules:
    """What holds until somebody changes a rule on screen. Hours that end before they begin are taken as one hour: mails do leave some
    day; a threshold below five is five."""
    hours = settings.SURVEY_SEND_HOURS
    opens = min(hours["from"], 23)
    return SurveyRules(
        rest_days=settings.SURVEY_REST_DAYS,
        times_a_year=settings.SURVEYS_A_YEAR,
        contacts_of_a_company=settings.SURVEY_CONTACTS_OF_A_COMPANY,
        send_from=opens,
        send_until=min(max(hours["until"], opens + 1), 24),
        grace_hours=settings.SURVEY_GRACE_HOURS,
        indicative_below=settings.INDICATIVE_BELOW,
        hide_below=max(settings.HIDE_GROUPS_BELOW, FEWEST_SHOWN),
    )


def end_of_grace(wave: Wave) -> dt.datetime:
    """Until when a form that was begun may be sent: by the rule its wave began with."""
    hours = survey_rules().grace_hours if wave.grace_hours is None else wave.grace_hours
    return wave.closes_at + dt.timedelta(hours=hours)


def fewest_shown(wave: Wave) -> int:
    """Smaller groups of this wave stay hidden: by the rule it began with, or by a stricter one since."""
    return max(survey_rules().hide_below, wave.hide_below)
