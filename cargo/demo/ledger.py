"""The demo's ledger: volumes by a Zipf law, seasons, growth and decline, some rows without cost."""

import datetime as dt
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from cargo.demo.flows import FLOWS, HOME, TONNES_A_BOX, VESSELS, Flow
from cargo.models import Port, Unit
from cargo.services.checks import open_check, run_check
from cargo.services.facts import store_facts
from cargo.services.ledger import LedgerLine, record_shipments
from customers.models import Customer, Traits
from portcrm.accounts.models import User
from portcrm.clock import port_today

MONTHS = 39  # 38 whole ones: enough to try both methods of projection on the past
GROWS_FROM = 25  # months back: there a book has the rows a month it starts with
BIGGEST = 34  # rows a month of the largest customer
WITHOUT_COST = 0.06
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Book:
    """One customer's habits: rows a month at the start, yearly growth, the flows it has."""

    customer: Customer
    rows: float
    growth: float
    flows: tuple[tuple[str, Flow], ...]
    costs_known: bool


def seed_ledger(rng: random.Random, users: dict[str, User], say: Callable[[str], None]) -> None:
    """Three years of handled cargo up to today, through the service the importer uses; facts stored on the customers."""
    today = port_today()
    ports = {port.unlocode: port.pk for port in Port.objects.all()}
    factors = {unit.code: unit for unit in Unit.objects.all()}
    books = _books(rng)
    lines = [line for book in books for line in _lines_of(rng, book, today, ports, factors)]
    written = record_shipments(lines=lines, by=users["operations_staff"])
    store_facts(today=today, by=users["operations_staff"])
    run_check(check=open_check(by=users["manager"]), by=users["manager"])
    say(f"Demo data: {written.created} ledger rows of {len(books)} customers")


def _books(rng: random.Random) -> list[Book]:
    customers = list(Customer.objects.filter(status__in=("existing", "lost")).order_by("pk"))
    classes = dict(Traits.objects.values_list("customer_id", "cargo_classes"))
    customers.sort(key=lambda customer: (customer.tier != "key", customer.tier != "major", rng.random()))
    return [_book(rng, place, customer, classes.get(customer.pk) or ["17"]) for place, customer in enumerate(customers, 1)]


def _book(rng: random.Random, place: int, customer: Customer, classes: list[str]) -> Book:
    rows = max(BIGGEST / place**0.62 * rng.uniform(0.8, 1.2), 0.25)
    growth = rng.gauss(0.06, 0.22)
    flows = tuple((code, FLOWS[code]) for code in classes if code in FLOWS)
    return Book(customer, rows, growth, flows, costs_known=rng.random() > WITHOUT_COST)


def _lines_of(rng: random.Random, book: Book, today: dt.date, ports: dict, factors: dict) -> Iterator[LedgerLine]:
    for back in reversed(range(MONTHS)):
        month = _month_before(today, back)
        if book.customer.status == "lost" and back < 9:
            return
        code, flow = rng.choice(book.flows)
        season = 1 + 0.3 * math.cos((month.month - flow.peak) / 12 * math.tau)
        mean = book.rows * season * (1 + book.growth) ** ((GROWS_FROM - back) / 12)
        for number in range(_times(rng, mean)):
            code, flow = rng.choice(book.flows)
            day = month.replace(day=rng.randint(1, 28))
            if day <= today:
                yield _line(rng, book, f"{month:%Y%m}-{number}", code, flow, day, ports, factors)


def _line(rng, book: Book, number: str, code: str, flow: Flow, day: dt.date, ports: dict, factors: dict) -> LedgerLine:
    quantity = Decimal(max(round(flow.lot * rng.lognormvariate(0, 0.45)), 1))
    unit = factors[flow.unit]
    boxes = flow.unit in TONNES_A_BOX
    tonnes = quantity * TONNES_A_BOX[flow.unit] if boxes else quantity * unit.tonnes_per_unit
    teu = quantity * unit.teu_per_unit if boxes else Decimal(0)
    counted = teu if boxes else tonnes
    worth = float(counted)
    revenue = _money(worth * flow.rate * rng.uniform(0.86, 1.12))
    cost = _money(worth * flow.cost * rng.uniform(0.88, 1.2)) if book.costs_known else None
    abroad, home = ports.get(rng.choice(flow.abroad)), ports[HOME]
    inbound = flow.direction == "inbound"
    call = (day.timetuple().tm_yday + 13) // 14  # each vessel calls every fortnight
    document = f"DEMO-{book.customer.pk:05d}-{number}"
    return LedgerLine(
        identity_base=f"doc:{document}",
        document_no=document,
        customer_id=book.customer.pk,
        cargo_class_id=code,
        form=flow.form,
        direction=flow.direction,
        trade_kind=flow.trade_kind,
        handled_on=day,
        goods=flow.goods,
        quantity=quantity,
        unit_id=flow.unit,
        lots=1,
        tonnes=tonnes,
        tonnes_factor=None if boxes else unit.tonnes_per_unit,
        teu=teu,
        revenue=revenue,
        cost=cost,
        origin_id=abroad if inbound else home,
        destination_id=home if inbound else abroad,
        vessel=rng.choice(VESSELS),
        voyage=f"{day:%y}{call:02d}{'W' if inbound else 'E'}",
    )


def _money(amount: float) -> Decimal:
    return Decimal(round(amount * 100)) * CENT


def _times(rng: random.Random, mean: float) -> int:
    """A Poisson number by counting uniform factors; fine for the small means of a month."""
    limit, product, times = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        times += 1
    return times


def _month_before(day: dt.date, months: int) -> dt.date:
    count = day.year * 12 + day.month - 1 - months
    return dt.date(count // 12, count % 12 + 1, 1)
