"""Questionnaires to read: all of them, and one version with what it asks."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from feedback import permissions
from feedback.models import Questionnaire
from feedback.queries.questions import sections_of, with_versions
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def questionnaire_list(request: HttpRequest) -> HttpResponse:
    """Every form, whom it is for and in which version it is sent."""
    return page(request, "feedback/questionnaires.html", {"questionnaires": with_versions(Questionnaire.objects.visible_to(request.user))})


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, in both languages: by the current version, or by the one asked for."""
    found = get_object_or_404(Questionnaire.objects.visible_to(request.user), pk=pk)
    versions = list(found.versions.published().order_by("-number"))
    asked = request.GET.get("version", "")
    shown = [version for version in versions if str(version.number) == asked] if asked else versions
    if asked and not shown:
        raise Http404
    version = shown[0] if shown else None
    context = {"questionnaire": found, "version": version, "versions": versions, "draft": found.versions.drafts().first()}
    return page(request, "feedback/questionnaire.html", context | {"sections": sections_of(version) if version else []})
