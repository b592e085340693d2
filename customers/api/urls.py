from rest_framework.routers import SimpleRouter

from customers.api.views import ContactViewSet, CustomerViewSet

router = SimpleRouter()
router.register("contacts", ContactViewSet, basename="contact")
router.register("", CustomerViewSet, basename="customer")
urlpatterns = router.urls
