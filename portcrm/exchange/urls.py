from django.urls import path, re_path

from portcrm.exchange.views import imports, reverting, rows

app_name = "exchange"
urlpatterns = [
    path("", imports.import_list, name="import_list"),
    path("new/", imports.import_new, name="import_new"),
    path("new/<slug:key>/", imports.import_upload, name="import_upload"),
    path("new/<slug:key>/template/", imports.import_template, name="import_template"),
    path("<int:pk>/", imports.import_run, name="import_run"),
    path("<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("<int:pk>/progress/", imports.import_progress, name="import_progress"),
    re_path(r"^(?P<pk>\d+)/problems\.(?P<file_format>csv|xlsx)$", imports.import_problems, name="import_problems"),
    path("<int:pk>/start/", imports.import_start, name="import_start"),
    path("<int:pk>/again/", imports.import_again, name="import_again"),
    path("<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("<int:pk>/rows/", rows.import_rows, name="import_rows"),
    path("<int:pk>/rows/choose/", rows.row_choose, name="row_choose"),
    path("<int:pk>/rows/choose-all/", rows.rows_choose, name="rows_choose"),
    path("problem/<int:pk>/", rows.row_mend, name="row_mend"),
    path("problem/<int:pk>/leave-out/", rows.row_leave_out, name="row_leave_out"),
    path("<int:pk>/revert/", reverting.import_revert, name="import_revert"),
    path("<int:pk>/revert/progress/", reverting.revert_progress, name="revert_progress"),
    path("<int:pk>/revert/keep/", reverting.revert_keep, name="revert_keep"),
    path("change/<int:pk>/", reverting.change_decide, name="change_decide"),
]
