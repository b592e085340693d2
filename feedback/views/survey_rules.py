"""The page of the survey rules, under the settings."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback import permissions
from feedback.forms.survey_rules import SurveyRulesForm
from feedback.models import SurveyRules
from feedback.queries.rules import rules_of_the_environment
from feedback.services.survey_rules import edit_survey_rules
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.CHANGE_SURVEY_RULES, raise_exception=True)
def survey_rules(request: HttpRequest) -> HttpResponse:
    rules = SurveyRules.objects.first()
    form = SurveyRulesForm(request.POST or None, instance=rules or rules_of_the_environment())
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            edit_survey_rules(fields=form.changes(), seen=form.seen_values(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("feedback:survey_rules")
    return page(request, "feedback/survey_rules.html", {"form": form, "untouched": rules is None}, status=status)
