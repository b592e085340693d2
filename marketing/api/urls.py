from rest_framework.routers import SimpleRouter

from marketing.api.views import RowViewSet, RunViewSet

router = SimpleRouter()
router.register("runs", RunViewSet, basename="run")
router.register("rows", RowViewSet, basename="row")

app_name = "marketing-api"
urlpatterns = router.urls
