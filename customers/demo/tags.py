"""A few tags on the demo's customers, chosen by their place, so that the other seeds draw the same numbers as ever."""

from customers.models import Customer
from customers.services.tags import tag_customer
from portcrm.accounts.models import User

TAGS = {"冷链": 11, "散粮专线": 17, "新能源汽车": 23, "年度协议": 7}


def seed_tags(customers: list[Customer], *, by: User) -> None:
    """One customer in so many bears each word."""
    for name, every in TAGS.items():
        for customer in customers[::every]:
            tag_customer(customer=customer, names=[name], by=by)
