from rest_framework.routers import SimpleRouter

from cargo.api.candidate_views import CandidateViewSet
from cargo.api.documents import DocumentViewSet
from cargo.api.reference import CargoClassViewSet, CargoFormViewSet, MovementViewSet, PortViewSet, TradeKindViewSet, UnitViewSet
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
router.register("classes", CargoClassViewSet, basename="cargo-class")
router.register("forms", CargoFormViewSet, basename="cargo-form")
router.register("trade-kinds", TradeKindViewSet, basename="trade-kind")
router.register("movements", MovementViewSet, basename="movement")
router.register("units", UnitViewSet, basename="unit")
router.register("ports", PortViewSet, basename="port")
urlpatterns = router.urls
