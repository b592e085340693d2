from rest_framework.routers import SimpleRouter

from cargo.api.candidate_views import CandidateViewSet
from cargo.api.documents import DocumentViewSet
from cargo.api.target_views import TargetViewSet
from cargo.api.views import LeadViewSet, ShipmentViewSet, StatisticSeriesViewSet, StatisticValueViewSet

router = SimpleRouter()
router.register("shipments", ShipmentViewSet, basename="shipment")
router.register("leads", LeadViewSet, basename="lead")
router.register("statistics", StatisticSeriesViewSet, basename="statistic")
router.register("statistic-values", StatisticValueViewSet, basename="statistic-value")
router.register("documents", DocumentViewSet, basename="document")
router.register("targets", TargetViewSet, basename="target")
router.register("candidates", CandidateViewSet, basename="candidate")
urlpatterns = router.urls
