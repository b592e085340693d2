"""Terms and credit: the tab of a customer, prices, what is owed, grades by scheme, and what ends soon."""

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from customers import permissions
from customers.columns import BALANCE_COLUMNS, BALANCE_ORDERINGS, RATING_COLUMNS, RATING_ORDERINGS
from customers.filters import BalanceFilter, RatingFilter
from customers.forms.care import ReasonForm
from customers.forms.terms import PriceForm
from customers.models import Contract, CreditRating, Customer, PriceTerm, ReceivablesBalance, ReceivablesStatement
from customers.queries.receivables import typed_overdue
from customers.queries.record import with_people
from customers.queries.terms import Terms
from customers.services import prices
from customers.views.customer import visible_customer
from customers.views.in_place import one_form
from portcrm.clock import port_today
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

SHOWN = 8


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def terms_tab(request, pk):
    """Contracts, prices, credit grades side by side, and what is owed by age."""
    customer = with_people(get_object_or_404(Customer.objects.visible_to(request.user).for_file(), pk=pk), reader=request.user)
    may_edit = request.user.has_perm(permissions.CHANGE_CONTRACT)
    context = {"customer": customer, "terms": Terms(customer, request.user, port_today()), "may_edit": may_edit, "today": port_today()}
    return page(request, "customers/terms_tab.html", context)


def terms_address(customer: Customer) -> str:
    return f"{customer.get_absolute_url()}?tab=terms"


@permission_required(permissions.CHANGE_CONTRACT, raise_exception=True)
def price_set(request, pk):
    """Agree on a price; the older one for the same thing ends."""
    customer = visible_customer(request, pk)
    form = PriceForm(request.POST or None, user=request.user, customer=customer)
    return one_form(
        request, customer, form, lambda **given: prices.set_price(customer=customer, **given), title=_("New price"),
        said=_("The price is in the file."), back=terms_address(customer),
    )  # fmt: skip


@permission_required(permissions.CHANGE_CONTRACT, raise_exception=True)
def price_withdraw(request, pk):
    """Take a price out that should not have been written down."""
    price = get_object_or_404(PriceTerm.objects.visible_to(request.user).select_related("customer"), pk=pk)
    return one_form(
        request, price.customer, ReasonForm(request.POST or None), lambda **given: prices.withdraw_price(price=price, **given),
        title=_("Withdraw the price"), said=_("The price is withdrawn."), back=terms_address(price.customer), lead=str(price),
    )  # fmt: skip


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def balance_list(request):
    """What customers owe by age, as of the last file of the settlement office."""
    listing = Listing(
        request,
        record="customers.receivablesbalance",
        queryset=ReceivablesBalance.objects.visible_to(request.user).standing().for_list(),
        filterset_class=BalanceFilter,
        columns=BALANCE_COLUMNS,
        orderings=BALANCE_ORDERINGS,
        presets=BALANCE_PRESETS,
        empty=Empty(
            _("Nothing is known of receivables yet"), _("Take in the list of open invoices of the settlement office."), icon="scale"
        ),
        export_permission=permissions.EXPORT_CUSTOMER,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    statement = ReceivablesStatement.objects.visible_to(request.user).select_related("taken_in_by").first()
    return page(
        request,
        "customers/balance_list.html",
        {"listing": listing, "statement": statement, "typed": typed_overdue(request.user)},
        fragments=listing.fragments,
    )


BALANCE_PRESETS = (
    Preset("owing", gettext_lazy("With open invoices"), "owing=True"),
    Preset("overdue", gettext_lazy("Overdue"), "overdue=True&sort=days"),
    Preset("over-limit", gettext_lazy("Over the credit limit"), "over_limit=True"),
    Preset("mine", gettext_lazy("Of my customers"), "mine=True&owing=True"),
)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def rating_list(request):
    """The grade in force of every customer, scheme by scheme; a letter of one scheme says nothing in another."""
    listing = Listing(
        request,
        record="customers.creditrating",
        queryset=CreditRating.objects.visible_to(request.user).filter(customer__merged_into=None).latest_of_schemes().for_list(),
        filterset_class=RatingFilter,
        columns=RATING_COLUMNS,
        orderings=RATING_ORDERINGS,
        empty=Empty(_("No credit grades yet"), _("Add one in the file of a customer."), icon="gauge"),
        export_permission=permissions.EXPORT_CUSTOMER,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "customers/rating_list.html", {"listing": listing}, fragments=listing.fragments)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def contracts_ending(request):
    """Contracts to be decided on: of one's own customers, or of all for who has none of them."""
    days = max(settings.CONTRACT_WARNING_DAYS, default=0)
    ending = Contract.objects.visible_to(request.user).of_standing_files().ending(port_today(), days).for_list().order_by("decide_by", "pk")
    rows = list(ending.managed_by(request.user)[:SHOWN])
    mine = bool(rows)
    context = {"contracts": rows or list(ending[:SHOWN]), "mine": mine, "days": days, "today": port_today()}
    return page(request, "customers/panel_contracts.html", context)
