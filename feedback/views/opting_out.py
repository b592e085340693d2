"""Opting out: the page behind the link of a mail, the button of mail programs, and what staff see and lift."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import columns, permissions
from feedback.enums import OptOutSource
from feedback.filters import OptOutFilter
from feedback.forms.opt_out import LiftOptOutForm
from feedback.models import Invitation, OptOut
from feedback.services.links import find_opting_out
from feedback.services.opting_out import lift_opt_out
from feedback.services.opting_out import opt_out as say_no
from feedback.views.door import answer, asked_language, public_form, public_page, unknown_link
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_zone
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

ONE_CLICK = ("List-Unsubscribe", "One-Click")  # RFC 8058: all that a mail program posts


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out_page(request: HttpRequest, token: str) -> HttpResponse:
    """Two buttons: out of this kind of survey, out of all. A GET changes nothing; whoever fetches links opts nobody out."""
    invitation = find_opting_out(token)
    if invitation is None:
        return unknown_link(request)
    with translation.override(asked_language(request) or invitation.language):
        if request.method == "POST":
            return answer(_say_no, request, invitation)
        return _buttons(request, invitation)


def _say_no(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """A mail program is answered at once, without the redirect that RFC 8058 forbids; a person comes back to the page."""
    name, value = ONE_CLICK
    one_click = request.POST.get(name) == value
    of_all = not one_click and request.POST.get("scope") == "all"
    source = OptOutSource.ONE_CLICK if one_click else OptOutSource.PAGE
    say_no(invitation=invitation, of_all=of_all, source=source, at=now(), by=system_user())
    if one_click:
        return _buttons(request, invitation)
    return redirect(f"{request.path}?lang={translation.get_language()}")


def _buttons(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    said = OptOut.objects.against(invitation.wave.version.questionnaire_id)
    rows = list(said.of([invitation.contact_id], [invitation.address.lower()]))
    context = {
        "survey": invitation.wave.version.questionnaire.label,
        "address": invitation.address or str(invitation),
        "said_at": timezone.localtime(min(row.said_at for row in rows), port_zone()) if rows else None,
        "of_all": any(row.questionnaire_id is None for row in rows),
        "action": f"{request.path}?lang={translation.get_language()}",
    }
    return public_page("opt_out", context)


@require_safe
@permission_required(permissions.VIEW_RESPONSE, raise_exception=True)
def opt_out_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="feedback.optout",
        queryset=OptOut.objects.visible_to(request.user).for_list(),
        filterset_class=OptOutFilter,
        columns=columns.OPT_OUT_COLUMNS,
        orderings=columns.OPT_OUT_ORDERINGS,
        empty=Empty(_("Nobody has opted out"), _("Every mail that asks for an opinion says where one can."), icon="mail"),
        presets=(Preset("in-force", pgettext("opt-out", "In force"), "in_force=true"),),
        export_permission=permissions.VIEW_RESPONSE,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "feedback/opt_outs.html", {"listing": listing}, fragments=Listing.fragments)


@require_safe
@permission_required(permissions.VIEW_RESPONSE, raise_exception=True)
def opt_out(request: HttpRequest, pk: int) -> HttpResponse:
    return _shown(request, _found(request, pk), LiftOptOutForm())


@require_POST
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def opt_out_lift(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _found(request, pk), LiftOptOutForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form, status=422)
    lift_opt_out(opt_out=found, reason=form.cleaned_data["reason"], at=now(), by=request.user)
    messages.success(request, _("Lifted: this person may be asked again."))
    return redirect("feedback:opt_out", pk=pk)


def _found(request: HttpRequest, pk: int) -> OptOut:
    rows = OptOut.objects.visible_to(request.user).for_list().select_related("invitation__wave", "contact__customer")
    return get_object_or_404(rows, pk=pk)


def _shown(request: HttpRequest, found: OptOut, form: LiftOptOutForm, *, status: int = 200) -> HttpResponse:
    context = {"opt_out": found, "form": form, "list_url": reverse("feedback:opt_out_list")}
    return page(request, "feedback/opt_out.html", context, status=status)
