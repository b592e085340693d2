"""The tab with the rest of the file, and adding what is dated: assessments, ratings, appraisals."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Model
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from customers import permissions
from customers.enums import Part
from customers.forms.dated import AppraisalForm, AssessmentForm, DatedForm, RatingForm
from customers.forms.sections import SOURCE
from customers.models import BusinessAssessment, CreditRating, Customer, PeerAppraisal
from customers.queries.completeness import part_states, persons_state
from customers.queries.facts import Fact, facts_of
from customers.queries.record import with_people
from customers.services import parts
from customers.views.customer import FILE_SECTIONS, for_section, section_context, seen_version, visible_customer
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page, toast


@dataclass(frozen=True)
class Dated:
    key: str
    label: str
    add_label: str
    model: type
    form: type[DatedForm]
    add: Callable
    related: tuple[str, ...] = ()
    verifiable: bool = False

    def rows(self, customer: Customer, user) -> list:
        related = ("recorded_by", "verified_by", "channel", *self.related)
        found = self.model.objects.visible_to(user).filter(customer=customer).select_related(*related)
        return [self.entry(row) for row in found[:20]]

    def entry(self, row) -> tuple[Model, dt.date, list[Fact]]:
        """One row as it is shown: the row, its day, and what it says."""
        names = tuple(name for name in self.form.Meta.fields if name not in (*SOURCE, self.form.day))
        return row, getattr(row, self.form.day), [fact for fact in facts_of(row, names) if not fact.empty]


DATED = {
    kind.key: kind
    for kind in (
        Dated("assessment", gettext_lazy("Business status"), gettext_lazy("Add an assessment"), BusinessAssessment, AssessmentForm,
              parts.add_assessment, ("department",), verifiable=True),
        Dated("rating", gettext_lazy("Credit ratings"), gettext_lazy("Add a rating"), CreditRating, RatingForm, parts.add_credit_rating,
              ("grade__scheme",)),
        Dated("appraisal", gettext_lazy("What peers say"), gettext_lazy("Add an appraisal"), PeerAppraisal, AppraisalForm,
              parts.add_peer_appraisal, ("peer",)),
    )
}  # fmt: skip


def dated_context(customer: Customer, key: str, user) -> dict:
    kind = DATED.get(key)
    if kind is None:
        raise Http404
    return {"customer": customer, "kind": kind, "rows": kind.rows(customer, user), "may_edit": user.has_perm(permissions.CHANGE_CUSTOMER)}


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def file_tab(request, pk):
    """Firm, traits, business status, transaction status, ratings and appraisals: the parts not on the overview."""
    customer = with_people(get_object_or_404(Customer.objects.visible_to(request.user).for_file(), pk=pk), reader=request.user)
    dated_blocks = [dated_context(customer, key, request.user) for key in DATED]
    assessments = dated_blocks[0]["rows"]
    context = {
        "customer": customer,
        "parts": [
            *part_states(customer, latest_assessment=assessments[0][0] if assessments else None, on=port_today()),
            persons_state(customer, reader=request.user, on=port_today()),
        ],
        "sections": [section_context(customer, key, request.user) for key in FILE_SECTIONS],
        "dated": dated_blocks,
    }
    return page(request, "customers/file_tab.html", context)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def dated(request, pk, key):
    """One dated block as it is read."""
    context = dated_context(visible_customer(request, pk), key, request.user)
    return page(request, "customers/_dated.html" if request.htmx else "customers/dated.html", context)


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def dated_add(request, pk, key):
    """Add a dated entry; the earlier ones stay as they are."""
    customer = visible_customer(request, pk)
    context = dated_context(customer, key, request.user)
    form = context["kind"].form(request.POST or None, user=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _add(context["kind"], customer, form, request.user):
            return _added(request, customer, key)
    template = "customers/_dated-form.html" if request.htmx else "customers/dated_form.html"
    return page(request, template, context | {"form": form}, status=status)


def _add(kind: Dated, customer: Customer, form, user) -> bool:
    try:
        kind.add(customer=customer, by=user, **form.cleaned_data)
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True


def _added(request, customer: Customer, key: str):
    said = _("Added.")
    if not request.htmx:
        messages.success(request, said)
        return redirect(f"{customer.get_absolute_url()}?tab=file")
    return toast(page(request, "customers/_dated.html", dated_context(customer, key, request.user)), said)


@require_POST
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def verify(request, pk, key):
    """Confirm that a section's part, or the newest assessment, is still true."""
    record = visible_customer(request, pk)
    part = key if key in Part.values else section_context(record, key, request.user)["section"].part
    seen = {name: seen_version(request, name) for name in ("version", "entry") if name in request.POST}
    parts.verify_part(customer=record, part=part, by=request.user, **seen)
    said = _("Confirmed as of today.")
    if not request.htmx:
        messages.success(request, said)
        return redirect(record)
    if key == Part.BUSINESS:
        return toast(page(request, "customers/_dated.html", dated_context(record, "assessment", request.user)), said)
    fresh = for_section(request, pk, key)
    return toast(page(request, "customers/_section.html", section_context(fresh, key, request.user)), said)
