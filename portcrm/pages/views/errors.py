"""Error pages that say what happened, what was kept and what to do. Named in portcrm/urls.py."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def _error(request, status: int):
    return render(request, f"{status}.html", {"path": request.path}, status=status)


def bad_request(request, exception=None):
    return _error(request, 400)


def forbidden(request, exception=None):
    return _error(request, 403)


def not_found(request, exception=None):
    return _error(request, 404)


def csrf_failed(request, reason=""):
    return render(request, "403.html", {"path": request.path, "form_expired": True}, status=403)


def server_error(request):
    """Drawn without the frame: nothing here may need the database."""
    return HttpResponse(render_to_string("500.html", {"LANGUAGE_CODE": getattr(request, "LANGUAGE_CODE", "")}), status=500)
