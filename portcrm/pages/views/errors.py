"""Error pages that say what happened, what was kept and what to do. Named in portcrm/urls.py."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from portcrm.pages.render import toast, without_frame


def _error(request, status: int):
    return render(request, f"{status}.html", {"path": request.path}, status=status)


TOO_BIG = _("What you sent is larger than a form may be. Nothing was stored; what you typed is still here. Please shorten it.")


def bad_request(request, exception=None):
    if not isinstance(exception, (RequestDataTooBig, TooManyFieldsSent)):
        return _error(request, 400)
    if request.htmx:
        return toast(HttpResponse(status=413, headers={"HX-Reswap": "none"}), TOO_BIG, "danger")
    return _error(request, 413)


def forbidden(request, exception=None):
    return _error(request, 403)


def not_found(request, exception=None):
    return _error(request, 404)


def csrf_failed(request, reason=""):
    return render(request, "403.html", {"path": request.path, "form_expired": True}, status=403)


def server_error(request):
    return without_frame(request, 500)
