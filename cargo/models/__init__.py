from cargo.models.check import LedgerCheck
from cargo.models.document import CargoDocument, DocumentMessage
from cargo.models.lead import Lead
from cargo.models.meeting import CargoMeeting
from cargo.models.projection import Projection, ProjectionRun
from cargo.models.proof import ImportProof
from cargo.models.reference import CargoClass, Port, PortAlias, Unit
from cargo.models.shipment import MonthlyRollup, Shipment
from cargo.models.target import Target

__all__ = [
    "CargoClass",
    "CargoDocument",
    "CargoMeeting",
    "DocumentMessage",
    "ImportProof",
    "Lead",
    "LedgerCheck",
    "MonthlyRollup",
    "Port",
    "PortAlias",
    "Projection",
    "ProjectionRun",
    "Shipment",
    "Target",
    "Unit",
]
