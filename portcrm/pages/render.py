"""One way to answer: the whole page, or the fragment htmx asked for."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(
    request: HttpRequest, template: str, context: dict | None = None, *, fragments: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    """Render `template`, or its fragment `_<id>.html` from the same folder when htmx targets one of `fragments`."""
    target = request.htmx.target if request.htmx else None
    if target in fragments:
        folder, _slash, _name = template.rpartition("/")
        template = f"{folder}/_{target}.html"
    return render(request, template, context or {}, status=status)


def toast(response: HttpResponse, message: str, level: str = "success") -> HttpResponse:
    """Show a short message after an htmx swap."""
    response["HX-Trigger"] = json.dumps({"toast": {"message": str(message), "level": level}})
    return response
