from feedback.models.complaint import Complaint, ComplaintNote, ComplaintSeries
from feedback.models.invitation import Draft, Invitation
from feedback.models.programme import Programme
from feedback.models.questionnaire import Item, Questionnaire, QuestionnaireVersion, Section
from feedback.models.response import Answer, Response, ResponseVersion
from feedback.models.result import CustomerResult, GroupResult, ItemResult, LoopResult, WaveResult
from feedback.models.wave import Wave, WaveSkip

__all__ = [
    "Answer",
    "Complaint",
    "ComplaintNote",
    "ComplaintSeries",
    "CustomerResult",
    "Draft",
    "GroupResult",
    "Invitation",
    "Item",
    "ItemResult",
    "LoopResult",
    "Programme",
    "Questionnaire",
    "QuestionnaireVersion",
    "Response",
    "ResponseVersion",
    "Section",
    "Wave",
    "WaveResult",
    "WaveSkip",
]
