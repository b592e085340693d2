"""Questions that pages, jobs and the API ask, in the port's words."""

from feedback.querysets.asking import (
    SATISFACTION,
    InvitationQuerySet,
    OptOutQuerySet,
    PartOfVersionQuerySet,
    ProgrammeQuerySet,
    QuestionnaireQuerySet,
    QuestionnaireVersionQuerySet,
    QuietPeriodQuerySet,
    ResponseQuerySet,
    WaveQuerySet,
    WaveSkipQuerySet,
)
from feedback.querysets.cases import (
    ComplaintClockQuerySet,
    ComplaintQuerySet,
    ComplaintResultQuerySet,
    CorrectiveActionQuerySet,
    InboundMailQuerySet,
)
from feedback.querysets.low_marks import LowMarkQuerySet
from feedback.querysets.voices import HeardOpinionQuerySet, SeminarDecisionQuerySet, SeminarQuerySet, SuggestionQuerySet

__all__ = [
    "ComplaintClockQuerySet",
    "ComplaintQuerySet",
    "ComplaintResultQuerySet",
    "CorrectiveActionQuerySet",
    "HeardOpinionQuerySet",
    "InboundMailQuerySet",
    "InvitationQuerySet",
    "LowMarkQuerySet",
    "OptOutQuerySet",
    "PartOfVersionQuerySet",
    "ProgrammeQuerySet",
    "QuestionnaireQuerySet",
    "QuestionnaireVersionQuerySet",
    "QuietPeriodQuerySet",
    "ResponseQuerySet",
    "SATISFACTION",
    "SeminarDecisionQuerySet",
    "SeminarQuerySet",
    "SuggestionQuerySet",
    "WaveQuerySet",
    "WaveSkipQuerySet",
]
