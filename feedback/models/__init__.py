from feedback.models.clock import ComplaintClock, ComplaintPause
from feedback.models.complaint import Complaint, ComplaintNote, ComplaintSeries
from feedback.models.finding import Claim, CorrectiveAction, Finding
from feedback.models.invitation import Draft, Invitation
from feedback.models.opt_out import OptOut
from feedback.models.programme import Programme
from feedback.models.questionnaire import Item, Questionnaire, QuestionnaireVersion, Section
from feedback.models.quiet import QuietPeriod
from feedback.models.reminder import Reminder
from feedback.models.response import Answer, Response, ResponseVersion
from feedback.models.result import CustomerResult, GroupResult, ItemResult, LoopResult, WaveResult
from feedback.models.wave import Wave, WaveSkip

__all__ = [
    "Answer",
    "Claim",
    "Complaint",
    "ComplaintClock",
    "ComplaintNote",
    "ComplaintPause",
    "ComplaintSeries",
    "CorrectiveAction",
    "CustomerResult",
    "Draft",
    "Finding",
    "GroupResult",
    "Invitation",
    "Item",
    "ItemResult",
    "LoopResult",
    "OptOut",
    "Programme",
    "Questionnaire",
    "QuestionnaireVersion",
    "QuietPeriod",
    "Reminder",
    "Response",
    "ResponseVersion",
    "Section",
    "Wave",
    "WaveResult",
    "WaveSkip",
]
