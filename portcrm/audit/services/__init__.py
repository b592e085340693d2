from portcrm.audit.services.recording import record, record_each

__all__ = ["record", "record_each"]
