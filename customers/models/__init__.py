from customers.models.assessment import BusinessAssessment
from customers.models.calendar import CalendarFeed
from customers.models.care import CareChange, CreditHold, TeamMember
from customers.models.contact import Contact, Observation
from customers.models.contract import Commitment, Contract, PriceTerm
from customers.models.customer import Customer
from customers.models.duplicate import DuplicateCandidate
from customers.models.followup import FollowUp
from customers.models.interaction import Interaction
from customers.models.merge import Merge, MergedRow
from customers.models.need import DepartmentView, TalkingPoint, ViewScore
from customers.models.office_day import OfficeDay
from customers.models.person import ContactDate, DataBasis, Employment
from customers.models.receivable import Receivable, ReceivableLine, ReceivablesBalance, ReceivablesStatement
from customers.models.reference import Channel, CreditGrade, CreditScheme, Region, RegistrationType
from customers.models.relation import Acquaintance, Relation
from customers.models.tag import CustomerTag, Tag
from customers.models.traits import Traits
from customers.models.transactions import CreditRating, OpenProblem, PeerAppraisal, TransactionStatus
from customers.models.visit import PlannedVisit

__all__ = [
    "Acquaintance",
    "BusinessAssessment",
    "CalendarFeed",
    "CareChange",
    "Channel",
    "Commitment",
    "Contact",
    "Contract",
    "ContactDate",
    "CreditGrade",
    "CreditHold",
    "CreditRating",
    "CreditScheme",
    "Customer",
    "CustomerTag",
    "DepartmentView",
    "DataBasis",
    "DuplicateCandidate",
    "Employment",
    "FollowUp",
    "Interaction",
    "Merge",
    "MergedRow",
    "Observation",
    "OfficeDay",
    "OpenProblem",
    "PeerAppraisal",
    "PlannedVisit",
    "PriceTerm",
    "Receivable",
    "ReceivableLine",
    "ReceivablesBalance",
    "ReceivablesStatement",
    "Region",
    "RegistrationType",
    "Tag",
    "TalkingPoint",
    "Relation",
    "TeamMember",
    "Traits",
    "TransactionStatus",
    "ViewScore",
]
