from portcrm.exchange.models.import_problem import ImportProblem
from portcrm.exchange.models.import_run import ImportRun
from portcrm.exchange.models.remembered_mapping import RememberedMapping

__all__ = ["ImportProblem", "ImportRun", "RememberedMapping"]
