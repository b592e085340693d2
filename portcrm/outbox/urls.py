from django.urls import path

from portcrm.outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.email_list, name="email_list"),
    path("stop/", views.outbox_pause, name="outbox_pause"),
    path("resume/", views.outbox_resume, name="outbox_resume"),
    path("confirm/", views.outbox_confirm, name="outbox_confirm"),
    path("journal/", views.journal_list, name="journal_list"),
    path("journal/take-over/", views.journal_take_over, name="journal_take_over"),
    path("<int:pk>/", views.email, name="email"),
    path("<int:pk>/preview/", views.email_preview, name="email_preview"),
    path("<int:pk>/send-again/", views.email_send_again, name="email_send_again"),
]
