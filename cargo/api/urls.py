from rest_framework.routers import SimpleRouter

from cargo.api.candidate_views import CandidateViewSet
from cargo.api.views import LeadViewSet, ShipmentViewSet, StatisticSeriesViewSet, StatisticValueViewSet

router = SimpleRouter()
router.register("shipments", ShipmentViewSet, basename="shipment")
router.register("leads", LeadViewSet, basename="lead")
router.register("statistics", StatisticSeriesViewSet, basename="statistic")
router.register("statistic-values", StatisticValueViewSet, basename="statistic-value")
router.register("candidates", CandidateViewSet, basename="candidate")
urlpatterns = router.urls
