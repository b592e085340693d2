from marketing.models.reconciliation import DashboardSnapshot, Reconciliation
from marketing.models.row import RankingQuantity, RankingRow
from marketing.models.run import RankingRun
from marketing.models.value_model import ModelWeight, ValueModel

__all__ = ["DashboardSnapshot", "ModelWeight", "RankingQuantity", "RankingRow", "RankingRun", "Reconciliation", "ValueModel"]
