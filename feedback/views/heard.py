"""Opinions heard in daily contact: the list, one of them, writing one down and correcting it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Customer
from feedback import columns, permissions
from feedback.filters import HeardFilter
from feedback.forms.heard import HeardEditForm, HeardForm
from feedback.models import HeardOpinion
from feedback.queries.told_words import tell_voices
from feedback.services.heard import edit_heard, record_heard
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_SUGGESTION, raise_exception=True)
def heard_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="feedback.heardopinion",
        queryset=HeardOpinion.objects.visible_to(request.user).for_list(),
        filterset_class=HeardFilter,
        columns=columns.HEARD_COLUMNS,
        orderings=columns.HEARD_ORDERINGS,
        empty=Empty(
            _("No opinions heard"), _("Write down what customers say by telephone or on a visit: three fields on any customer page."),
            _("Write down an opinion"),
            reverse("feedback:heard_create") if request.user.has_perm(permissions.ADD_SUGGESTION) else "", "notes",
        ),
        presets=(
            Preset("criticism", _("Criticism"), "tone=criticism"),
            Preset("wish", _("Wishes"), "tone=wish"),
            Preset("praise", _("Praise"), "tone=praise"),
        ),
        export_permission=permissions.VIEW_SUGGESTION,
        prepare=tell_voices if "export" in request.GET else None,
    )  # fmt: skip
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "feedback/heard_list.html", {"listing": listing}, fragments=Listing.fragments)


def find_heard(request: HttpRequest, pk: int) -> HeardOpinion:
    rows = HeardOpinion.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("customer", "contact", "channel", "recorded_by", "complaint"), pk=pk)


@require_safe
@permission_required(permissions.VIEW_SUGGESTION, raise_exception=True)
def heard_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_heard(request, pk)
    return page(request, "feedback/heard_opinion.html", {"heard": found, "suggestions": found.suggestions.visible_to(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.ADD_SUGGESTION, raise_exception=True)
def heard_create(request: HttpRequest) -> HttpResponse:
    """Write down what a customer said; with ?customer= one comes back to the customer's opinions."""
    customer = _customer(request)
    form = HeardForm(request.POST or None, user=request.user, customer=customer)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            recorded = record_heard(**form.values, at=now(), by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            status = 422
        else:
            messages.success(request, _("The opinion is written down."))
            back = f"{customer.get_absolute_url()}?tab=opinions" if customer else recorded.get_absolute_url()
            return redirect(back)
    cancel_url = f"{customer.get_absolute_url()}?tab=opinions" if customer else reverse("feedback:heard_list")
    context = {"form": form, "customer": customer, "title": _("Write down an opinion"), "cancel_url": cancel_url}
    return page(request, "feedback/heard_form.html", context, status=status)


def _customer(request: HttpRequest) -> Customer | None:
    asked = asked_key(request, "customer")
    return Customer.objects.visible_to(request.user).filter(pk=asked).first() if asked else None


def asked_key(request: HttpRequest, name: str) -> str:
    """A key in the address, or "" where it is none."""
    asked = request.GET.get(name, "")
    return asked if asked.isdecimal() and len(asked) <= 18 else ""


def taken_over(heard: HeardOpinion) -> dict:
    """What a complaint or a suggestion made of an opinion begins with, beside its words."""
    return {
        "customer": heard.customer_id, "contact": heard.contact_id, "channel": heard.channel_id, "group": heard.group,
        "service_item": heard.service_item, "received_on": heard.heard_on,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.ADD_SUGGESTION, raise_exception=True)
def heard_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_heard(request, pk)
    form = HeardEditForm(request.POST or None, instance=found, user=request.user)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            edit_heard(heard=found, changes=form.changes(), seen=form.seen_values(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("feedback:heard_opinion", pk=pk)
    context = {"form": form, "title": _("Correct an opinion"), "cancel_url": found.get_absolute_url()}
    return page(request, "feedback/heard_edit.html", context, status=status)
