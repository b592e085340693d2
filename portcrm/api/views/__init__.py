from portcrm.api.views.records import AddViewSet, ReadViewSet, RecordViewSet

__all__ = ["AddViewSet", "ReadViewSet", "RecordViewSet"]
