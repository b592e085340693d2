"""Relations and acquaintances of one customer: recorded, ended, corrected and confirmed where they are read."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers import permissions
from customers.forms.network import AcquaintanceForm, EndForm, RelationEditForm, RelationForm
from customers.models import Acquaintance, Customer, Relation
from customers.queries.relations import relations_of
from customers.services import acquaintances, relations
from customers.views.customer import seen_version, visible_customer
from customers.views.in_place import one_form
from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page, toast


def network_home(customer: Customer) -> str:
    return f"{customer.get_absolute_url()}?tab=network"


def relations_context(customer: Customer, user: User) -> dict:
    seen, today = relations_of(customer, user=user, on=port_today()), port_today()
    return {
        "customer": customer, "today": today, "relations": [one for one in seen if one.holds],
        "ended": [one for one in seen if not one.holds], "may_edit": user.has_perm(permissions.CHANGE_CUSTOMER),
    }  # fmt: skip


def visible_relation(request, pk: int, relation: int) -> tuple[Customer, Relation]:
    """The relation, and the firm from whose side it is looked at."""
    customer = visible_customer(request, pk)
    rows = Relation.objects.visible_to(request.user).of(customer).select_related("from_customer", "to_customer")
    return customer, get_object_or_404(rows, pk=relation)


def changed(request, customer: Customer, said: str, level: str = "success") -> HttpResponse:
    """The relations drawn anew, and the network told to draw itself anew; without htmx back to the tab."""
    if not request.htmx:
        messages.add_message(request, messages.ERROR if level == "danger" else messages.SUCCESS, said)
        return redirect(network_home(customer))
    response = page(request, "customers/_relations.html", relations_context(customer, request.user))
    response["HX-Trigger"] = json.dumps({"relationschanged": True})
    return toast(response, said, level)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def relations_list(request, pk):
    """Relations as they are read; also where "Cancel" leads."""
    context = relations_context(visible_customer(request, pk), request.user)
    return page(request, "customers/_relations.html" if request.htmx else "customers/relations.html", context)


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def relation_add(request, pk):
    """Record a relation from the side of this customer."""
    customer = visible_customer(request, pk)
    form, status = RelationForm(request.POST or None, user=request.user), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                relations.add_bond(customer=customer, by=request.user, **form.cleaned_data)
            except RuleBroken as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            else:
                return changed(request, customer, _("The relation is recorded."))
    template = "customers/_relation-form.html" if request.htmx else "customers/relation_form.html"
    return page(request, template, {"customer": customer, "form": form}, status=status)


@require_POST
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def relation_end(request, pk, relation):
    """End a relation on the day that was given."""
    customer, row = visible_relation(request, pk, relation)
    form = EndForm(request.POST)
    if not form.is_valid():
        return changed(request, customer, _("Say on which day it ended."), "danger")
    try:
        relations.end_relation(relation=row, until=form.cleaned_data["until"], by=request.user)
    except RuleBroken as refusal:
        return changed(request, customer, str(refusal.message), "danger")
    return changed(request, customer, _("The relation has ended."))


@require_POST
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def relation_verify(request, pk, relation):
    """Confirm that it still holds, as it was read."""
    customer, row = visible_relation(request, pk, relation)
    version = seen_version(request)
    try:
        relations.verify_relation(relation=row, version=version, by=request.user)
    except RuleBroken as refusal:
        return changed(request, customer, str(refusal.message), "danger")
    return changed(request, customer, _("Confirmed as of today."))


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def relation_edit(request, pk, relation):
    """Correct since when, how strong and from where."""
    customer, row = visible_relation(request, pk, relation)
    form, status = RelationEditForm(request.POST or None, instance=row, user=request.user), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                relations.edit_relation(relation=row, changes=form.changes(), seen=form.seen_values(), by=request.user)
            except RuleBroken as refusal:
                status = form.refuse(refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect(network_home(customer))
    context = {"customer": customer, "form": form, "title": _("Correct a relation"), "lead": str(row), "cancel_url": network_home(customer)}
    return page(request, "customers/relation_edit.html", context | {"relation": row}, status=status)


@permission_required((permissions.VIEW_CONTACT, permissions.RECORD_INTERACTION), raise_exception=True)
def acquaintance_add(request, pk):
    """Note whom of this customer's people somebody of ours knows."""
    customer = visible_customer(request, pk)
    return one_form(
        request, customer, AcquaintanceForm(request.POST or None, customer=customer, user=request.user), acquaintances.record_acquaintance,
        title=_("Who knows whom"), said=_("Noted."), back=network_home(customer),
        lead=_("So that colleagues know whom to ask before a visit. It names people, so only those who read contacts see it."),
    )  # fmt: skip


@require_POST
@permission_required((permissions.VIEW_CONTACT, permissions.RECORD_INTERACTION), raise_exception=True)
def acquaintance_remove(request, pk):
    """Take a note of who knows whom out again."""
    rows = Acquaintance.objects.visible_to(request.user).select_related("contact__customer", "user")
    row = get_object_or_404(rows, pk=pk)
    acquaintances.remove_acquaintance(acquaintance=row, by=request.user)
    messages.success(request, _("Taken out."))
    return redirect(network_home(row.contact.customer))
