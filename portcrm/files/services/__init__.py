from portcrm.files.services.attachments import attach, remove

__all__ = ["attach", "remove"]
