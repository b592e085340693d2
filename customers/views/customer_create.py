from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers import permissions
from customers.forms.sections import NewCustomerForm
from customers.identifiers import normal_identifier
from customers.queries.likely import Typed, at_once, before_opening, similar
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
            found = [] if "confirmed" in request.POST else before_opening(request.user, _typed(form.cleaned_data))
            customer = None if found else _create(form, request.user)
            if customer:
                messages.success(request, _("%(customer)s is opened.") % {"customer": customer})
                _warn(request, customer)
                return redirect("customers:customer_create" if "another" in request.POST else customer)
    return page(request, "customers/customer_create.html", {"form": form, "found": found}, status=status)


@require_safe
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def duplicates(request):
    """Likely duplicates while someone types: what an index answers at once. What is merely alike follows by itself."""
    typed = _typed(request.GET)
    context = {"found": at_once(request.user, typed), "but": typed.but, "asked": request.GET.urlencode() if typed.has_name else ""}
    return page(request, "customers/_duplicates.html", context)


@require_safe
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def similar_files(request):
    """Files with a similar name, asked for after the first answer has come."""
    return page(request, "customers/_similar.html", {"similar": similar(request.user, _typed(request.GET))})


def _typed(values) -> Typed:
    names = {name: str(values.get(name) or "")[:200] for name in ("name_zh", "name_en")}
    but = str(values.get("but") or "")
    code = normal_identifier(str(values.get("credit_code") or "")[:40])
    return Typed(**names, credit_code=code, but=int(but) if but.isdecimal() and len(but) < 19 else None)


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
