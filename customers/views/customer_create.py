from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers import permissions
from customers.forms.sections import NewCustomerForm
from customers.identifiers import normal_identifier
from customers.queries.record import probable_duplicates
from customers.services.customers import create_customer
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def customer_create(request):
    """Open a file with the few fields that are needed; a likely duplicate is shown before anything is saved."""
    form = NewCustomerForm(request.POST or None)
    status, found = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            found = [] if "confirmed" in request.POST else _found(request, form.cleaned_data)
            customer = None if found else _create(form, request.user)
            if customer:
                messages.success(request, _("%(customer)s is opened.") % {"customer": customer})
                _warn(request, customer)
                return redirect("customers:customer_create" if "another" in request.POST else customer)
    return page(request, "customers/customer_create.html", {"form": form, "found": found}, status=status)


@require_safe
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def duplicates(request):
    """Likely duplicates while someone types."""
    return page(request, "customers/_duplicates.html", {"found": _found(request, request.GET)})


def _found(request, values) -> list:
    names = {name: str(values.get(name, ""))[:200] for name in ("name_zh", "name_en")}
    return probable_duplicates(user=request.user, credit_code=normal_identifier(str(values.get("credit_code", ""))[:40]), **names)


def _create(form, user):
    try:
        return create_customer(by=user, **form.cleaned_data)
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


def _warn(request, customer) -> None:
    """The inner check digit of a credit code is often wrong in real codes: a warning, never a refusal."""
    if customer.has_doubtful_code:
        messages.warning(
            request, _("The organisation code inside the credit code has a wrong check digit. Please compare it with the licence.")
        )
