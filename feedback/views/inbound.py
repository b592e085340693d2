"""Mails that came to the complaint mailbox: what became of each, and why some opened nothing."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from feedback.enums import InboundState
from feedback.filters import InboundMailFilter
from feedback.models import InboundMail
from feedback.permissions import ADD_COMPLAINT, VIEW_COMPLAINT
from feedback.services.inbox import take_in_by_hand
from portcrm.clock import now
from portcrm.pages.lists import Column, Empty, Listing, Ordering, Preset
from portcrm.pages.render import page

COLUMNS = (
    Column("subject", pgettext_lazy("complaint", "Subject"), attribute="__str__", link=True),
    Column("sender", gettext_lazy("Sender")),
    Column("state", gettext_lazy("State"), template="outbox/_cell_state.html", attribute="get_state_display"),
    Column("reason", gettext_lazy("Reason"), attribute="get_reason_display"),
    Column("complaint", gettext_lazy("Complaint"), attribute="complaint.number"),
    Column("received_at", gettext_lazy("Received at"), format="datetime", ordering="newest"),
)
ORDERINGS = (Ordering("newest", gettext_lazy("Newest first"), ("-received_at", "-pk")),)


@require_safe
@permission_required(VIEW_COMPLAINT, raise_exception=True)
def inbound_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="feedback.inboundmail",
        queryset=InboundMail.objects.visible_to(request.user).for_list(),
        filterset_class=InboundMailFilter,
        columns=COLUMNS,
        orderings=ORDERINGS,
        presets=(Preset("left", pgettext_lazy("inbound mail", "Opened nothing"), "state=left"),),
        empty=Empty(
            _("No mail has come"), _("Mails to the complaint mailbox (COMPLAINT_IMAP_URL) become cases by themselves."), icon="mail"
        ),
    )
    return page(request, "feedback/inbound_mails.html", {"listing": listing}, fragments=listing.fragments)


@require_safe
@permission_required(VIEW_COMPLAINT, raise_exception=True)
def inbound_mail(request: HttpRequest, pk: int) -> HttpResponse:
    rows = InboundMail.objects.visible_to(request.user).select_related("complaint", "taken_by").defer("raw")
    mail = get_object_or_404(rows, pk=pk)
    may_take_in = mail.state == InboundState.LEFT and request.user.has_perm(ADD_COMPLAINT)
    return page(request, "feedback/inbound_mail.html", {"mail": mail, "may_take_in": may_take_in})


@require_POST
@permission_required((VIEW_COMPLAINT, ADD_COMPLAINT), raise_exception=True)
def inbound_take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a case from a mail that opened nothing by itself; pressed twice it leads to the same case."""
    mail = get_object_or_404(InboundMail.objects.visible_to(request.user).defer("raw"), pk=pk)
    taken = take_in_by_hand(mail=mail, at=now(), by=request.user)
    if taken.complaint is None:  # what it became was deleted since
        return redirect(taken)
    said = _("Added to %(number)s.") if taken.state == InboundState.ADDED else _("Recorded as %(number)s.")
    messages.success(request, said % {"number": taken.complaint.number})
    return redirect(taken.complaint)
