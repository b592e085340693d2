from cargo.models.check import LedgerCheck
from cargo.models.document import CargoDocument, DocumentMessage
from cargo.models.goods import CargoSubclass, GoodsRule
from cargo.models.lane import LaneSum
from cargo.models.lead import Lead
from cargo.models.proof import ImportProof
from cargo.models.reference import CargoClass, Port, PortAlias, Unit
from cargo.models.shipment import MonthlyRollup, Shipment
from cargo.models.statistic import StatisticSeries, StatisticValue

__all__ = [
    "CargoClass",
    "CargoDocument",
    "CargoSubclass",
    "DocumentMessage",
    "GoodsRule",
    "ImportProof",
    "LaneSum",
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
