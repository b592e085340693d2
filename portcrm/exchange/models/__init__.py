from portcrm.exchange.models.forecast import Forecast
from portcrm.exchange.models.import_change import ImportChange
from portcrm.exchange.models.import_problem import ImportProblem
from portcrm.exchange.models.import_revert import ImportRevert
from portcrm.exchange.models.import_run import ImportRun
from portcrm.exchange.models.import_statement import ImportStatement
from portcrm.exchange.models.remembered_mapping import RememberedMapping

__all__ = ["Forecast", "ImportChange", "ImportProblem", "ImportRevert", "ImportRun", "ImportStatement", "RememberedMapping"]
