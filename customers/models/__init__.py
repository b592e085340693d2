from customers.models.assessment import BusinessAssessment
from customers.models.care import CareChange, CreditHold, TeamMember
from customers.models.contact import Contact, Observation
from customers.models.customer import Customer
from customers.models.duplicate import DuplicateCandidate
from customers.models.followup import FollowUp
from customers.models.interaction import Interaction
from customers.models.merge import Merge, MergedRow
from customers.models.person import ContactDate, DataBasis, Employment
from customers.models.reference import Channel, CreditGrade, CreditScheme, Region, RegistrationType
from customers.models.traits import Traits
from customers.models.transactions import CreditRating, OpenProblem, PeerAppraisal, TransactionStatus

__all__ = [
    "BusinessAssessment",
    "CareChange",
    "Channel",
    "Contact",
    "ContactDate",
    "CreditGrade",
    "CreditHold",
    "CreditRating",
    "CreditScheme",
    "Customer",
    "DataBasis",
    "DuplicateCandidate",
    "Employment",
    "FollowUp",
    "Interaction",
    "Merge",
    "MergedRow",
    "Observation",
    "OpenProblem",
    "PeerAppraisal",
    "Region",
    "RegistrationType",
    "TeamMember",
    "Traits",
    "TransactionStatus",
]
