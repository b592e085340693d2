"""What the command palette finds of customers and contacts."""

from customers.models import Contact, Contract, Customer
from portcrm.accounts.models import User
from portcrm.pages.registry import Hit


def find_customers(user: User, text: str, limit: int) -> list[Hit]:
    found = Customer.objects.visible_to(user).search(text, reader=user)
    rows = found.order_by("sort_key", "pk").only("code", "name_zh", "name_en", "short_name")
    return [Hit(row.label, f"{row.code} {row.other_name}".strip(), row.get_absolute_url(), "building", row.pk) for row in rows[:limit]]


def find_contacts(user: User, text: str, limit: int) -> list[Hit]:
    rows = Contact.objects.visible_to(user).present().search(text).select_related("customer").order_by("pk")
    return [Hit(row.label, row.customer.label, row.get_absolute_url(), "address-book", row.pk) for row in rows[:limit]]


def find_contracts(user: User, text: str, limit: int) -> list[Hit]:
    """By number or title, or by the customer's name."""
    rows = Contract.objects.visible_to(user).search(text).select_related("customer").order_by("-valid_from", "-pk")
    return [Hit(str(row), row.customer.label, row.get_absolute_url(), "notes", row.pk) for row in rows[:limit]]
