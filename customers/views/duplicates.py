"""Pairs of files that look like one firm, to be decided on."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from customers import permissions
from customers.columns import DUPLICATE_COLUMNS, DUPLICATE_ORDERINGS
from customers.filters import DuplicateFilter
from customers.models import DuplicateCandidate
from customers.services.duplicates import ask_for_scan, dismiss_duplicates
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

PRESETS = (
    Preset("open", pgettext_lazy("duplicate", "To decide"), "state=open"),
    Preset("dismissed", pgettext_lazy("duplicate", "Not the same"), "state=dismissed"),
    Preset("merged", pgettext_lazy("duplicate", "Merged"), "state=merged"),
)


@require_safe
@permission_required(permissions.MERGE_CUSTOMER, raise_exception=True)
def duplicate_list(request):
    """The worklist: most alike first, with the reasons."""
    listing = Listing(
        request,
        record="customers.duplicatecandidate",
        queryset=DuplicateCandidate.objects.visible_to(request.user).for_list(),
        filterset_class=DuplicateFilter,
        columns=DUPLICATE_COLUMNS,
        orderings=DUPLICATE_ORDERINGS,
        presets=PRESETS,
        empty=Empty(_("No files that look alike"), _("The archive is looked through every night, and whenever you ask."), icon="copy"),
    )
    return page(request, "customers/duplicate_list.html", {"listing": listing}, fragments=listing.fragments)


@require_POST
@permission_required(permissions.MERGE_CUSTOMER, raise_exception=True)
def duplicate_scan(request):
    """Look through the archive now."""
    ask_for_scan(by=request.user)
    messages.info(request, _("The archive is being looked through. New pairs appear here."))
    return redirect("customers:duplicate_list")


@require_POST
@permission_required(permissions.MERGE_CUSTOMER, raise_exception=True)
def duplicate_dismiss(request, pk):
    """Two firms: the pair does not come back."""
    candidate = get_object_or_404(DuplicateCandidate.objects.visible_to(request.user), pk=pk)
    dismiss_duplicates(candidates=[candidate], by=request.user)
    messages.success(request, _("Noted as two firms."))
    return redirect("customers:duplicate_list")
