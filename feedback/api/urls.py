from rest_framework.routers import SimpleRouter

from feedback.api import views

router = SimpleRouter()
router.register("waves", views.WaveViewSet, basename="feedback-wave")
router.register("responses", views.ResponseViewSet, basename="feedback-response")
router.register("complaints", views.ComplaintViewSet, basename="feedback-complaint")
urlpatterns = router.urls
