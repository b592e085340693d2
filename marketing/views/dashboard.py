"""The manager's key-account dashboard, its charts and what it lets one do at once."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers.models import Customer
from customers.permissions import RECORD_INTERACTION
from customers.services.followups import open_follow_up
from feedback.permissions import VIEW_WAVE
from feedback.queries.waves import newest_counted, rated_items
from marketing.filters import KeyAccountFilter
from marketing.permissions import VIEW_KEY_ACCOUNTS
from marketing.queries.charts import concentration_chart, months_chart, no_chart, value_chart
from marketing.queries.dashboard import MOST_ACCOUNTS, SHOWN_AT_ONCE, KeyAccount, candidates, key_accounts, tasks_of, what_text
from marketing.queries.runs import newest_run
from marketing.value.worklist import LOW_SATISFACTION, TASK_CODES
from portcrm.clock import port_today
from portcrm.pages.render import page

CHARTS = {"months": months_chart, "satisfaction": value_chart}
FOLLOW_UP_DAYS = 7


def _filtered(request: HttpRequest) -> KeyAccountFilter:
    return KeyAccountFilter(request.GET, queryset=Customer.objects.visible_to(request.user), request=request)


def _accounts(request: HttpRequest, run) -> list[KeyAccount]:
    return key_accounts(request.user, run, _filtered(request).qs, today=port_today(), months=True)


@require_safe
@permission_required(VIEW_KEY_ACCOUNTS, raise_exception=True)
def dashboard(request: HttpRequest) -> HttpResponse:
    """All key accounts at a glance, from stored results."""
    today, run, filterset = port_today(), newest_run(request.user), _filtered(request)
    accounts = key_accounts(request.user, run, filterset.qs, today=today)
    wave = newest_counted(request.user) if request.user.has_perm(VIEW_WAVE) else None
    context = {
        "run": run,
        "wave": wave,
        "items": rated_items(request.user, wave) if wave else [],
        "accounts": accounts,
        "left_out": _left_out(accounts, filterset),
        "shown": accounts if "all" in request.GET else accounts[:SHOWN_AT_ONCE],
        "filterset": filterset,
        "query": request.GET.urlencode(),
        "chart_query": f"?{request.GET.urlencode()}" if request.GET else "",
        "tasks": tasks_of(accounts, today=today, ranked=run is not None),
        "candidates": candidates(request.user, run),
        "share": _share(run, accounts),
    } | _counts(accounts)
    return page(request, "marketing/dashboard.html", context, fragments=("accounts",))


def _counts(accounts: list[KeyAccount]) -> dict[str, int]:
    """How many of the key accounts complain, fall and are dissatisfied."""
    with_complaints = [account for account in accounts if account.customer.open_complaints]
    rated = [account for account in accounts if account.row and account.row.satisfaction is not None]
    return {
        "complaints": sum(account.customer.open_complaints for account in with_complaints),
        "with_complaints": len(with_complaints),
        "falling": sum(1 for account in accounts if (account.change_percent or 0) < 0),
        "unhappy": sum(1 for account in rated if account.row.satisfaction < LOW_SATISFACTION),
        "rated": len(rated),
    }


def _left_out(accounts: list[KeyAccount], filterset: KeyAccountFilter) -> int:
    """Key accounts beyond the most a dashboard weighs; its figures are those of the others."""
    return filterset.qs.key_accounts().count() - len(accounts) if len(accounts) == MOST_ACCOUNTS else 0


def _share(run, accounts: list[KeyAccount]) -> float | None:
    """Share of the run's tonnes that the shown key accounts hold, 0 … 1."""
    whole = float(run.totals["tonnes"]) if run else 0
    return float(sum(account.row.tonnes for account in accounts if account.row)) / whole if whole else None


@require_safe
@permission_required(VIEW_KEY_ACCOUNTS, raise_exception=True)
def dashboard_chart(request: HttpRequest, chart: str) -> HttpResponse:
    """The figures of one chart, narrowed by the dashboard's filters."""
    run = newest_run(request.user)
    if chart != "concentration" and chart not in CHARTS:
        raise Http404
    if run is None:
        return no_chart(_("No ranking yet")).response()
    if chart == "concentration":
        return concentration_chart(run).response()
    return CHARTS[chart](run, _accounts(request, run)).response()


@require_POST
@permission_required((VIEW_KEY_ACCOUNTS, RECORD_INTERACTION), raise_exception=True)
def dashboard_follow_up(request: HttpRequest, customer_pk: int, code: str) -> HttpResponse:
    """Turn a task of the worklist into a follow-up of the account manager; a second click finds the first one."""
    if code not in TASK_CODES:
        raise Http404
    customer = get_object_or_404(Customer.objects.visible_to(request.user).select_related("account_manager"), pk=customer_pk)
    today, run = port_today(), newest_run(request.user)
    follow_up = open_follow_up(
        customer=customer,
        title=what_text(code),
        owner=customer.account_manager or request.user,
        due_on=today + dt.timedelta(days=FOLLOW_UP_DAYS),
        dedupe_key=f"worklist:{run.pk if run else 0}:{customer.pk}:{code}",
        reason_url=reverse("marketing:dashboard"),
        by=request.user,
    )
    owner, due = follow_up.owner.label, follow_up.due_on.isoformat()
    messages.success(request, _("%(owner)s has it on the list, due %(date)s.") % {"owner": owner, "date": due})
    return redirect("marketing:dashboard")
