from portcrm.exchange.services.runs import cancel, import_rehearsed, set_mapping, start, take_in

__all__ = ["cancel", "import_rehearsed", "set_mapping", "start", "take_in"]
