from rest_framework.routers import SimpleRouter

from cargo.api.views import LeadViewSet, ShipmentViewSet

router = SimpleRouter()
router.register("shipments", ShipmentViewSet, basename="shipment")
router.register("leads", LeadViewSet, basename="lead")
urlpatterns = router.urls
