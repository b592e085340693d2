"""What can be asked of customer files, in the port's words. `visible_to` is the only row rule."""

from customers.naming.sample import Sampled
from customers.naming.words import Digits, Grams, WalkKey
from customers.querysets.archive import (
    LAST_RANK,
    NEVER,
    NOT_LISTED,
    NOT_LISTED_RELATED,
    CustomerQuerySet,
    fresh_days,
    unconfirmed,
)
from customers.querysets.duplicates import (
    DuplicateCandidateQuerySet,
    MergedRowQuerySet,
    MergeQuerySet,
)
from customers.querysets.parts import (
    AssessmentQuerySet,
    ChannelQuerySet,
    CreditHoldQuerySet,
    CustomerPartQuerySet,
    DepartmentViewQuerySet,
    InForce,
    OpenProblemQuerySet,
    ReferenceQuerySet,
    RelationQuerySet,
    TagQuerySet,
    TeamMemberQuerySet,
    ViewScoreQuerySet,
)
from customers.querysets.people import (
    AcquaintanceQuerySet,
    ContactQuerySet,
    ObservationQuerySet,
)
from customers.querysets.work import (
    PERSONAL_KEY,
    CalendarFeedQuerySet,
    FollowUpQuerySet,
    InteractionQuerySet,
    VisitQuerySet,
)

__all__ = [
    "Digits",  # migrations know the four by this address
    "Grams",
    "Sampled",
    "WalkKey",
    "AcquaintanceQuerySet",
    "AssessmentQuerySet",
    "CalendarFeedQuerySet",
    "ContactQuerySet",
    "CreditHoldQuerySet",
    "CustomerPartQuerySet",
    "CustomerQuerySet",
    "DepartmentViewQuerySet",
    "DuplicateCandidateQuerySet",
    "FollowUpQuerySet",
    "InForce",
    "InteractionQuerySet",
    "LAST_RANK",
    "MergeQuerySet",
    "MergedRowQuerySet",
    "NEVER",
    "NOT_LISTED",
    "NOT_LISTED_RELATED",
    "PERSONAL_KEY",
    "ObservationQuerySet",
    "OpenProblemQuerySet",
    "ChannelQuerySet",
    "ReferenceQuerySet",
    "RelationQuerySet",
    "TagQuerySet",
    "TeamMemberQuerySet",
    "ViewScoreQuerySet",
    "VisitQuerySet",
    "fresh_days",
    "unconfirmed",
]
