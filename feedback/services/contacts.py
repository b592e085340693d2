"""The contact named with a complaint, a suggestion or an opinion works, or last worked, for the company it is about."""

from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from portcrm.errors import RuleBroken


def still_theirs(contact: Contact | None, customer: Customer | None) -> Contact | None:
    """The contact while they are of that company; None of somebody who has moved on, so that what was said is kept without them."""
    return contact if contact is not None and customer is not None and _is_of(contact, customer) else None


def demand_theirs(contact: Contact | None, customer: Customer | None) -> None:
    """RuleBroken where the contact is of another company."""
    if contact is not None and (customer is None or not _is_of(contact, customer)):
        raise RuleBroken(_("This contact belongs to another customer."), field="contact")


def _is_of(contact: Contact, customer: Customer) -> bool:
    return Contact.objects.of_company(customer).filter(pk=contact.pk).exists()
