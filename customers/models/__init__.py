from customers.models.assessment import BusinessAssessment
from customers.models.care import CareChange, CreditHold, TeamMember
from customers.models.contact import Contact, Observation
from customers.models.contract import Commitment, Contract, PriceTerm
from customers.models.customer import Customer
from customers.models.duplicate import DuplicateCandidate
from customers.models.followup import FollowUp
from customers.models.interaction import Interaction
from customers.models.merge import Merge, MergedRow
from customers.models.receivable import Receivable, ReceivableLine, ReceivablesBalance, ReceivablesStatement
from customers.models.reference import Channel, CreditGrade, CreditScheme, Region, RegistrationType
from customers.models.traits import Traits
from customers.models.transactions import CreditRating, OpenProblem, PeerAppraisal, TransactionStatus

__all__ = [
    "BusinessAssessment",
    "CareChange",
    "Channel",
    "Commitment",
    "Contact",
    "Contract",
    "CreditGrade",
    "CreditHold",
    "CreditRating",
    "CreditScheme",
    "Customer",
    "DuplicateCandidate",
    "FollowUp",
    "Interaction",
    "Merge",
    "MergedRow",
    "Observation",
    "OpenProblem",
    "PeerAppraisal",
    "PriceTerm",
    "Receivable",
    "ReceivableLine",
    "ReceivablesBalance",
    "ReceivablesStatement",
    "Region",
    "RegistrationType",
    "TeamMember",
    "Traits",
    "TransactionStatus",
]
