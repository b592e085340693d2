"""The customer file as it stood at the end of a day."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from customers import permissions
from customers.forms.as_of import DayForm
from customers.forms.sections import SECTIONS
from customers.models import Customer
from customers.queries.as_of import FileAsOf
from customers.queries.facts import facts_then
from customers.queries.record import with_people
from customers.services.remembering import tell_reminders_read
from customers.views.dated import DATED
from portcrm.clock import port_today
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def file_as_of(request, pk):
    """All parts as they were on a day, what is different today beside them; never a later day than today."""
    customer = with_people(get_object_or_404(Customer.objects.visible_to(request.user).for_file(), pk=pk), reader=request.user)
    today = port_today()
    form = DayForm(request.GET if "day" in request.GET else None, today=today)
    day = form.cleaned_data["day"] if form.is_valid() else today
    file = FileAsOf(customer, day, request.user)
    context = {"customer": customer, "form": form, "file": file, "is_today": day == today}
    if file.customer:
        context |= {"sections": _sections(file), "dated": _dated(file), "differing": 0}
        context["differing"] = sum(bool(fact.now) for section in context["sections"] for fact in section["facts"])
        tell_reminders_read(rows=file.follow_ups, by=request.user)
    return page(request, "customers/file_as_of.html", context, status=422 if form.errors else 200)


def _sections(file: FileAsOf) -> list[dict]:
    """Every section that held something then or holds something now."""
    shown = []
    for section in SECTIONS.values():
        then, now = section.row_of(file.customer), section.row_of(file.now)
        facts = facts_then(then, now, section.fields)
        shown.append({"section": section, "row": then, "facts": facts, "customer": file.customer})
    return shown


def _dated(file: FileAsOf) -> list[dict]:
    rows = {"assessment": file.assessments, "rating": file.ratings, "appraisal": file.appraisals}
    return [{"kind": kind, "rows": [kind.entry(row) for row in rows[key]]} for key, kind in DATED.items()]
