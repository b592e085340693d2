"""Contracts: the list of all, the page of one, making, editing, renewing and terminating."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from customers import permissions
from customers.columns import CONTRACT_COLUMNS, CONTRACT_ORDERINGS
from customers.enums import ContractState
from customers.filters import ContractFilter
from customers.forms.terms import CommitmentForm, ContractForm, TerminationForm
from customers.models import Commitment, Contract, PriceTerm
from customers.models.contract import CONTRACT_FIELDS
from customers.queries.facts import facts_of
from customers.services import contracts
from customers.services.confirming_terms import verify_contract, verify_price
from customers.views.customer import seen_version, visible_customer
from customers.views.in_place import one_form
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page
from portcrm.pages.services.shortcuts import remember_opened

PRESETS = (
    Preset("in-force", gettext_lazy("In force"), "state=in_force"),
    Preset("ending", gettext_lazy("To be decided within 90 days"), "ending=90"),
    Preset("mine", gettext_lazy("Of my customers"), "mine=True"),
)


def visible_contract(request, pk: int) -> Contract:
    related = ("customer", "channel", "recorded_by", "verified_by", "terminated_by", "replaces")
    return get_object_or_404(Contract.objects.visible_to(request.user).select_related(*related), pk=pk)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def contract_list(request):
    """All contracts; those to be decided on first where one asks for them."""
    listing = Listing(
        request,
        record="customers.contract",
        queryset=Contract.objects.visible_to(request.user).of_standing_files().for_list(),
        filterset_class=ContractFilter,
        columns=CONTRACT_COLUMNS,
        orderings=CONTRACT_ORDERINGS,
        presets=PRESETS,
        empty=Empty(_("No contracts yet"), _("Add one on the page of a customer, under “Contracts and credit”."), icon="notes"),
        export_permission=permissions.EXPORT_CUSTOMER,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "customers/contract_list.html", {"listing": listing}, fragments=listing.fragments)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def contract(request, pk):
    """One contract: its facts, what was promised in it, its prices, files and history."""
    row, today = visible_contract(request, pk), port_today()
    remember_opened(obj=row, by=request.user)
    context = {
        "contract": row, "customer": row.customer, "row": row, "state": row.state_on(today), "today": today,
        "may_confirm": row.state_on(today) in (ContractState.IN_FORCE, ContractState.COMING),
        "facts": facts_of(row, CONTRACT_FIELDS), "successor": row.successors.first(), "commitments": list(row.commitments.all()),
        "prices": list(row.prices.select_related("withdrawn_by").order_by("service", "cargo_class", "-valid_from")),
        "may_edit": request.user.has_perm(permissions.CHANGE_CONTRACT),
    }  # fmt: skip
    return page(request, "customers/contract.html", context)


def contract_form(request, form, save, *, context: dict, said: str):
    """Show the form of a contract; when it holds, save and open the contract. Broken rules and conflicts come back in it."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                saved = save(form)
            except RuleBroken as refusal:
                status = form.refuse(refusal)
            else:
                messages.success(request, said)
                return redirect(saved)
    return page(request, "customers/contract_form.html", context | {"form": form}, status=status)


@permission_required(permissions.CHANGE_CONTRACT, raise_exception=True)
def contract_create(request, pk):
    """Put a contract into a customer's file."""
    customer = visible_customer(request, pk)
    context = {"customer": customer, "title": _("New contract"), "cancel_url": f"{customer.get_absolute_url()}?tab=terms"}
    return contract_form(
        request, ContractForm(request.POST or None, user=request.user),
        lambda form: contracts.add_contract(customer=customer, by=request.user, **form.values), context=context,
        said=_("The contract is in the file."),
    )  # fmt: skip


@permission_required(permissions.CHANGE_CONTRACT, raise_exception=True)
def contract_edit(request, pk):
    """Edit a contract; a clash with another editor is shown field by field."""
    row = visible_contract(request, pk)
    context = {"customer": row.customer, "contract": row, "title": _("Edit contract"), "cancel_url": row.get_absolute_url()}
    return contract_form(
        request, ContractForm(request.POST or None, instance=row, user=request.user),
        lambda form: contracts.edit_contract(contract=row, changes=form.changes(), seen=form.seen_values(), by=request.user),
        context=context, said=_("The contract is saved."),
    )  # fmt: skip


@permission_required(permissions.CHANGE_CONTRACT, raise_exception=True)
def contract_renew(request, pk):
    """Make the contract that follows, beginning the day after this one ends."""
    row = visible_contract(request, pk)
    context = {"customer": row.customer, "contract": row, "title": _("Renew contract"), "cancel_url": row.get_absolute_url()}
    form = ContractForm(request.POST or None, instance=contracts.following(row), user=request.user)
    return contract_form(
        request, form, lambda form: contracts.renew_contract(contract=row, by=request.user, **form.values), context=context,
        said=_("The following contract is in the file."),
    )  # fmt: skip


@permission_required(permissions.CHANGE_CONTRACT, raise_exception=True)
def contract_terminate(request, pk):
    """End a contract before its time, or give notice."""
    row = visible_contract(request, pk)
    return one_form(
        request, row.customer, TerminationForm(request.POST or None), lambda **given: contracts.terminate_contract(contract=row, **given),
        title=_("Terminate the contract"), said=_("The contract is terminated."), back=row.get_absolute_url(), lead=str(row),
    )  # fmt: skip


@permission_required(permissions.CHANGE_CONTRACT, raise_exception=True)
def commitment_add(request, pk):
    """Note cargo promised in a contract."""
    row = visible_contract(request, pk)
    return one_form(
        request, row.customer, CommitmentForm(request.POST or None), lambda **given: contracts.add_commitment(contract=row, **given),
        title=_("Add promised cargo"), said=_("Added."), back=row.get_absolute_url(), lead=str(row),
    )  # fmt: skip


@require_POST
@permission_required(permissions.CHANGE_CONTRACT, raise_exception=True)
def commitment_remove(request, pk):
    """Take promised cargo out of a contract."""
    visible = Contract.objects.visible_to(request.user)
    row = get_object_or_404(Commitment.objects.filter(contract__in=visible).select_related("contract"), pk=pk)
    contracts.remove_commitment(commitment=row, by=request.user)
    messages.success(request, _("Taken out."))
    return redirect(row.contract)


@require_POST
@permission_required(permissions.CHANGE_CONTRACT, raise_exception=True)
def contract_verify(request, pk):
    """Confirm a contract as it was read."""
    row = visible_contract(request, pk)
    return confirmed(request, lambda version: verify_contract(contract=row, version=version, by=request.user), back=row.get_absolute_url())


@require_POST
@permission_required(permissions.CHANGE_CONTRACT, raise_exception=True)
def price_verify(request, pk):
    """Confirm a price as it was read."""
    row = get_object_or_404(PriceTerm.objects.visible_to(request.user).select_related("customer"), pk=pk)
    back = f"{row.customer.get_absolute_url()}?tab=terms"
    return confirmed(request, lambda version: verify_price(price=row, version=version, by=request.user), back=back)


def confirmed(request, verify, *, back: str):
    """Confirm the version the reader saw, or say why not; back to where it was read."""
    version = seen_version(request)
    try:
        verify(version)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Confirmed as of today."))
    return redirect(back)
