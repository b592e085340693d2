from rest_framework.routers import SimpleRouter

from portcrm.bulk.api.views import BulkRunViewSet

router = SimpleRouter()
router.register("runs", BulkRunViewSet, basename="run")

app_name = "bulk-api"
urlpatterns = router.urls
