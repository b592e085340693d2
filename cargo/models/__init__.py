from cargo.models.candidate import Candidate, IgnoreRule, Sighting
from cargo.models.check import LedgerCheck
from cargo.models.document import CargoDocument, DocumentMessage
from cargo.models.flow import FlowLine, MediaNote
from cargo.models.lead import Lead
from cargo.models.proof import ImportProof
from cargo.models.reference import CargoClass, Port, PortAlias, Unit
from cargo.models.shipment import MonthlyRollup, Shipment

__all__ = [
    "Candidate",
    "CargoClass",
    "CargoDocument",
    "DocumentMessage",
    "FlowLine",
    "IgnoreRule",
    "ImportProof",
    "Lead",
    "LedgerCheck",
    "MediaNote",
    "MonthlyRollup",
    "Port",
    "PortAlias",
    "Shipment",
    "Sighting",
    "Unit",
]
