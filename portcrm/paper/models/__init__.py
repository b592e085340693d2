from portcrm.paper.models.printout import Printout

__all__ = ["Printout"]
