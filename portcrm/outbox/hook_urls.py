from django.urls import path

from portcrm.outbox import hooks

app_name = "hooks"
urlpatterns = [path("mail/<str:provider>/", hooks.mail_events, name="mail_events")]
