"""One row of a bulk change: what was chosen for many customers, done to one through its usual service."""

from django.utils.translation import gettext_lazy as _

from customers.enums import CustomerType
from customers.models import Customer
from customers.permissions import ASSIGN_CUSTOMER
from customers.services.care import hand_over, return_customer
from customers.services.customers import assign_customer, edit_customer
from customers.services.tags import tag_customer, untag_customer
from portcrm.accounts.models import User
from portcrm.errors import RuleBroken


def edit_one(*, row: Customer, values: dict, by: User) -> Customer:
    """Region, channel and types of a customer as the form says; what was left empty stays."""
    changes = {name: values[name] for name in ("region", "channel") if values.get(name)}
    types = [*row.types, *(one for one in values["add_types"] if one not in row.types)]
    types = [one for one in CustomerType.values if one in types and one not in values["remove_types"]]
    if set(types) != set(row.types):
        changes["types"] = types
    return edit_customer(customer=row, changes=changes, seen={"types": row.types}, by=by)


def classify_one(*, row: Customer, values: dict, by: User) -> Customer:
    """Status, tier, key account and department of a customer as the form says; what was left empty stays."""
    changes = {name: values[name] for name in ("status", "tier", "department") if values.get(name)}
    if values["is_key_account"]:
        changes["is_key_account"] = values["is_key_account"] == "yes"
    if changes.get("is_key_account") is False and changes.get("tier", row.tier) == "key":
        raise RuleBroken(_("A customer of the key tier is a key account."))
    return assign_customer(customer=row, changes=changes, by=by)


def hand_over_one(*, row: Customer, values: dict, by: User) -> Customer:
    """Into a colleague's care; out of the pool only by who assigns customers."""
    to = values["to"]
    if row.account_manager is None and by.has_perm(ASSIGN_CUSTOMER):
        return assign_customer(customer=row, changes={"account_manager": to, "department": to.department or row.department}, by=by)
    return hand_over(customer=row, to=to, note=values["note"], by=by)


def return_one(*, row: Customer, values: dict, by: User) -> Customer:
    """Back into the pool, with the reason everybody gets."""
    return return_customer(customer=row, reason=values["reason"], by=by)


def tag_one(*, row: Customer, values: dict, by: User) -> int:
    """Put the chosen words on a customer."""
    return tag_customer(customer=row, names=values["names"], by=by)


def untag_one(*, row: Customer, values: dict, by: User) -> int:
    """Take the chosen words off a customer."""
    return untag_customer(customer=row, tags=values["tags"], by=by)
