"""What marketing shows on other apps' pages: the value tab of a customer and a panel on the home page."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from customers.models import Customer
from marketing.permissions import VIEW_RANKING
from marketing.queries.explaining import part_lines, row_before
from marketing.queries.reasons import reason_text
from marketing.queries.runs import most_moved, newest_row_of, newest_run, rows_over_time


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def customer_value(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab "Value" of a customer: newest rank with its parts, earlier ranks."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    row = newest_row_of(request.user, customer)
    before = row_before(row) if row else None
    context = {
        "customer": customer,
        "row": row,
        "before": before,
        "lines": part_lines(row, before) if row else [],
        "reasons": [reason_text(reason) for reason in row.reasons] if row else [],
        "history": rows_over_time(request.user, customer),
        "newest": newest_run(request.user),
    }
    return render(request, "marketing/_customer_value.html", context)


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def home_value(request: HttpRequest) -> HttpResponse:
    """The home panel: who moved most in the newest ranking."""
    run = newest_run(request.user)
    fallen, risen = most_moved(request.user, run) if run else ([], [])
    return render(request, "marketing/_home_value.html", {"run": run, "fallen": fallen, "risen": risen})
