"""Rules that keep companies off the candidates' desk."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cargo.forms.candidates import RuleForm
from cargo.models import IgnoreRule
from cargo.permissions import DECIDE_CANDIDATE, VIEW_CANDIDATE
from cargo.queries.ignoring import rules_with_counts
from cargo.services.ignoring import lift_rule, make_rule
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(VIEW_CANDIDATE, raise_exception=True)
def ignore_rules(request):
    """All rules with who made them and what they keep away; a form for another one."""
    may_decide = request.user.has_perm(DECIDE_CANDIDATE)
    if request.method == "POST" and not may_decide:
        raise PermissionDenied
    form = RuleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            make_rule(**form.cleaned_data, by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            messages.success(request, _("The rule is in force."))
            return redirect("cargo:ignore_rules")
    context = {"rules": rules_with_counts(request.user), "form": form, "may_decide": may_decide}
    return page(request, "cargo/ignore_rules.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(DECIDE_CANDIDATE, raise_exception=True)
def ignore_rule_lift(request, pk):
    """End a rule; what it kept away comes back."""
    rule = get_object_or_404(IgnoreRule.objects.visible_to(request.user), pk=pk)
    count = lift_rule(rule=rule, by=request.user)
    said = ngettext("The rule is lifted; %(count)s candidate is back.", "The rule is lifted; %(count)s candidates are back.", count)
    messages.success(request, said % {"count": count})
    return redirect("cargo:ignore_rules")
