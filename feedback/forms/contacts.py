"""The contact of a form is one of the chosen customer: the list stays short, and nobody else's contact can be named."""

from django import forms
from django.db.models import QuerySet

from customers.models import Contact, Customer
from portcrm.accounts.models import User


def contacts_of(chosen: Customer | int | str | None, *, user: User, kept: int | None = None) -> QuerySet[Contact]:
    """Contacts of the customer as it was typed, none where that is no key; `kept` is offered too, though they have moved on."""
    key, seen = str(getattr(chosen, "pk", chosen)), Contact.objects.visible_to(user)
    known = key.isdecimal() and len(key) <= 18
    return (seen.of_company(int(key)) if known else seen.none()) | seen.filter(pk=kept)


def offer_contacts(form: forms.BaseForm, *, user: User, address: str, chosen: Customer | int | str | None, kept: int | None = None) -> None:
    """Choosing the customer fetches its contacts from `address`; without scripts they are there after the first sending."""
    form.fields["customer"].queryset = Customer.objects.visible_to(user)
    form.fields["contact"].queryset = contacts_of(chosen, user=user, kept=kept)
    form.fields["customer"].widget.attrs |= {
        "hx-get": address, "hx-trigger": "change", "hx-target": "#id_contact", "hx-select": "#id_contact",
    }  # fmt: skip
