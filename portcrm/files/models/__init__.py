from portcrm.files.models.attachment import Attachment, StoredFile

__all__ = ["Attachment", "StoredFile"]
