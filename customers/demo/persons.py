"""Birthdays of a few persons in charge, somebody who works for two firms and somebody who moved, for the demo."""

import datetime as dt
import random

from customers.models import Contact
from customers.services.employments import add_employment, move_contact
from customers.services.personal import add_date, has_basis
from portcrm.accounts.models import User


def seed_persons(rng: random.Random, contacts: dict[int, list[Contact]], today: dt.date, *, manager: User) -> None:
    """Some days lie just ahead, so that reminders are seen; both changes of company happened within the last year."""
    people = [contact for those in contacts.values() for contact in those]
    for contact in [contact for contact in people[:150] if has_basis(contact)][:8]:
        day = today + dt.timedelta(days=rng.choice([2, 5, 40, 130, 260]))
        add_date(
            contact=contact,
            kind="birthday",
            month=day.month,
            day=day.day,
            year=rng.choice([None, 1979, 1986]),
            purpose="service",
            by=manager,
        )
    colleagues = [contact for contact in people if not contact.is_primary]
    for contact, other in zip(colleagues[:3], people[-3:], strict=True):
        add_employment(
            contact=contact, customer=other.customer, position="兼职顾问", position_en="Adviser", since=today.replace(day=1), by=manager
        )
    for contact, other in zip(colleagues[3:5], people[-5:-3], strict=True):
        move_contact(
            contact=contact, to=other.customer, on=today - dt.timedelta(days=rng.randint(20, 200)), position=contact.position, by=manager
        )
