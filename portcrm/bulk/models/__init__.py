from portcrm.bulk.models.run import BulkChunk, BulkRefusal, BulkRun

__all__ = ["BulkChunk", "BulkRefusal", "BulkRun"]
