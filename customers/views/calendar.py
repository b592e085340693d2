"""One's calendar address, and what a calendar program reads there."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from customers import permissions
from customers.models import CalendarFeed
from customers.queries.calendar import calendar_of
from customers.services.calendars import digest_of, end_calendar, note_read, open_calendar
from portcrm.accounts.public import public_route
from portcrm.clock import now, port_today
from portcrm.limits import within_limit
from portcrm.pages.render import page


@never_cache
@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def calendar(request):
    """My calendar address: shown in the answer that makes it and never again."""
    address = ""
    if request.method == "POST":
        token = open_calendar(by=request.user)
        address = settings.PORTCRM_SITE_URL + reverse("customers:calendar_feed", args=[token])
    feed = CalendarFeed.objects.visible_to(request.user).first()
    return page(request, "customers/calendar.html", {"feed": feed, "address": address})


@require_POST
@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def calendar_end(request):
    """The address leads nowhere from now on."""
    end_calendar(by=request.user)
    messages.success(request, _("The calendar address no longer works."))
    return redirect("customers:calendar")


@public_route
@require_safe
def calendar_feed(request, token):
    """What a calendar program reads; the secret in the address is the key, and of a stranger's address nothing is told."""
    feed = CalendarFeed.objects.filter(digest=digest_of(token), user__is_active=True).select_related("user").first()
    if feed is None or not feed.user.has_perm(permissions.RECORD_INTERACTION):
        raise Http404
    if not within_limit("calendar", feed.digest, settings.CALENDAR_READS_AN_HOUR):
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    note_read(feed=feed, at=now())
    with translation.override(feed.user.language):
        body = calendar_of(feed.user, today=port_today())
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"ETag": mark, "X-Robots-Tag": "noindex, nofollow"})
    patch_cache_control(response, private=True, no_cache=True)
    return get_conditional_response(request, etag=mark, response=response)
