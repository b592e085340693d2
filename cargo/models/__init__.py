from cargo.models.check import LedgerCheck
from cargo.models.document import CargoDocument, DocumentMessage
from cargo.models.expected import ExpectedFlow
from cargo.models.lead import Lead
from cargo.models.odds import LeadMove, LeadOutlook, StageOdds
from cargo.models.proof import ImportProof
from cargo.models.reference import CargoClass, Port, PortAlias, Unit
from cargo.models.shipment import MonthlyRollup, Shipment

__all__ = [
    "CargoClass",
    "CargoDocument",
    "DocumentMessage",
    "ExpectedFlow",
    "ImportProof",
    "Lead",
    "LeadMove",
    "LeadOutlook",
    "LedgerCheck",
    "MonthlyRollup",
    "Port",
    "PortAlias",
    "Shipment",
    "StageOdds",
    "Unit",
]
