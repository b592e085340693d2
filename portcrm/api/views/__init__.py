from portcrm.api.views.records import ReadViewSet, RecordViewSet

__all__ = ["ReadViewSet", "RecordViewSet"]
