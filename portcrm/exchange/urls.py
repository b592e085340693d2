from django.urls import path, re_path

from portcrm.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.import_list, name="import_list"),
    path("new/", views.import_new, name="import_new"),
    path("new/<slug:key>/", views.import_upload, name="import_upload"),
    path("new/<slug:key>/template/", views.import_template, name="import_template"),
    path("<int:pk>/", views.import_run, name="import_run"),
    path("<int:pk>/columns/", views.import_columns, name="import_columns"),
    path("<int:pk>/progress/", views.import_progress, name="import_progress"),
    re_path(r"^(?P<pk>\d+)/problems\.(?P<file_format>csv|xlsx)$", views.import_problems, name="import_problems"),
    path("<int:pk>/start/", views.import_start, name="import_start"),
    path("<int:pk>/again/", views.import_again, name="import_again"),
    path("<int:pk>/cancel/", views.import_cancel, name="import_cancel"),
]
