from rest_framework.routers import SimpleRouter

from portcrm.accounts.api.views import DepartmentViewSet, PersonViewSet

router = SimpleRouter()
router.register("departments", DepartmentViewSet, basename="department")
router.register("people", PersonViewSet, basename="person")

app_name = "accounts-api"
urlpatterns = router.urls
