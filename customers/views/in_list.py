"""What is done to one customer without leaving the list: preview, a cell, a move on the board, its tags."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers import permissions
from customers.columns import CELL_SECTIONS, CUSTOMER_COLUMNS
from customers.enums import CustomerStatus
from customers.forms.many import TagNameForm, TagsForm
from customers.forms.sections import SECTIONS
from customers.models import Customer, Tag
from customers.queries.record import CustomerOverview
from customers.services.customers import assign_customer
from customers.services.remembering import tell_reminders_read
from customers.services.tags import delete_tag, rename_tag, set_tags
from customers.views.customer import save_section, visible_customer
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page, toast
from portcrm.pages.templatetags.frame import cell_html

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def preview(request, pk):
    """What one asks of a customer most often, beside the list it stands in."""
    record = visible_customer(request, pk)
    overview = CustomerOverview(record, user=request.user, today=port_today())
    context = {"customer": record, "overview": overview, "today": port_today()}
    response = page(request, "customers/preview.html", context, fragments=("preview",))
    tell_reminders_read(rows=overview.follow_ups[:1], by=request.user)  # of the follow-ups it shows the next one
    return response


@require_http_methods(FORM_METHODS)
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def cell(request, pk, field):
    """Change one field where it stands in the list, by the service and the rules of its section; `?read=1` draws it as it is."""
    record = visible_customer(request, pk)
    if field not in CELL_SECTIONS:
        raise Http404
    section, status = SECTIONS[CELL_SECTIONS[field]], 200
    if not request.user.has_perm(section.permission):
        raise PermissionDenied
    if "read" in request.GET:
        return _read_cell(request, pk, field)
    form = section.form(request.POST or None, instance=record, user=request.user)
    form.fields = {name: one for name, one in form.fields.items() if name in (field, "seen")}
    if request.method == "POST":
        status = save_section(form, section, record, request.user)
        if status == 200:
            return _saved(request, record, field, _("%(name)s is saved.") % {"name": form.fields[field].label})
    return page(
        request, "customers/cell.html", {"customer": record, "form": form, "bound": form[field]}, fragments=("cell",), status=status
    )


def _saved(request, record: Customer, field: str, said: str) -> HttpResponse:
    """The cell as it stands now; a form that was sent without a script leads to the file."""
    if request.htmx:
        return toast(_read_cell(request, record.pk, field), said)
    messages.success(request, said)
    return redirect(record)


def _read_cell(request, pk: int, field: str) -> HttpResponse:
    column = next(column for column in CUSTOMER_COLUMNS if column.edits == field)
    row = get_object_or_404(Customer.objects.visible_to(request.user).for_list(), pk=pk)
    return HttpResponse(cell_html(column, row))


@require_POST
@permission_required(permissions.ASSIGN_CUSTOMER, raise_exception=True)
def move(request, pk):
    """Put a card of the board into another column; who saw another status than the stored one is told."""
    record = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    status = request.POST.get("status", "")
    if status not in CustomerStatus.values:
        raise Http404
    said, code = _("%(customer)s is now “%(status)s”.") % {"customer": record.label, "status": CustomerStatus(status).label}, 200
    try:
        assign_customer(customer=record, changes={"status": status}, seen={"status": request.POST.get("seen", "")}, by=request.user)
    except RuleBroken as refusal:
        said, code = refusal.message, 409
    if not request.htmx:
        (messages.success if code == 200 else messages.error)(request, said)
        return redirect(_back(request))
    response = toast(HttpResponse(status=code), said, "success" if code == 200 else "danger")
    response["HX-Reswap"], response["HX-Trigger-After-Settle"] = "none", "lanes-changed"
    return response


def _back(request) -> str:
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if safe else "customers:customer_list"


@require_http_methods(FORM_METHODS)
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def customer_tags(request, pk):
    """The words that stand on one file."""
    record = visible_customer(request, pk)
    current = [tag["id"] for tag in record.tag_list]
    form = TagsForm(request.POST or None, user=request.user, initial={"tags": current})
    if request.method == "POST" and form.is_valid():
        try:
            set_tags(customer=record, names=form.cleaned_data["names"], by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("The tags are saved."))
            return redirect(record)
    context = {"customer": record, "form": form, "cancel_url": record.get_absolute_url()}
    return page(request, "customers/tags_form.html", context, status=422 if form.errors else 200)


@require_safe
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def tag_list(request):
    """All tags with the files they stand on."""
    return page(request, "customers/tag_list.html", {"tags": Tag.objects.visible_to(request.user).with_numbers()})


@require_http_methods(FORM_METHODS)
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def tag_edit(request, pk):
    """Rename a tag everywhere, or take it off everywhere."""
    tag = get_object_or_404(Tag.objects.visible_to(request.user), pk=pk)
    form = TagNameForm(request.POST or None, instance=tag)
    try:
        if request.method == "POST" and "delete" in request.POST:
            delete_tag(tag=tag, by=request.user)
            messages.success(request, _("The tag is gone from every file."))
            return redirect("customers:tag_list")
        if request.method == "POST" and form.is_valid():
            rename_tag(tag=tag, name=form.cleaned_data["name"], by=request.user)
            messages.success(request, _("The tag is saved."))
            return redirect("customers:tag_list")
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    context = {"tag": tag, "form": form, "number": tag.links.count(), "cancel_url": reverse("customers:tag_list")}
    return page(request, "customers/tag_form.html", context, status=422 if form.errors else 200)
