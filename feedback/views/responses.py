"""Answers: the list, and one answer with its versions."""

from functools import partial

from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback import columns, permissions
from feedback.filters import ResponseFilter
from feedback.forms.low_mark import FinishLowMarkForm, GiveLowMarkForm
from feedback.forms.opinion import shown_answers
from feedback.models import LowMark, Response, ResponseVersion
from feedback.queries.enclosures import files_sent, without_files
from feedback.queries.senders import knows_senders
from feedback.queries.told_words import tell_words
from feedback.services.closed_loop import is_low
from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.exchange.exporting import export_response
from portcrm.files.models import Attachment
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_RESPONSE, raise_exception=True)
def response_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="feedback.response",
        queryset=Response.objects.visible_to(request.user).for_list(request.user),
        filterset_class=ResponseFilter,
        columns=columns.RESPONSE_COLUMNS,
        orderings=columns.RESPONSE_ORDERINGS,
        empty=Empty(_("No answers yet"), _("They appear here as customers send the form."), icon="message"),
        presets=(
            Preset("low", _("Not satisfied"), "overall_max=2"),
            Preset("comments", _("With a comment"), "with_comment=true"),
        ),
        export_permission=permissions.VIEW_RESPONSE,
        prepare=partial(tell_words, user=request.user, leaving="export" in request.GET),
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "feedback/responses.html", {"listing": listing}, fragments=Listing.fragments)


@require_safe
@permission_required(permissions.VIEW_RESPONSE, raise_exception=True)
def response(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer as it counts; what was sent before and all that leads to its sender to whoever may know who that is."""
    return response_page(request, pk)


def response_page(request: HttpRequest, pk: int, **forms: Form) -> HttpResponse:
    """`forms`: those of its low score that were refused, with everything that was typed."""
    user, related = request.user, ("wave__version", "wave__programme")
    found = get_object_or_404(Response.objects.visible_to(user).with_senders(user).select_related(*related), pk=pk)
    versions = list(found.versions.select_related("channel", "entered_by").order_by("-number"))
    known = found.wave.is_anonymous or knows_senders(user, found.wave)  # an anonymous answer leads nowhere
    tell_words([found], user, also=[str(value) for version in versions for value in version.answers.values()])
    scans = Attachment.objects.of("feedback.response", found.pk).visible_to(request.user)
    context = {
        "response": found,
        "known": known,
        "came": versions[0] if versions and known else None,
        "shows_files": known and (any(one.entered_by_id for one in versions) or scans.exists()),
        "files_url": reverse("files:record_files", args=["feedback.response", found.pk]),
        "enclosed": files_sent(found, versions) if known else [],
        "low": not found.wave.is_anonymous and is_low(found.wave, found),
        "sections": _sections(found, versions[0], known) if versions else [],
        "earlier": [(version, _sections(found, version, known)) for version in versions[1:] if known],
    }
    return page(request, "feedback/response.html", context | _low_mark(user, found, forms), status=422 if forms else 200)


def _low_mark(user: User, response: Response, forms: dict) -> dict:
    """What becomes of a low score of a confidential wave, for the few who may know."""
    found = LowMark.objects.visible_to(user).filter(response=response).select_related("owner", "done_by").first()
    if found is None:
        return {}
    steps = {"give_form": GiveLowMarkForm(low_mark=found, user=user), "finish_form": FinishLowMarkForm(low_mark=found, user=user)}
    return {"low_mark": found, "today": port_today()} | steps | forms


def _sections(response: Response, version: ResponseVersion, known: bool) -> list:
    answers = version.answers if known else without_files(version.answers)
    return shown_answers(response.wave.version, answers, reading=response.reading)
