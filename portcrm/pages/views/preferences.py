"""Language, theme and sidebar: cookies, so that the server renders the page as chosen before any script runs."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from portcrm.accounts.public import public_route
from portcrm.pages.queries.sidebar import THEMES

YEAR = int(dt.timedelta(days=365).total_seconds())


def _back(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(asked if safe else "pages:home")


def _remember(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SECURE_COOKIES)
    return response


@public_route
@require_POST
def language(request):
    """Speak this language from now on, in this browser."""
    chosen = request.POST.get("language", "")
    response = _back(request)
    known = chosen in dict(settings.LANGUAGES) and check_for_language(chosen)
    return _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen) if known else response


@public_route
@require_POST
def theme(request):
    """Light, dark, or as the device."""
    chosen = request.POST.get("theme", "")
    response = _back(request)
    return _remember(response, "theme", chosen) if chosen in THEMES else response


@require_POST
def sidebar(request):
    """Collapse or open the sidebar where JavaScript does not."""
    state = "open" if request.COOKIES.get("sidebar") == "collapsed" else "collapsed"
    return _remember(_back(request), "sidebar", state)
