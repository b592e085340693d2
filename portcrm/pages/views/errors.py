"""Error pages that say what happened, what was kept and what to do. Named in portcrm/urls.py."""

from django.shortcuts import render

from portcrm.pages.render import without_frame


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
    return without_frame(request, 500)
