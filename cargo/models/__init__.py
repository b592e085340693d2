from cargo.models.candidate import Candidate, IgnoreRule, Sighting
from cargo.models.check import LedgerCheck
from cargo.models.document import CargoDocument, DocumentKey, DocumentMessage
from cargo.models.evidence import LeadEvidence
from cargo.models.expected import ExpectedFlow
from cargo.models.flow import FlowLine, MediaNote
from cargo.models.goods import CargoSubclass, GoodsRule
from cargo.models.heaviest import HeaviestCustomer
from cargo.models.kinds import CargoForm, Movement, TradeKind
from cargo.models.lane import ClassSum, LaneSum
from cargo.models.lead import Lead
from cargo.models.meeting import CargoMeeting
from cargo.models.odds import LeadMove, LeadOutlook, StageOdds
from cargo.models.party import ShipmentParty
from cargo.models.projection import Projection, ProjectionRun
from cargo.models.proof import ImportProof
from cargo.models.reference import CargoClass, Port, PortAlias, Unit
from cargo.models.shipment import MonthlyRollup, Shipment
from cargo.models.statistic import StatisticSeries, StatisticValue
from cargo.models.target import Target

__all__ = [
    "Candidate",
    "CargoClass",
    "CargoDocument",
    "CargoForm",
    "CargoSubclass",
    "CargoMeeting",
    "ClassSum",
    "DocumentKey",
    "DocumentMessage",
    "GoodsRule",
    "ExpectedFlow",
    "FlowLine",
    "HeaviestCustomer",
    "IgnoreRule",
    "ImportProof",
    "LaneSum",
    "Lead",
    "LeadEvidence",
    "LeadMove",
    "LeadOutlook",
    "LedgerCheck",
    "MediaNote",
    "MonthlyRollup",
    "Movement",
    "Port",
    "PortAlias",
    "Projection",
    "ProjectionRun",
    "Shipment",
    "StatisticSeries",
    "StatisticValue",
    "Target",
    "TradeKind",
    "StageOdds",
    "ShipmentParty",
    "Sighting",
    "Unit",
]
