from django.urls import path

from portcrm.audit.views import log

app_name = "audit"
urlpatterns = [
    path("", log.log, name="log"),
    path("history/<str:record>/<int:pk>/", log.history, name="history"),
]
