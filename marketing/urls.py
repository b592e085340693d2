from django.urls import path

from marketing.views import customers, dashboard, rankings, runs, value_models

app_name = "marketing"
urlpatterns = [
    path("key-accounts/", dashboard.dashboard, name="dashboard"),
    path("key-accounts/charts/<slug:chart>.json", dashboard.dashboard_chart, name="dashboard_chart"),
    path("key-accounts/<int:customer_pk>/follow-up/<slug:code>/", dashboard.dashboard_follow_up, name="dashboard_follow_up"),
    path("ranking/", rankings.newest_ranking, name="newest_ranking"),
    path("runs/", runs.run_list, name="run_list"),
    path("runs/new/", runs.run_create, name="run_create"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/progress/", runs.run_progress, name="run_progress"),
    path("runs/<int:pk>/cancel/", runs.run_cancel, name="run_cancel"),
    path("runs/<int:pk>/check/", runs.run_check, name="run_check"),
    path("ranking/<int:pk>/", rankings.ranking, name="ranking"),
    path("ranking/<int:pk>/quantities/", rankings.quantity_ranking, name="quantity_ranking"),
    path("ranking/<int:pk>/customers/<int:customer_pk>/", rankings.why, name="why"),
    path("models/", value_models.model_list, name="model_list"),
    path("models/draft/", value_models.model_draft, name="model_draft"),
    path("models/<int:pk>/", value_models.model, name="model"),
    path("models/<int:pk>/edit/", value_models.model_edit, name="model_edit"),
    path("models/<int:pk>/put-in-force/", value_models.model_put_in_force, name="model_put_in_force"),
    path("models/<int:pk>/discard/", value_models.model_discard, name="model_discard"),
    path("customers/<int:pk>/value/", customers.customer_value, name="customer_value"),
    path("home/value/", customers.home_value, name="home_value"),
]
