from django.urls import path

from portcrm.paper import views

app_name = "paper"
urlpatterns = [
    path("made/<int:pk>/", views.printout, name="printout"),
    path("made/<int:pk>/progress/", views.printout_progress, name="printout_progress"),
    path("made/<int:pk>/file/", views.printout_file, name="printout_file"),
    path("<slug:key>/<int:pk>/", views.paper_order, name="paper_order"),
    path("<slug:key>/<int:pk>/page/", views.paper_page, name="paper_page"),
]
