"""Test data by keyword: make_customer(name_zh="…"). Direct rows, no services, so a test sets exactly what it needs."""

import datetime as dt
from itertools import count

from customers.enums import Aspect, ChannelFamily, InteractionKind, Purpose
from customers.models import (
    BusinessAssessment,
    Channel,
    Contact,
    CreditGrade,
    CreditRating,
    Customer,
    DataBasis,
    FollowUp,
    Interaction,
    Observation,
    Region,
)  # fmt: skip
from portcrm.accounts.models import User
from portcrm.accounts.tests.factories import make_user

numbers = count(1)
DAY = dt.date(2026, 11, 23)


def _recorder() -> User:
    return User.objects.filter(email="recorder@portcrm.invalid").first() or make_user(email="recorder@portcrm.invalid")


def make_channel(**fields) -> Channel:
    number = next(numbers)
    return Channel.objects.create(
        **{"family": ChannelFamily.CUSTOMER, "key": f"channel-{number}", "name_zh": f"渠道{number}", "name_en": f"Channel {number}"}
        | fields
    )


def make_region(**fields) -> Region:
    number = next(numbers)
    return Region.objects.create(**{"code": f"region-{number}", "name_zh": f"地区{number}", "name_en": f"Region {number}"} | fields)


def make_customer(**fields) -> Customer:
    number = next(numbers)
    fields.setdefault("recorded_by", None)
    fields["recorded_by"] = fields["recorded_by"] or _recorder()
    named = {} if {"name_zh", "name_en"} & set(fields) else {"name_zh": f"测试客户{number}", "name_en": f"Test Customer {number}"}
    return Customer.objects.create(**{"code": f"T{number:06d}", "recorded_on": DAY} | named | fields)


def make_contact(**fields) -> Contact:
    number = next(numbers)
    customer = fields.pop("customer", None) or make_customer()
    return Contact.objects.create(
        customer=customer,
        **{
            "name": f"演示联系人 {number}",
            "name_en": f"Demo Contact {number}",
            "email": f"contact{number}@example.invalid",
            "recorded_by": fields.pop("recorded_by", None) or _recorder(),
            "recorded_on": DAY,
        }
        | fields,
    )


def make_observation(**fields) -> Observation:
    contact = fields.pop("contact", None) or make_contact()
    return Observation.objects.create(
        contact=contact,
        **{
            "aspect": Aspect.CHARACTER,
            "text": "说话直接，守时",
            "observed_on": DAY,
            "purpose": Purpose.VISIT,
            "author": fields.pop("author", None) or _recorder(),
            "recorded_on": DAY,
        }
        | fields,
    )


def make_basis(**fields) -> DataBasis:
    """The ground on which a profile is kept."""
    contact = fields.pop("contact", None) or make_contact()
    return DataBasis.objects.create(
        contact=contact, **{"source": "面谈", "given_on": DAY, "recorded_by": _recorder(), "recorded_on": DAY} | fields
    )


def make_assessment(**fields) -> BusinessAssessment:
    customer = fields.pop("customer", None) or make_customer()
    return BusinessAssessment.objects.create(
        customer=customer, **{"assessed_on": DAY, "recorded_by": _recorder(), "recorded_on": DAY, "scale": 3} | fields
    )


def make_rating(**fields) -> CreditRating:
    customer = fields.pop("customer", None) or make_customer()
    grade = fields.pop("grade", None) or CreditGrade.objects.get(scheme__key="port", code="1")
    return CreditRating.objects.create(
        customer=customer, grade=grade, **{"rated_on": DAY, "recorded_by": _recorder(), "recorded_on": DAY} | fields
    )


def make_interaction(**fields) -> Interaction:
    customer = fields.pop("customer", None) or make_customer()
    return Interaction.objects.create(
        customer=customer,
        **{
            "kind": InteractionKind.CALL,
            "subject": "了解下月货量",
            "happened_at": dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC),
            "recorded_by": fields.pop("recorded_by", None) or _recorder(),
        }
        | fields,
    )


def make_follow_up(**fields) -> FollowUp:
    customer = fields.pop("customer", None) or make_customer()
    owner = fields.pop("owner", None) or _recorder()
    return FollowUp.objects.create(customer=customer, owner=owner, **{"title": "回访", "due_on": DAY, "opened_by": owner} | fields)
