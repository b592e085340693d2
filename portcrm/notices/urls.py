from django.urls import path

from portcrm.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="notice_list"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.notices_read, name="notices_read"),
    path("mail/", views.digest, name="digest"),
    path("<int:pk>/open/", views.notice_open, name="notice_open"),
]
