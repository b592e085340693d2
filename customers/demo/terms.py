"""Contracts, prices and a file of receivables for the demo: some contracts end soon, some customers are late or over their limit."""

import csv
import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from customers.models import Contract, Customer
from customers.services.contracts import add_commitment, add_contract, terminate_contract
from customers.services.prices import set_price
from portcrm.accounts.models import User
from portcrm.exchange.ingesting import ingest

CONTRACTS = 40
DEBTORS = 90
TITLES = {"annual": "年度装卸作业合同", "framework": "港口服务框架协议", "lease": "后方堆场租赁合同", "cooperation": "战略合作协议"}
KINDS = (("annual", 6), ("framework", 2), ("lease", 1), ("cooperation", 1))
PRICES = (
    ("handling", "tonne", "内贸", (18, 32)),
    ("handling", "box_20", "重箱", (420, 560)),
    ("handling", "box_40", "重箱", (630, 880)),
    ("storage", "tonne_day", "", (1, 3)),
    ("port_dues", "tonne", "外贸", (2, 6)),
)


def seed_terms(rng: random.Random, customers: list[Customer], *, manager: User, today: dt.date, say) -> None:
    """Contracts with key and existing customers, prices in them, and what everybody owes as of last week."""
    served = [customer for customer in customers if customer.status == "existing" and customer.account_manager]
    served.sort(key=lambda customer: not customer.is_key_account)
    for number, customer in enumerate(served[:CONTRACTS], 1):
        contract = _contract(rng, customer, number, today)
        _prices(rng, contract, today)
        left_on = today - dt.timedelta(days=20)
        if number % 10 == 0 and contract.valid_from < left_on:
            terminate_contract(contract=contract, on=left_on, reason="客户改走其他港口", by=manager)
    _receivables(rng, served[:DEBTORS], today - dt.timedelta(days=5), manager)
    say(f"Demo data: {CONTRACTS} contracts, receivables of {min(DEBTORS, len(served))} customers")


def _contract(rng: random.Random, customer: Customer, number: int, today: dt.date) -> Contract:
    kind = rng.choices([name for name, _weight in KINDS], [weight for _name, weight in KINDS])[0]
    ends_in = rng.choice([5, 20, 45, 80, 120, 240, 330, 400])
    until = today + dt.timedelta(days=ends_in)
    renews = kind == "framework"
    amount = Decimal(rng.randint(5, 80)) * 100_000
    contract = add_contract(
        customer=customer, number=f"DEMO-HT-{today.year}-{number:03d}", title=TITLES[kind], kind=kind,
        signed_on=until - dt.timedelta(days=380), valid_from=until - dt.timedelta(days=364), valid_until=until, renews=renews,
        renewal_months=12 if renews else None, notice_days=30 if renews else None, signed_for_us="演示港口集团", amount=amount,
        currency="CNY", by=customer.account_manager,
    )  # fmt: skip
    if kind in ("annual", "cooperation"):
        add_commitment(contract=contract, tonnes=Decimal(rng.randint(2, 60)) * 10_000, by=customer.account_manager)
    return contract


def _prices(rng: random.Random, contract: Contract, today: dt.date) -> None:
    for service, unit, detail, (low, high) in rng.sample(PRICES, k=2):
        given = {"service": service, "unit": unit, "detail": detail, "contract": contract, "by": contract.recorded_by}
        rate = Decimal(rng.randint(low * 10, high * 10)) / 10
        set_price(customer=contract.customer, rate=rate, valid_from=contract.valid_from, valid_until=contract.valid_until, **given)
        if rng.random() < 0.5 and contract.valid_from < today.replace(day=1):
            raised = (rate * Decimal("1.05")).quantize(Decimal("0.01"))
            set_price(customer=contract.customer, rate=raised, valid_from=today.replace(day=1), valid_until=contract.valid_until, **given)


def _receivables(rng: random.Random, customers: list[Customer], as_of: dt.date, manager: User) -> None:
    """The file of a settlement office, taken in as people would."""
    rows = []
    for customer in customers:
        late = rng.random() < 0.2
        for _invoice in range(rng.randint(1, 5)):
            due_on = as_of + dt.timedelta(days=rng.randint(-110 if late else 1, 45))
            amount = Decimal(rng.randint(2_000, 180_000))
            paid = amount * rng.choice([0, 0, 0, Decimal("0.3")])
            invoiced_on = due_on - dt.timedelta(days=30)
            days = invoiced_on.isoformat(), due_on.isoformat()
            rows.append([customer.code, f"DEMO{len(rows) + 1:06d}", *days, amount, paid.quantize(Decimal("0.01"))])
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"演示应收账款 {as_of:%Y-%m-%d}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["客户编号", "发票号", "开票日期", "到期日", "金额", "已付金额"], *rows])
        ingest("receivables", path, by=manager, constants={"as_of": as_of.isoformat()})
