from django.urls import path

from portcrm.api.views import keys

app_name = "keys"
urlpatterns = [
    path("", keys.keys, name="keys"),
    path("<int:pk>/revoke/", keys.key_revoke, name="key_revoke"),
]
