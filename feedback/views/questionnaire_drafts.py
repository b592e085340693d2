"""Building a questionnaire: beginning it, its draft, publishing, discarding, the preview on a phone."""

from types import SimpleNamespace

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import permissions
from feedback.forms.drafts import DraftForm, QuestionnaireForm
from feedback.forms.opinion import whole_pages
from feedback.models import Questionnaire, QuestionnaireVersion
from feedback.services.answers import ReadAnswers
from feedback.services.drafts import begin_draft, create_questionnaire, discard_draft, edit_draft, edit_questionnaire, publish_draft
from feedback.views.door import asked_language, public_page
from feedback.views.draft_pages import back_to, draft_or_404, draw_draft, fill_in, press
from portcrm.bilingual import pick
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.CHANGE_QUESTIONNAIRE, raise_exception=True)
def questionnaire_create(request: HttpRequest) -> HttpResponse:
    form = QuestionnaireForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            draft = create_questionnaire(fields=form.values, by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            return redirect(back_to(draft))
    context = {"form": form, "title": _("New questionnaire"), "cancel_url": reverse("feedback:questionnaire_list")}
    return page(request, "feedback/draft_form.html", context, status=status)


@require_POST
@permission_required(permissions.CHANGE_QUESTIONNAIRE, raise_exception=True)
def draft_begin(request: HttpRequest, pk: int) -> HttpResponse:
    questionnaire = get_object_or_404(Questionnaire.objects.visible_to(request.user), pk=pk)
    return redirect(back_to(begin_draft(questionnaire=questionnaire, by=request.user)))


@require_safe
@permission_required(permissions.CHANGE_QUESTIONNAIRE, raise_exception=True)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft with all its parts, what can be done to each, and what is missing to publish it."""
    return draw_draft(request, draft_or_404(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.CHANGE_QUESTIONNAIRE, raise_exception=True)
def draft_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Purpose and minutes of the version."""
    found = draft_or_404(request, pk)
    form = DraftForm(request.POST or None, instance=found)
    return fill_in(
        request, form, found,
        lambda: edit_draft(draft=found, fields=form.changes(), seen=form.seen_values(), by=request.user),
        title=_("Purpose and length"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.CHANGE_QUESTIONNAIRE, raise_exception=True)
def draft_names(request: HttpRequest, pk: int) -> HttpResponse:
    """The names of the questionnaire, and whom it asks."""
    found = draft_or_404(request, pk)
    questionnaire = found.questionnaire
    form = QuestionnaireForm(request.POST or None, instance=questionnaire)
    return fill_in(
        request, form, found,
        lambda: edit_questionnaire(questionnaire=questionnaire, fields=form.changes(), seen=form.seen_values(), by=request.user),
        title=_("Names of the questionnaire"),
    )  # fmt: skip


@require_POST
@permission_required(permissions.CHANGE_QUESTIONNAIRE, raise_exception=True)
def draft_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it the current version; where something is missing the page names all of it."""
    found = draft_or_404(request, pk)
    answer = press(request, found, lambda: publish_draft(draft=found, on=port_today(), by=request.user))
    if answer.status_code != 302:
        return answer
    messages.success(request, _("Published. Programmes ask with it from their next wave on; running waves keep their version."))
    return redirect("feedback:questionnaire", pk=pk)


@require_POST
@permission_required(permissions.CHANGE_QUESTIONNAIRE, raise_exception=True)
def draft_discard(request: HttpRequest, pk: int) -> HttpResponse:
    discard_draft(draft=draft_or_404(request, pk), by=request.user)
    messages.success(request, _("The draft is discarded."))
    return redirect("feedback:questionnaire_list")


@require_safe
@permission_required(permissions.CHANGE_QUESTIONNAIRE, raise_exception=True)
def draft_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft on a phone, in both languages beside each other."""
    found = draft_or_404(request, pk)
    context = {"draft": found, "questionnaire": found.questionnaire, "languages": settings.LANGUAGES, "any": found.sections.exists()}
    return page(request, "feedback/draft_preview.html", context)


@require_safe
@permission_required(permissions.CHANGE_QUESTIONNAIRE, raise_exception=True)
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF], "form-action": [NONE]})
def draft_phone(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Page `number` drawn by the template customers get; nothing in it can be sent."""
    found = draft_or_404(request, pk)
    with override(asked_language(request) or get_language()):
        pages = whole_pages(found, raw={}, read=ReadAnswers())
        if not 1 <= number <= len(pages):
            raise Http404
        return public_page("preview", _as_sent(found) | {"page": pages[number - 1]})


def _as_sent(found: QuestionnaireVersion) -> dict:
    """What the page of an invitation knows, for nobody in particular."""
    company = _("Customer's company")
    wave = SimpleNamespace(version=found)
    return {
        "invitation": SimpleNamespace(wave=wave),
        "token": "preview",
        "company": company,
        "purpose": found.purpose(port=pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN), company=company),
        "closes": "–",
        "answered": True,  # without the way to decline: nobody is asked here
        "trap": "website",
        "longest": settings.LONGEST_OPINION_TEXT,
        "questionnaire": found.questionnaire,
    }
