from django.contrib.auth.decorators import permission_required
from django.views.decorators.http import require_safe

from customers import permissions
from customers.enums import Part
from customers.views.customer import visible_customer
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def history_tab(request, pk):
    """Field by field, who changed what and when: the basic data, traits and transaction status, each fetched on its own."""
    customer = visible_customer(request, pk)
    parts = [(Part.BASICS.label, "customers.customer", customer.pk)]
    for part, name in ((Part.TRAITS, "traits"), (Part.TRANSACTIONS, "transactions")):
        row = getattr(customer, name, None)
        if row:
            parts.append((part.label, row._meta.label_lower, row.pk))
    return page(request, "customers/history_tab.html", {"customer": customer, "parts": parts})
