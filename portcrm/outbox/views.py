from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from portcrm.bulk.actions import bulk_bar
from portcrm.outbox import permissions, services
from portcrm.outbox.columns import JOURNAL_COLUMNS, JOURNAL_ORDERINGS, MAIL_COLUMNS, MAIL_ORDERINGS
from portcrm.outbox.filters import JournalEntryFilter, OutgoingEmailFilter
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.queries import journal_entries, record_url, shown_html, shown_text, status
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

PRESETS = (
    Preset("attention", gettext_lazy("Needs a look"), "state=failed&state=uncertain&state=bounced"),
    Preset("unknown", gettext_lazy("Outcome unknown"), "state=uncertain"),
    Preset("waiting", gettext_lazy("Waiting to go"), "state=waiting&state=sending"),
)


@require_safe
@permission_required(permissions.VIEW_MAIL, raise_exception=True)
def email_list(request):
    listing = Listing(
        request,
        record="outbox.outgoingemail",
        queryset=OutgoingEmail.objects.visible_to(request.user).for_list(),
        filterset_class=OutgoingEmailFilter,
        columns=MAIL_COLUMNS,
        orderings=MAIL_ORDERINGS,
        presets=PRESETS,
        bulk=bulk_bar("outbox.outgoingemail", request.user),
        empty=Empty(_("No mail yet"), _("Every mail that PortCRM writes is listed here, sent or not."), icon="mail"),
    )
    return page(request, "outbox/email_list.html", {"listing": listing, "outbox": status()}, fragments=listing.fragments)


@require_safe
@permission_required(permissions.VIEW_MAIL, raise_exception=True)
def email(request, pk):
    mail = get_object_or_404(OutgoingEmail.objects.visible_to(request.user), pk=pk)
    context = {"mail": mail, "text": shown_text(mail), "record_url": record_url(mail), "outbox": status()}
    return page(request, "outbox/email.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
@permission_required(permissions.VIEW_MAIL, raise_exception=True)
def email_preview(request, pk):
    """The mail's HTML at an address of its own, under a policy of its own: nothing runs, nothing is fetched."""
    mail = get_object_or_404(OutgoingEmail.objects.visible_to(request.user).filter(is_readable=True).exclude(html=""), pk=pk)
    return HttpResponse(shown_html(mail), headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


@require_safe
@permission_required(permissions.VIEW_MAIL, raise_exception=True)
def journal_list(request):
    """What went out between the backup and the restore, as the send journal tells."""
    listing = Listing(
        request,
        record="outbox.journalentry",
        queryset=journal_entries(request.user),
        filterset_class=JournalEntryFilter,
        columns=JOURNAL_COLUMNS,
        orderings=JOURNAL_ORDERINGS,
        empty=Empty(_("Nothing to take over"), _("The send journal and the database agree."), icon="circle-check"),
    )
    return page(request, "outbox/journal_list.html", {"listing": listing, "outbox": status()}, fragments=listing.fragments)


@require_POST
@permission_required(permissions.CONTROL, raise_exception=True)
def journal_take_over(request):
    lines = services.take_over_journal(by=request.user)
    messages.success(request, _("%(lines)s lines of the send journal were taken over. The outbox sends again.") % {"lines": lines})
    return redirect("outbox:email_list")


@require_POST
@permission_required(permissions.SEND_AGAIN, raise_exception=True)
def email_send_again(request, pk):
    mail = get_object_or_404(OutgoingEmail.objects.visible_to(request.user), pk=pk)
    services.send_again(mail=mail, by=request.user)
    messages.success(request, _("The mail is in the queue again."))
    return redirect("outbox:email", pk)


@require_POST
@permission_required(permissions.CONTROL, raise_exception=True)
def outbox_pause(request):
    services.pause_outbox(by=request.user)
    messages.warning(request, _("The outbox is stopped. Nothing is sent."))
    return redirect("outbox:email_list")


@require_POST
@permission_required(permissions.CONTROL, raise_exception=True)
def outbox_resume(request):
    services.resume_outbox(by=request.user)
    messages.success(request, _("The outbox sends again."))
    return redirect("outbox:email_list")


@require_POST
@permission_required(permissions.CONTROL, raise_exception=True)
def outbox_confirm(request):
    services.confirm_instance(by=request.user)
    messages.success(request, _("This installation now sends the mails of this database."))
    return redirect("outbox:email_list")
