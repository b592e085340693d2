"""The opinion form to those who came to a seminar: whom it would ask, and its start."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.permissions import VIEW_CONTACT
from feedback import permissions
from feedback.queries.seminars import wave_of
from feedback.services.seminar_waves import ask_guests, programme_of_seminars, would_ask
from feedback.views.programmes import leaving, reasons_of
from feedback.views.seminars import find_seminar
from portcrm.clock import now, port_today
from portcrm.pages.render import page


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def seminar_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom the seminar's wave would ask and spare; a POST starts it. One that was asked leads to its wave."""
    if not request.user.has_perm(permissions.VIEW_SEMINAR):
        raise PermissionDenied
    found = find_seminar(request, pk)
    if request.method == "POST":
        wave = ask_guests(seminar=found, at=now(), by=request.user, any_hour="any_hour" in request.POST)
        messages.success(request, _("The wave has started; its mails are being written."))
        return redirect(wave)
    if wave := wave_of(found, request.user):
        return redirect(wave)
    programme = programme_of_seminars(by=request.user)
    stopped_by, audience = would_ask(found, programme, on=port_today())
    told = {"seminar": found, "programme": programme, "stopped_by": stopped_by, "audience": audience, "reasons": reasons_of(audience)}
    told |= {"sees_whom": request.user.has_perm(VIEW_CONTACT)}
    return page(request, "feedback/seminar_ask.html", told | leaving(now()))
