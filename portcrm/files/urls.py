from django.urls import path

from portcrm.files import views

app_name = "files"
urlpatterns = [
    path("<int:pk>/", views.download, name="download"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("of/<str:record>/<int:pk>/", views.record_files, name="record_files"),
]
