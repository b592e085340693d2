from feedback.models.clock import ComplaintClock, ComplaintPause
from feedback.models.complaint import Complaint, ComplaintNote, ComplaintSeries
from feedback.models.complaint_result import ClaimResult, ComplaintResult, ComplaintShare
from feedback.models.complaint_shipment import ComplaintShipment
from feedback.models.finding import Claim, CorrectiveAction, Finding
from feedback.models.heard import HeardOpinion
from feedback.models.inbound import InboundMail
from feedback.models.invitation import Draft, Invitation
from feedback.models.low_mark import LowMark
from feedback.models.occasion import OccasionMark
from feedback.models.opt_out import OptOut
from feedback.models.programme import Programme
from feedback.models.questionnaire import Item, ItemOption, Questionnaire, QuestionnaireVersion, Section
from feedback.models.quiet import QuietPeriod
from feedback.models.reminder import Reminder
from feedback.models.response import Answer, Response, ResponseVersion
from feedback.models.result import CustomerResult, GapResult, GroupResult, ItemResult, LoopResult, OptionResult, WaveResult
from feedback.models.rules import SurveyRules
from feedback.models.sealed import SealedAnswers
from feedback.models.seminar import Seminar, SeminarDecision, SeminarGuest, SeminarTopic
from feedback.models.suggestion import Suggestion, SuggestionSeries
from feedback.models.wave import Wave, WaveDraw, WaveSkip

__all__ = [
    "Answer",
    "ClaimResult",
    "ComplaintResult",
    "ComplaintShare",
    "Claim",
    "Complaint",
    "ComplaintClock",
    "ComplaintNote",
    "ComplaintPause",
    "ComplaintSeries",
    "ComplaintShipment",
    "CorrectiveAction",
    "CustomerResult",
    "Draft",
    "Finding",
    "GapResult",
    "GroupResult",
    "HeardOpinion",
    "InboundMail",
    "Invitation",
    "Item",
    "ItemOption",
    "ItemResult",
    "LoopResult",
    "LowMark",
    "OccasionMark",
    "OptOut",
    "OptionResult",
    "Programme",
    "Questionnaire",
    "QuestionnaireVersion",
    "QuietPeriod",
    "Reminder",
    "Response",
    "ResponseVersion",
    "SealedAnswers",
    "Section",
    "Seminar",
    "SeminarDecision",
    "SeminarGuest",
    "SeminarTopic",
    "Suggestion",
    "SuggestionSeries",
    "SurveyRules",
    "Wave",
    "WaveDraw",
    "WaveResult",
    "WaveSkip",
]
