from django.urls import path

from portcrm.outbox import domain_views, return_views, views

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
    path("returned/", return_views.returned_list, name="returned_list"),
    path("returned/<int:pk>/", return_views.returned, name="returned"),
    path("returned/<int:pk>/assign/", return_views.returned_assign, name="returned_assign"),
    path("returned/<int:pk>/put-aside/", return_views.returned_dismiss, name="returned_dismiss"),
    path("blocked/", return_views.block_list, name="block_list"),
    path("blocked/<int:pk>/", return_views.block, name="block"),
    path("blocked/<int:pk>/lift/", return_views.block_lift, name="block_lift"),
    path("domain/", domain_views.sending_domain, name="sending_domain"),
    path("domain/check/", domain_views.sending_domain_check, name="sending_domain_check"),
]
