"""Teams of key accounts, a filled pool, a handover and a credit hold for the demo."""

import random

from customers.models import Customer
from customers.services.care import hand_over, join_team, return_customer
from customers.services.credit_holds import place_hold
from portcrm.accounts.models import User

RETURN_REASONS = ("近一年没有适合本港的货源", "客户已迁往外地，建议由当地同事联系", "联系人离职，需重新开发")


def seed_care(rng: random.Random, customers: list[Customer], keepers: list[User], *, manager: User) -> None:
    """Two colleagues beside the account manager of each key account; every twelfth prospect in the pool."""
    key = [customer for customer in customers if customer.is_key_account]
    for customer in key:
        for function in ("operations", "marketing"):
            colleague = rng.choice([keeper for keeper in keepers if keeper != customer.account_manager])
            join_team(customer=customer, user=colleague, function=function, by=manager)
    prospects = [customer for customer in customers if customer.status == "prospect" and not customer.is_key_account]
    for customer in prospects[::12]:
        return_customer(customer=customer, reason=rng.choice(RETURN_REASONS), by=customer.account_manager)
    for customer in key[:2]:
        successor = next(keeper for keeper in keepers if keeper != customer.account_manager)
        hand_over(customer=customer, to=successor, note="年度框架协议正在续签，请先联系物流部。", by=manager)
    debtors = [customer for customer in customers if customer.status == "existing" and not customer.is_key_account]
    place_hold(customer=rng.choice(debtors), reason="逾期款项超过 90 天，待财务确认还款计划", by=manager)
