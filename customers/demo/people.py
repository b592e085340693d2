"""Demo contacts, numbered and with addresses of a reserved domain, and observations of some of them."""

import datetime as dt
import random
from itertools import count

from customers.demo import words
from customers.models import Channel, Contact, Customer
from customers.services.contacts import add_contacts, give_consent
from customers.services.personal import add_observation, record_basis
from portcrm.accounts.models import User


def seed_contacts(rng: random.Random, customers: list[Customer], keepers: list[User], today: dt.date) -> dict[int, list[Contact]]:
    """One to three contacts for each customer; key accounts' persons in charge get a profile. Returned by customer key."""
    numbers = count(1)
    rows = [row for customer in customers for row in _of_customer(rng, customer, numbers)]
    keys = add_contacts(rows=rows, by=keepers[0])
    by_customer: dict[int, list[Contact]] = {}
    for contact in Contact.objects.filter(pk__in=keys).select_related("customer").order_by("pk"):
        by_customer.setdefault(contact.customer_id, []).append(contact)
    writers = [keeper for keeper in keepers if keeper.has_perm("customers.record_personal")]
    daily = Channel.objects.get(key="phone_sales")
    for contacts in by_customer.values():
        if contacts[0].customer.is_key_account:
            _profile(rng, contacts[0], rng.choice(writers), daily, today)
    return by_customer


def _of_customer(rng: random.Random, customer: Customer, numbers) -> list[dict]:
    rows = []
    for place in range(rng.choice([1, 1, 2, 3])):
        number = next(numbers)
        kind = 0 if place == 0 and customer.is_key_account else rng.randrange(len(words.POSITIONS))
        zh, en = words.POSITIONS[kind]
        rows.append(
            {
                "customer": customer,
                "name": f"演示联系人 {number:02d}",
                "name_en": f"Demo Contact {number:02d}",
                "position": zh,
                "position_en": en,
                "roles": list(words.POSITION_ROLES[kind]),
                "email": f"contact{number:03d}@demo.invalid",
                "phone": f"000-0001{number:04d}",
                "language": "en" if rng.random() < 0.15 else "zh-hans",
                "is_primary": place == 0,
            }
        )
    return rows


def _profile(rng: random.Random, contact: Contact, author: User, channel: Channel, today: dt.date) -> None:
    give_consent(contact=contact, source="演示：口头同意", by=author)
    since = today - dt.timedelta(days=501)
    record_basis(contact=contact, covers="profile", basis="consent", purpose="visit", source="演示：面谈时同意", given_on=since, by=author)
    for aspect in rng.sample(list(words.OBSERVATIONS), k=rng.randint(4, len(words.OBSERVATIONS))):
        add_observation(
            contact=contact,
            aspect=aspect,
            text=rng.choice(words.OBSERVATIONS[aspect]),
            purpose=rng.choice(["visit", "service", "negotiation"]),
            observed_on=today - dt.timedelta(days=rng.randint(5, 500)),
            channel=channel,
            by=author,
        )
