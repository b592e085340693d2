"""What the command palette finds of customers and contacts."""

from customers.models import Contact, Contract, Customer
from customers.naming.searching import Search
from portcrm.accounts.models import User
from portcrm.pages.lists.keyset import Ordering, fetch, sort_keys
from portcrm.pages.lists.known import fetch_known
from portcrm.pages.lists.stretches import fetch_in_stretches
from portcrm.pages.registry import Hit

BY_NAME = Ordering("name", "", fields=("sort_key", "pk"))


def find_customers(user: User, text: str, limit: int) -> list[Hit]:
    rows = Customer.objects.visible_to(user).only("code", "name_zh", "name_en", "short_name", "sort_key")
    search, keys = Search(rows, user), sort_keys(rows, BY_NAME)
    found = search.find(text)
    page = fetch_known(lambda at: rows.filter(pk__among=at), keys, search.known, size=limit, parts=2) if search.known else None
    if page is not None:
        hits = page.rows
    elif search.few:  # as in a list, their keys are known and nothing is walked along for them
        hits = fetch(found, keys, size=limit, walked=False).rows
    else:  # as a list shows them: the files of one city lie far down in the order of names
        way = {"everything": rows, "parts": search.parts, "by_index": lambda: search.by_index, "told": search.told}
        hits = fetch_in_stretches(found, keys, size=limit, **way).rows
    return [Hit(row.label, f"{row.code} {row.other_name}".strip(), row.get_absolute_url(), "building", row.pk) for row in hits]


def find_contacts(user: User, text: str, limit: int) -> list[Hit]:
    rows = Contact.objects.visible_to(user).present().search(text).select_related("customer").order_by("pk")
    return [Hit(row.label, row.customer.label, row.get_absolute_url(), "address-book", row.pk) for row in rows[:limit]]


def find_contracts(user: User, text: str, limit: int) -> list[Hit]:
    """By number or title, or by the customer's name."""
    rows = Contract.objects.visible_to(user).of_standing_files().search(text).select_related("customer").order_by("-valid_from", "-pk")
    return [Hit(str(row), row.customer.label, row.get_absolute_url(), "notes", row.pk) for row in rows[:limit]]
