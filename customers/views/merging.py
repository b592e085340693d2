"""Two files beside each other, the merge and its undoing."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers import permissions
from customers.columns import MERGE_COLUMNS, MERGE_ORDERINGS
from customers.filters import MergeFilter
from customers.forms.merging import ChooseOtherForm, LeftForm
from customers.models import Customer, Merge
from customers.services import merge_preview as preview
from customers.services.locking import refuse_merged
from customers.services.merge_values import field_pairs, versions_of
from customers.services.merging import merge_customers
from customers.services.unmerging import decide_left, undo_merge
from portcrm.errors import RuleBroken
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

MERGE = permission_required(permissions.MERGE_CUSTOMER, raise_exception=True)


def _file(request, pk: int) -> Customer:
    """One of the two; whoever comes after somebody has merged it is told where it went."""
    file = get_object_or_404(Customer.every.visible_to(request.user).for_file(), pk=pk)
    refuse_merged(file)
    return file


@MERGE
def merge_start(request, pk):
    """Choose the file to compare this one with."""
    customer = _file(request, pk)
    form = ChooseOtherForm(request.POST or None, user=request.user, but=customer)
    if request.method == "POST" and form.is_valid():
        return redirect("customers:merge", kept=customer.pk, other=form.cleaned_data["other"].pk)
    context = {
        "customer": customer, "form": form, "title": _("Merge with another file"), "cancel_url": customer.get_absolute_url(),
        "submit": _("Compare"), "lead": _("Both files are shown beside each other before anything happens."),
    }  # fmt: skip
    return page(request, "customers/one_form.html", context, status=422 if form.errors else 200)


@MERGE
def merge(request, kept, other):
    """Field by field, what moves, what stays; one button makes the two files one."""
    kept, other = _file(request, kept), _file(request, other)
    take, problem = preview.default_choices(kept, other, user=request.user), ""
    if request.method == "POST":
        take = {pair.key for pair in field_pairs(kept, other) if request.POST.get(pair.key) == "other"}
        try:
            done = merge_customers(kept=kept, other=other, take=take, seen=request.POST.get("seen", ""), by=request.user)
        except RuleBroken as refusal:
            problem = refusal.message
        else:
            messages.success(request, _("%(other)s is part of %(kept)s now.") % {"other": other, "kept": kept})
            return redirect(done)
    context = {
        "kept": kept, "other": other, "parts": preview.compared(kept, other, take, user=request.user),
        "moving": preview.moving_kinds(kept, other), "staying": preview.staying_kinds(kept, other, user=request.user),
        "warnings": preview.warnings(kept, other), "seen": versions_of(kept, other), "problem": problem,
    }  # fmt: skip
    return page(request, "customers/merge.html", context, status=409 if problem else 200)


@require_safe
@MERGE
def merge_list(request):
    """Every merge: who, when, which into which, undone or not, and what is still to be decided on."""
    listing = Listing(
        request,
        record="customers.merge",
        queryset=Merge.objects.visible_to(request.user).for_list(),
        filterset_class=MergeFilter,
        columns=MERGE_COLUMNS,
        orderings=MERGE_ORDERINGS,
        presets=(
            Preset("standing", _("In force"), "state=in_force"),
            Preset("undone", _("Undone"), "state=undone"),
            Preset("undecided", _("With open decisions"), "state=undecided"),
        ),
        empty=Empty(_("No files have been merged yet"), _("Merges show here, with who made them and what became of them."), icon="copy"),
    )
    return page(request, "customers/merge_list.html", {"listing": listing}, fragments=listing.fragments)


def _merge(request, pk: int) -> Merge:
    return get_object_or_404(Merge.objects.visible_to(request.user).for_record(), pk=pk)


def record_context(request, merge: Merge) -> dict:
    left, rows = preview.fields_left(merge, user=request.user), preview.undecided_rows(merge).count()
    may_merge, waiting = request.user.has_perm(permissions.MERGE_CUSTOMER), [one for one in left if not one.decision]
    return {
        "merge": merge, "fields": preview.set_fields(merge), "moved": preview.moved_kinds(merge),
        "filled": [] if merge.undone_at else preview.filled_contacts(merge, user=request.user),
        "staying": [] if merge.undone_at else preview.staying_kinds(merge.kept, merge.other, user=request.user),
        "fields_left": left, "rows_left": preview.rows_left(merge, user=request.user), "undecided": len(waiting) + rows,
        "may_merge": may_merge, "may_decide": may_merge and (rows > 0 or not all(one.fixed for one in waiting)),
    }  # fmt: skip


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def merge_record(request, pk):
    """What a merge did, what stayed behind, and after its undoing what is to be decided."""
    return page(request, "customers/merge_record.html", record_context(request, _merge(request, pk)))


@require_POST
@MERGE
def merge_undo(request, pk):
    """Part the two files again."""
    merge = undo_merge(merge=_merge(request, pk), by=request.user)
    messages.success(request, _("%(file)s is a file of its own again.") % {"file": merge.other})
    return redirect(merge)


@require_POST
@MERGE
def merge_decide(request, pk):
    """Settle what the undoing could not decide."""
    merge = _merge(request, pk)
    form = LeftForm(request.POST, merge=merge)
    try:
        decide_left(merge=merge, fields=form.fields_decided(), rows=form.rows_decided(), by=request.user)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Noted."))
    return redirect(merge)
