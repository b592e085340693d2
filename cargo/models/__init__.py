from cargo.models.check import LedgerCheck
from cargo.models.document import CargoDocument, DocumentMessage
from cargo.models.lead import Lead
from cargo.models.proof import ImportProof
from cargo.models.reference import CargoClass, Port, PortAlias, Unit
from cargo.models.shipment import MonthlyRollup, Shipment
from cargo.models.statistic import StatisticSeries, StatisticValue

__all__ = [
    "CargoClass",
    "CargoDocument",
    "DocumentMessage",
    "ImportProof",
    "Lead",
    "LedgerCheck",
    "MonthlyRollup",
    "Port",
    "PortAlias",
    "Shipment",
    "StatisticSeries",
    "StatisticValue",
    "Unit",
]
