"""Where mail services tell what became of mails: nothing is done here but to keep what they say."""

import base64
import binascii

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portcrm import celery
from portcrm.accounts.public import public_route
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.outbox.returns.providers import PROVIDERS, NotAnEvent, events_of
from portcrm.outbox.services.events import store_events

READ_TASK = "portcrm.outbox.read_events"


@public_route
@csrf_exempt
@require_POST
def mail_events(request: HttpRequest, provider: str) -> HttpResponse:
    """Keep the events and say so at once: a service that waits sends them again. Understanding them is a job's."""
    if provider not in PROVIDERS or not settings.MAIL_WEBHOOK_SECRET:
        raise Http404
    if not constant_time_compare(_secret(request), settings.MAIL_WEBHOOK_SECRET):
        return HttpResponseForbidden()
    try:
        events = events_of(PROVIDERS[provider], request.body)
    except NotAnEvent:
        return HttpResponseBadRequest()
    store_events(provider=provider, events=events, at=now(), by=system_user())
    celery.nudge(READ_TASK)
    return HttpResponse()


def _secret(request: HttpRequest) -> str:
    """What the service shows: a bearer token, or the password of an address such as https://mail:secret@crm.example.invalid/…"""
    kind, _space, shown = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return shown.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(shown, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
