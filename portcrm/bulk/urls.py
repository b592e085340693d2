from django.urls import path, re_path

from portcrm.bulk.views import runs

app_name = "bulk"
urlpatterns = [
    path("", runs.run_list, name="run_list"),
    path("<int:pk>/", runs.run, name="run"),
    path("<int:pk>/progress/", runs.progress, name="progress"),
    path("<int:pk>/cancel/", runs.cancel, name="cancel"),
    re_path(r"^(?P<pk>\d+)/refused\.(?P<file_format>csv|xlsx)$", runs.refusals, name="refusals"),
    path("rows/<str:record>/", runs.choose, name="choose"),
]
