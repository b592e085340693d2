from rest_framework.routers import SimpleRouter

from customers.api import views

router = SimpleRouter()
router.register("contacts", views.ContactViewSet, basename="contact")
router.register("relations", views.RelationViewSet, basename="relation")
router.register("interactions", views.InteractionViewSet, basename="interaction")
router.register("follow-ups", views.FollowUpViewSet, basename="follow-up")
router.register("visits", views.VisitViewSet, basename="visit")
router.register("contracts", views.ContractViewSet, basename="contract")
router.register("prices", views.PriceViewSet, basename="price")
router.register("assessments", views.AssessmentViewSet, basename="assessment")
router.register("department-views", views.DepartmentViewViewSet, basename="department-view")
router.register("office-days", views.OfficeDayViewSet, basename="office-day")
router.register("tags", views.TagViewSet, basename="tag")
router.register("", views.CustomerViewSet, basename="customer")
urlpatterns = router.urls
