from rest_framework.routers import SimpleRouter

from feedback.api import figures, findings, heard, inbound, questionnaires, seminars, suggestions, views

router = SimpleRouter()
router.register("waves", views.WaveViewSet, basename="feedback-wave")
router.register("responses", views.ResponseViewSet, basename="feedback-response")
router.register("complaints", views.ComplaintViewSet, basename="feedback-complaint")
router.register("complaint-figures", figures.ComplaintFiguresViewSet, basename="feedback-complaint-figures")
router.register("suggestions", suggestions.SuggestionViewSet, basename="feedback-suggestion")
router.register("heard", heard.HeardViewSet, basename="feedback-heard")
router.register("corrective-actions", findings.CorrectiveActionViewSet, basename="feedback-corrective-action")
router.register("seminars", seminars.SeminarViewSet, basename="feedback-seminar")
router.register("seminar-decisions", seminars.SeminarDecisionViewSet, basename="feedback-seminar-decision")
router.register("questionnaires", questionnaires.QuestionnaireViewSet, basename="feedback-questionnaire")
router.register("questionnaire-versions", questionnaires.QuestionnaireVersionViewSet, basename="feedback-questionnaire-version")
router.register("mailbox", inbound.InboundMailViewSet, basename="feedback-inbound-mail")
urlpatterns = router.urls
