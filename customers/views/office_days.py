"""The office calendar: a year of it, the form of a date, and a list that is pasted."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers import permissions
from customers.forms.office_day import OfficeDayForm, PasteDaysForm, YearForm
from customers.models import OfficeDay
from customers.queries.office_days import days_of_year, lacks_swapped_days
from customers.services.office_days import add_office_day, edit_office_day, remove_office_day, take_in_days
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page

FORM_METHODS = ["GET", "HEAD", "POST"]


def _of_year(year: int) -> str:
    return f"{reverse('customers:office_days')}?year={year}"


@require_safe
@permission_required(permissions.MANAGE_REFERENCE, raise_exception=True)
def office_days(request: HttpRequest) -> HttpResponse:
    """The dates of one year that differ from the week; this year, if none is named that can be read."""
    asked = YearForm(request.GET)
    year = asked.cleaned_data["year"] if asked.is_valid() else port_today().year
    years = [(one, _of_year(one)) for one in range(year - 1, year + 3)]
    context = {"year": year, "years": years, "lines": days_of_year(request.user, year), "lacking": lacks_swapped_days(year)}
    return page(request, "customers/office_days.html", context)


@require_http_methods(FORM_METHODS)
@permission_required(permissions.MANAGE_REFERENCE, raise_exception=True)
def office_day_create(request: HttpRequest) -> HttpResponse:
    """A new date; `?day=` fills it in."""
    form = OfficeDayForm(request.POST or None, initial={"day": request.GET.get("day", "")})
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            row = add_office_day(fields=form.values, at=now(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(_of_year(row.day.year))
    return _form(request, form, _("New date"), status)


@require_http_methods(FORM_METHODS)
@permission_required(permissions.MANAGE_REFERENCE, raise_exception=True)
def office_day_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(OfficeDay.objects.visible_to(request.user), pk=pk)
    form = OfficeDayForm(request.POST or None, instance=row)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            row = edit_office_day(row=row, fields=form.changes(), seen=form.seen_values(), at=now(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(_of_year(row.day.year))
    return _form(request, form, row.label, status, row)


@require_POST
@permission_required(permissions.MANAGE_REFERENCE, raise_exception=True)
def office_day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(OfficeDay.objects.visible_to(request.user), pk=pk)
    remove_office_day(row=row, at=now(), by=request.user)
    messages.success(request, _("%(day)s is as the week and the public calendar say.") % {"day": row.label})
    return redirect(_of_year(row.day.year))


@require_http_methods(FORM_METHODS)
@permission_required(permissions.MANAGE_REFERENCE, raise_exception=True)
def office_days_paste(request: HttpRequest) -> HttpResponse:
    """A list of dates at once: all of it, or nothing and the lines that cannot be read."""
    form = PasteDaysForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        try:
            done = take_in_days(days=days, at=now(), by=request.user)
        except RuleBroken as refusal:
            form.add_error("text", str(refusal))
            status = 422
        else:
            said = _("%(added)s dates added, %(changed)s changed, %(same)s the same as before.")
            messages.success(request, said % {"added": done.added, "changed": done.changed, "same": done.same})
            return redirect(_of_year(days[0]["day"].year))
    return _form(request, form, _("Paste a list of dates"), status)


def _form(request: HttpRequest, form, title: str, status: int, row: OfficeDay | None = None) -> HttpResponse:
    cancel_url = _of_year((row.day if row else port_today()).year)
    context = {"form": form, "title": title, "row": row, "cancel_url": cancel_url, "pasting": isinstance(form, PasteDaysForm)}
    return page(request, "customers/office_day_form.html", context, status=status)
