from rest_framework.routers import SimpleRouter

from customers.api.views import ContactViewSet, CustomerViewSet, RelationViewSet

router = SimpleRouter()
router.register("contacts", ContactViewSet, basename="contact")
router.register("relations", RelationViewSet, basename="relation")
router.register("", CustomerViewSet, basename="customer")
urlpatterns = router.urls
