"""The product's addresses and the two floors; only a measurement uses them."""

from django.urls import include, path

from bench import floors

urlpatterns = [
    path("bench/bare/", floors.bare, name="bench_bare"),
    path("bench/framed/", floors.framed, name="bench_framed"),
    path("", include("portcrm.urls")),
]
