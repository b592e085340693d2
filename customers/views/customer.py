"""The page of one customer and the sections edited on it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers import permissions
from customers.forms.sections import SECTIONS
from customers.models import Customer
from customers.queries.completeness import unfilled
from customers.queries.facts import facts_of
from customers.queries.record import ALONE, FOR_RECORD, PEOPLE, WITH_NAMED, CustomerOverview, with_people
from customers.services.remembering import tell_reminders_read
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.lists import IN_LIST
from portcrm.pages.render import page, toast
from portcrm.pages.services.shortcuts import remember_opened

OVERVIEW_SECTIONS = ("identity", "assignment", "reach")
FILE_SECTIONS = ("firm", "traits", "transactions")


def visible_customer(request, pk: int) -> Customer:
    """The customer with all that its page names; raises Http404 where the reader may not see it, or it is none."""
    return with_people(_found(FOR_RECORD.first(request.user, customer=pk)), reader=request.user)


def _found(customer: Customer | None) -> Customer:
    if customer is None:
        raise Http404
    return customer


def seen_version(request, name: str = "version") -> int:
    """What the page sends along of the row that was on the screen when somebody confirmed it; BadRequest where it sends nothing."""
    sent = request.POST.get(name, "")
    if not (sent.isdecimal() and len(sent) < 19):
        raise BadRequest(f"{name} is no number")
    return int(sent)


def section_context(customer: Customer, key: str, user) -> dict:
    """What one section shows; raises Http404 for an unknown key."""
    section = SECTIONS.get(key)
    if section is None:
        raise Http404
    row = section.row_of(customer)
    facts = facts_of(row, section.fields)
    return {
        "customer": customer, "section": section, "row": row, "facts": facts, **unfilled(facts),
        "may_edit": user.has_perm(section.permission), "may_verify": user.has_perm(permissions.CHANGE_CUSTOMER),
    }  # fmt: skip


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def customer(request, pk):
    """Everything about one customer, what to do next on top."""
    record = visible_customer(request, pk)
    remember_opened(obj=record, by=request.user)
    overview = CustomerOverview(record, user=request.user, today=port_today())
    context = {
        "customer": record,
        "overview": overview,
        "sections": [section_context(record, key, request.user) for key in OVERVIEW_SECTIONS],
        "may_edit": request.user.has_perm(permissions.CHANGE_CUSTOMER),
        "may_record": request.user.has_perm(permissions.RECORD_INTERACTION),
        "today": port_today(),
        "in_list": urlencode({IN_LIST: request.GET[IN_LIST]}) if IN_LIST in request.GET else "",
    }
    response = page(request, "customers/customer.html", context, fragments=("problems", "people"))
    tell_reminders_read(rows=overview.follow_ups_shown, by=request.user)
    return response


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def section(request, pk, key):
    """One section as it is read; also where "Cancel" leads."""
    context = section_context(visible_customer(request, pk), key, request.user)
    return page(request, "customers/_section.html" if request.htmx else "customers/section.html", context)


@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def section_edit(request, pk, key):
    """Edit one section in place; works as a page of its own without JavaScript."""
    chosen = SECTIONS.get(key)
    if chosen is None:
        raise Http404
    if not request.user.has_perm(chosen.permission):
        raise PermissionDenied
    form, status = None, 200
    if request.method == "POST":
        # What its neighbours are called is asked for when the section is shown again, not to store one field of it.
        record = _found(ALONE.first(request.user, customer=pk))
        form = chosen.form(request.POST, instance=chosen.row_of(record), user=request.user)
        status = save_section(form, chosen, record, request.user)
        if status == 200:
            return _saved(request, record, key)
    context = section_context(visible_customer(request, pk), key, request.user)
    form = form or chosen.form(instance=context["row"], user=request.user)
    return page(
        request, "customers/_section-form.html" if request.htmx else "customers/section_form.html", context | {"form": form}, status=status
    )


def save_section(form, chosen, record: Customer, user) -> int:
    """Hand the changes to the section's service; answers with the status of the page that follows."""
    if not form.is_valid():
        return 422
    try:
        chosen.hand_over(customer=record, changes=form.changes(), seen=form.seen_values(), by=user)
    except RuleBroken as refusal:
        return form.refuse(refusal)
    return 200


def for_section(request, pk: int, key: str) -> Customer:
    """The customer with those neighbours only that the section names: the head of the page is not drawn again."""
    section = SECTIONS.get(key)
    if section is None:
        raise Http404
    relations = {field.name for field in Customer._meta.fields if field.is_relation}
    named = {"channel", *relations.intersection(section.fields).difference(PEOPLE)}
    return with_people(_found(WITH_NAMED.first(request.user, tuple(sorted(named)), customer=pk)), reader=request.user)


def _saved(request, record: Customer, key: str):
    said = _("%(section)s is saved.") % {"section": SECTIONS[key].label}
    if not request.htmx:
        messages.success(request, said)
        return redirect(record)
    fresh = for_section(request, record.pk, key)
    response = page(request, "customers/_section.html", section_context(fresh, key, request.user))
    if key == "identity" and fresh.has_doubtful_code:
        return toast(
            response,
            _("The organisation code inside the credit code has a wrong check digit. Please compare it with the licence."),
            "warning",
        )
    return toast(response, said)
