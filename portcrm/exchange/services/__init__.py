from portcrm.exchange.services.runs import cancel, draft_again, import_rehearsed, set_mapping, start, take_in

__all__ = ["cancel", "draft_again", "import_rehearsed", "set_mapping", "start", "take_in"]
