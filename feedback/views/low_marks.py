"""Low scores of confidential waves, for the few who may know whose they are: the list, and the two steps on the page of an answer."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from feedback import columns, permissions
from feedback.filters import LowMarkFilter
from feedback.forms.low_mark import FinishLowMarkForm, GiveLowMarkForm
from feedback.models import LowMark
from feedback.services.low_marks import finish_low_mark, give_low_mark
from feedback.views.responses import response_page
from portcrm.clock import port_today
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

MAY = (permissions.VIEW_RESPONSE, permissions.VIEW_SENDER)


@require_safe
@permission_required(MAY, raise_exception=True)
def low_mark_list(request: HttpRequest) -> HttpResponse:
    """No file of it is made: it would be passed on."""
    listing = Listing(
        request,
        record="feedback.lowmark",
        queryset=LowMark.objects.visible_to(request.user).for_list(),
        filterset_class=LowMarkFilter,
        columns=columns.LOW_MARK_COLUMNS,
        orderings=columns.LOW_MARK_ORDERINGS,
        empty=Empty(_("No low scores in confidential surveys"), icon="circle-check"),
        presets=(
            Preset("open", pgettext("low score", "Not done yet"), "done=false"),
            Preset("mine", _("Mine"), f"owner={request.user.pk}&done=false"),
        ),
    )
    return page(request, "feedback/low_marks.html", {"listing": listing, "today": port_today()}, fragments=Listing.fragments)


@require_POST
@permission_required(MAY, raise_exception=True)
def low_mark_give(request: HttpRequest, pk: int) -> HttpResponse:
    low_mark = _find(request, pk)
    form = GiveLowMarkForm(request.POST, low_mark=low_mark, user=request.user)
    if not form.is_valid():
        return response_page(request, low_mark.response_id, give_form=form)
    give_low_mark(low_mark=low_mark, owner=form.cleaned_data["owner"], by=request.user)
    messages.success(request, _("Assigned."))
    return redirect("feedback:response", pk=low_mark.response_id)


@require_POST
@permission_required(MAY, raise_exception=True)
def low_mark_finish(request: HttpRequest, pk: int) -> HttpResponse:
    low_mark = _find(request, pk)
    form = FinishLowMarkForm(request.POST, low_mark=low_mark, user=request.user)
    if not form.is_valid():
        return response_page(request, low_mark.response_id, finish_form=form)
    finish_low_mark(low_mark=low_mark, said=form.cleaned_data["said"], on=port_today(), by=request.user)
    messages.success(request, _("Saved."))
    return redirect("feedback:response", pk=low_mark.response_id)


def _find(request: HttpRequest, pk: int) -> LowMark:
    return get_object_or_404(LowMark.objects.visible_to(request.user), pk=pk)
