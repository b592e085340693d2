"""Two pages that do as little as a page can: what every other page is compared with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from customers.models import Customer

ROWS = 25


def _rows():
    return Customer.objects.order_by("sort_key", "pk").only("pk", "code", "name_zh", "name_en", "phone")[:ROWS]


def bare(request: HttpRequest) -> HttpResponse:
    """Session, user, 25 rows by an index, a minimal template."""
    return render(request, "bench/bare.html", {"rows": _rows(), "reader": request.user})


def framed(request: HttpRequest) -> HttpResponse:
    """The same 25 rows in our page frame."""
    return render(request, "bench/framed.html", {"rows": _rows()})
