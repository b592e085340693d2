"""Test data by keyword: make_customer(name_zh="…"). Direct rows, no services, so a test sets exactly what it needs."""

import datetime as dt
from itertools import count

from customers.enums import Aspect, ChannelFamily, InteractionKind, Purpose
from customers.models import (
    Acquaintance,
    BusinessAssessment,
    Channel,
    Contact,
    Contract,
    CreditGrade,
    CreditRating,
    Customer,
    DataBasis,
    DepartmentView,
    FollowUp,
    Interaction,
    Observation,
    OfficeDay,
    PlannedVisit,
    PriceTerm,
    Receivable,
    ReceivablesBalance,
    ReceivablesStatement,
    Region,
    Relation,
    TransactionStatus,
    ViewScore,
)  # fmt: skip
from portcrm.accounts.models import User
from portcrm.accounts.tests.factories import make_department, make_user

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


def make_view(weights: dict[str, int] | None = None, delivered: dict[str, int] | None = None, **fields) -> DepartmentView:
    """A department's view with its scores: weights and what we deliver, by concern or need."""
    customer = fields.pop("customer", None) or make_customer()
    department = fields.pop("department", None) or make_department()
    view = DepartmentView.objects.create(
        customer=customer, department=department, **{"viewed_on": DAY, "recorded_on": DAY, "recorded_by": _recorder()} | fields
    )
    for side, scores in (("weight", weights or {}), ("delivered", delivered or {})):
        for matter, score in scores.items():
            ViewScore.objects.create(view=view, matter=matter, side=side, score=score)
    return view


def make_relation(**fields) -> Relation:
    ends = {name: fields.pop(name, None) or make_customer() for name in ("from_customer", "to_customer")}
    recorder = fields.pop("recorded_by", None) or _recorder()
    return Relation.objects.create(**ends, **{"kind": "forwards_for", "recorded_by": recorder, "recorded_on": DAY} | fields)


def make_acquaintance(**fields) -> Acquaintance:
    contact, user = fields.pop("contact", None) or make_contact(), fields.pop("user", None) or _recorder()
    return Acquaintance.objects.create(contact=contact, user=user, **{"closeness": 3, "recorded_by": user, "recorded_on": DAY} | fields)


def make_visit(**fields) -> PlannedVisit:
    customer = fields.pop("customer", None) or make_customer()
    visitor = fields.pop("visitor", None) or _recorder()
    return PlannedVisit.objects.create(
        customer=customer, visitor=visitor, **{"planned_for": DAY, "purpose": "年度走访", "planned_by": visitor} | fields
    )


def make_office_day(**fields) -> OfficeDay:
    return OfficeDay.objects.create(**{"day": DAY, "kind": "closed"} | fields)


def make_contract(**fields) -> Contract:
    number = next(numbers)
    customer = fields.pop("customer", None) or make_customer()
    return Contract.objects.create(
        customer=customer,
        **{
            "number": f"HT-{number}",
            "title": "年度装卸合同",
            "valid_from": dt.date(2026, 1, 1),
            "valid_until": dt.date(2026, 12, 31),
            "recorded_by": _recorder(),
            "recorded_on": DAY,
        }
        | fields,
    )


def make_price(**fields) -> PriceTerm:
    customer = fields.pop("customer", None) or make_customer()
    return PriceTerm.objects.create(
        customer=customer,
        **{
            "service": "handling",
            "unit": "tonne",
            "rate": 20,
            "currency": "CNY",
            "valid_from": dt.date(2026, 1, 1),
            "recorded_by": _recorder(),
            "recorded_on": DAY,
        }
        | fields,
    )


def make_credit(**fields) -> TransactionStatus:
    """Terms and credit figures of a customer."""
    customer = fields.pop("customer", None) or make_customer()
    return TransactionStatus.objects.create(customer=customer, **{"recorded_by": _recorder(), "recorded_on": DAY} | fields)


def make_balance(**fields) -> ReceivablesBalance:
    customer = fields.pop("customer", None) or make_customer()
    return ReceivablesBalance.objects.create(
        customer=customer, **{"as_of": DAY, "items": 1, "open_total": 100, "not_due": 100, "overdue_total": 0} | fields
    )


def make_receivable(**fields) -> Receivable:
    """An open invoice of a file that has taken effect."""
    customer, as_of = fields.pop("customer", None) or make_customer(), fields.pop("as_of", DAY)
    number = next(numbers)
    statement = ReceivablesStatement.objects.create(
        as_of=as_of, run_id=number, file_name="应收账款.xlsx", taken_in_by=_recorder(), rows=1, customers=1
    )
    amount = fields.setdefault("amount", 100)
    invoice = fields.setdefault("invoice_no", f"FP{number}")
    return Receivable.objects.create(
        customer=customer,
        **{
            "identity": f"no:{invoice}",
            "due_on": as_of,
            "open_amount": amount,
            "own_open": amount,
            "currency": "CNY",
            "line": 2,
            "first_seen_on": as_of,
            "as_of": as_of,
            "statement": statement,
        }
        | fields,
    )
