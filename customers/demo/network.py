"""A plausible network for the demo: who forwards, represents and carries for whom, who referred whom, and whom our people know."""

import datetime as dt
import random

from customers.models import Channel, Contact, Customer
from customers.services.acquaintances import record_acquaintance
from customers.services.relations import add_relation, end_relation, verify_relation
from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.errors import RuleBroken

# (who, does what for whom, how many each has)
TRADES = (
    ("forwarder", "forwards_for", ("cargo_owner", "trader"), 3),
    ("ship_agent", "agent_of", ("carrier",), 2),
    ("cargo_owner", "ships_with", ("carrier",), 1),
    ("forwarder", "ships_with", ("carrier",), 2),
    ("carrier", "competes_with", ("carrier",), 1),
    ("forwarder", "competes_with", ("forwarder",), 1),
    ("trader", "referred_by", ("forwarder", "storage"), 1),
)
HOW = ("展会上认识", "同学", "曾在同一船公司共事", "多次走访", "座谈会上认识")


def seed_network(rng: random.Random, customers: list[Customer], contacts: dict[int, list[Contact]], keepers: list[User]) -> None:
    """Some 250 relations among the first hundred and twenty files, a few of them ended, and thirty acquaintances."""
    today, channels = port_today(), list(Channel.objects.filter(family="customer"))
    known = customers[:120]
    for who, bond, whom, number in TRADES:
        others = [customer for customer in known if set(whom) & set(customer.types)]
        for customer in (one for one in known if who in one.types):
            for other in rng.sample(others, k=min(number, len(others))):
                _relate(rng, customer, bond, other, today, rng.choice(channels))
    people = [contact for one in known for contact in contacts.get(one.pk, ()) if contact.left_on is None]
    for contact in rng.sample(people, k=min(30, len(people))):
        since = today - dt.timedelta(days=rng.randint(60, 3_000))
        keeper = rng.choice(keepers)
        record_acquaintance(contact=contact, user=keeper, closeness=rng.randint(1, 5), since=since, how=rng.choice(HOW), by=keeper)


def _relate(rng: random.Random, customer: Customer, bond: str, other: Customer, today: dt.date, channel: Channel) -> None:
    keeper, since = customer.account_manager, today - dt.timedelta(days=rng.randint(40, 2_500))
    share = rng.randint(5, 90) if bond in {"forwards_for", "ships_with"} and rng.random() < 0.5 else None
    if customer == other or keeper is None:
        return
    try:
        relation = add_relation(
            customer=customer, bond=bond, other=other, since=since, strength=rng.randint(1, 5), share=share, channel=channel, by=keeper
        )
    except RuleBroken:
        return  # two rivals name each other
    if rng.random() < 0.1:
        end_relation(relation=relation, until=since + (today - since) / 2, by=keeper)
    elif rng.random() < 0.4:
        verify_relation(relation=relation, by=keeper)
