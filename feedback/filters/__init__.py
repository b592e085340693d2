"""Filters of the lists, shared by pages, exports and the API."""

from feedback.filters.answers import LoopFilter, LowMarkFilter, ResponseFilter, rated_questions, rated_sections
from feedback.filters.asking import InvitationFilter, InvitationMailFilter, OptOutFilter, SkipFilter, WaveFilter
from feedback.filters.voices import ComplaintFilter, HeardFilter, InboundMailFilter, SeminarFilter, SuggestionFilter

__all__ = [
    "ComplaintFilter",
    "HeardFilter",
    "InboundMailFilter",
    "InvitationFilter",
    "InvitationMailFilter",
    "LoopFilter",
    "LowMarkFilter",
    "OptOutFilter",
    "ResponseFilter",
    "SeminarFilter",
    "SkipFilter",
    "SuggestionFilter",
    "WaveFilter",
    "rated_questions",
    "rated_sections",
]
