from django.urls import path

from portcrm.pages.views import home, preferences, saved_views, search, shortcuts, timeline

app_name = "pages"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/palette/", search.palette, name="palette"),
    path("search/choices/<slug:source>/", search.choices, name="choices"),
    path("preferences/language/", preferences.language, name="language"),
    path("preferences/theme/", preferences.theme, name="theme"),
    path("preferences/sidebar/", preferences.sidebar, name="sidebar"),
    path("views/", saved_views.views, name="views"),
    path("views/open-with/", saved_views.view_open_with, name="view_open_with"),
    path("views/<int:pk>/change/", saved_views.view_change, name="view_change"),
    path("views/save/", saved_views.view_save, name="view_save"),
    path("views/<int:pk>/delete/", saved_views.view_delete, name="view_delete"),
    path("pins/<str:record>/<str:pk>/", shortcuts.toggle_pin, name="toggle_pin"),
    path("timeline/<str:record>/<str:pk>/", timeline.timeline, name="timeline"),
]
