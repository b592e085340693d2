"""The door customers come in by: no log-in, a link that is the key, limits instead of puzzles."""

import uuid
from functools import wraps

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.log import log_response
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from feedback.forms.opinion import BASE, CHOICE, PREFIX, PROPOSAL, TRAP
from feedback.services.answers import NOT_APPLICABLE
from portcrm.accounts.public import public_route
from portcrm.audit.channel import channel
from portcrm.bilingual import pick
from portcrm.errors import RuleBroken
from portcrm.limits import within_limit
from portcrm.pages.refused import is_refused_write

ARRIVED = "arrived"
CLICKED_DIGITS = 3  # scales go to 10, points to 100
NOT_TYPED = {"form_key", "go", "o", "group", "drawn", "may_name", TRAP, PROPOSAL}


def public_form(view):
    """Open a view to customers. The link in the address is the key, so no session and no CSRF token can expire on them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        with channel("public_form"), translation.override(asked_language(request) or translation.get_language()):
            response = answer(view, request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return public_route(csrf_exempt(never_cache(guarded)))


def answer(view, request: HttpRequest, *args, **kwargs) -> HttpResponse:
    """What the view answers, or a page in the language spoken here that says why it could not and gives every word back."""
    try:
        return view(request, *args, **kwargs)
    except RuleBroken as refusal:
        return notice(request, "refused", status=409, message=refusal.message, typed=typed(request))
    except (RequestDataTooBig, TooManyFieldsSent):
        return notice(request, "too_big", status=413)
    except (Http404, PermissionDenied, SuspiciousOperation, UnreadablePostError):
        raise
    except Exception as fault:  # whatever is wrong with us, what a customer has written comes back
        if request.method != "POST":
            raise
        return _given_back(request, fault)


def _given_back(request: HttpRequest, fault: Exception) -> HttpResponse:
    refused = is_refused_write(request, fault)
    response = notice(request, "not_stored", status=503 if refused else 500, typed=typed(request))
    said = "Refused write: %s" if refused else "Internal Server Error: %s"
    log_response(said, request.path, response=response, request=request, exception=fault)
    return response


def typed(request: HttpRequest) -> list[str]:
    """Every word a customer sent, short ones too, without what the page itself or a mere click puts in.

    A few digits are a click on a scale, unless the page says that it is a text: it sends the mark of one along (BASE).
    """
    if request.method != "POST":
        return []
    try:
        sent = list(request.POST.items())
    except (OSError, SuspiciousOperation):  # it never arrived whole
        return []
    texts = {PREFIX + name.removeprefix(BASE) for name, _mark in sent if name.startswith(BASE)}
    written = [(name, text.strip()) for name, text in sent if name not in NOT_TYPED and not name.startswith((BASE, CHOICE))]
    return [text for name, text in written if text and (name in texts or not is_a_click(text))]


def is_a_click(text: str) -> bool:
    return text == NOT_APPLICABLE or (text.isdecimal() and len(text) <= CLICKED_DIGITS)


def asked_language(request: HttpRequest) -> str:
    """The language named in the address, or "" where none of ours is."""
    return known_language(request.GET.get("lang", ""))


def known_language(code: str) -> str:
    return code if code in dict(settings.LANGUAGES) else ""


def public_page(template: str, context: dict, *, status: int = 200) -> HttpResponse:
    """Render a page of the customers' side: its own light frame, no session, no context of the staff pages."""
    frame = {
        "language": translation.get_language(),
        "languages": settings.LANGUAGES,
        "port_name": pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN),
        "port_email": settings.PORT_SERVICE_EMAIL,
        "port_phone": settings.PORT_SERVICE_PHONE,
    }
    return HttpResponse(render_to_string(f"feedback/public/{template}.html", frame | context), status=status)


def notice(request: HttpRequest, kind: str, *, status: int, **context) -> HttpResponse:
    """A page that says plainly why there is no form here, and whom to turn to."""
    return public_page("notice", {"kind": kind, "path": request.path} | context, status=status)


def unknown_link(request: HttpRequest) -> HttpResponse:
    """A link nobody was given; whoever tries many of them is slowed down."""
    known = within_limit("unknown-link", address_of(request), settings.UNKNOWN_LINKS_AN_HOUR)
    return notice(request, "invalid", status=404 if known else 429)


def to_receipt(name: str, token: str, stored: uuid.UUID, *, sent: uuid.UUID) -> HttpResponse:
    """Lead to what was recorded. Other words from a page sent before are stored under a key of their own: the page's goes along."""
    address = reverse(name, kwargs={"token": token})
    return redirect(address if stored == sent else f"{address}?{ARRIVED}={sent}")


def arrived(request: HttpRequest, stored: uuid.UUID | None) -> str:
    """The key of the page whose words have arrived, for the device to forget them; "" where there is none."""
    return request.GET.get(ARRIVED, "") or str(stored or "")


def address_of(request: HttpRequest) -> str:
    """The sender's address as the log-in's own limits see it (proxies included)."""
    return get_adapter().get_client_ip(request) or "local"
