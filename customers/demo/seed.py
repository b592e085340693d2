"""Fill an empty demo database with customer files, through the services, from one random generator."""

import datetime as dt
import random
from collections.abc import Callable, Iterable
from decimal import Decimal

from customers.demo import words
from customers.demo.care import seed_care
from customers.demo.names import Firm, invented_firms
from customers.demo.needs import seed_needs
from customers.demo.network import seed_network
from customers.demo.people import seed_contacts
from customers.demo.persons import seed_persons
from customers.demo.tags import seed_tags
from customers.demo.terms import seed_terms
from customers.demo.visits import seed_visits
from customers.identifiers import credit_check_digit, organisation_check_digit
from customers.models import Channel, CreditGrade, Customer, Region, RegistrationType
from customers.services import followups, interactions, parts
from customers.services.customers import create_customers
from portcrm.accounts.models import User
from portcrm.clock import now, port_today

FIRMS = 300
KEEPERS = ("marketing_staff", "operations_staff", "manager")


def seed_customers(rng: random.Random, users: dict[str, User], say: Callable[[str], None]) -> None:
    """About 300 files with all their parts, contacts, interactions and follow-ups."""
    keepers = list(User.objects.filter(roles__overlap=["marketing_staff", "operations_staff"], is_active=True).order_by("pk"))
    today = port_today()
    firms = invented_firms(rng, FIRMS)
    manager = users["manager"]
    rows = _basics(rng, firms, keepers, today)
    keys = create_customers(rows=rows, by=keepers[0])
    customers = list(Customer.objects.filter(pk__in=keys).order_by("pk"))
    _parents(customers, firms, by=manager)
    known = sorted(rng.sample(range(len(customers)), k=FIRMS * 3 // 4))  # the others are names and little more
    for number in known:
        _archive(rng, customers[number], firms[number], keepers, today)
    contacts = seed_contacts(rng, customers, keepers, today)
    _contact_history(rng, [customers[number] for number in known], contacts, keepers, today)
    seed_care(rng, customers, keepers, manager=manager)
    seed_needs(random.Random(8), customers, keepers, today)  # noqa: S311  its own: what follows stays as it was
    seed_terms(rng, customers, manager=manager, today=today, say=say)
    seed_persons(rng, contacts, today, manager=manager)
    seed_network(rng, customers, contacts, keepers)
    seed_tags(customers, by=manager)
    handed_out = Customer.objects.filter(pk__in=keys).select_related("account_manager").order_by("pk")
    seed_visits(rng, list(handed_out), manager=manager)
    say(f"Demo data: {len(customers)} customers, {sum(map(len, contacts.values()))} contacts")


def _basics(rng: random.Random, firms: list[Firm], keepers: list[User], today: dt.date) -> list[dict]:
    channels = list(Channel.objects.filter(family="customer"))
    regions = {region.code: region for region in Region.objects.all()}
    kinds = {form: list(RegistrationType.objects.filter(legal_form=form, scheme="market-regulator")) for form in ("limited", "joint_stock")}
    return [_basic(rng, number, firm, keepers, channels, regions, kinds, today) for number, firm in enumerate(firms, 1)]


def _basic(rng, number: int, firm: Firm, keepers, channels, regions, kinds, today) -> dict:
    keeper = rng.choice(keepers)
    capital = Decimal(rng.choice([50, 100, 200, 500, 1000, 3000, 5000, 10000])) * 10_000
    assets = capital * rng.randint(2, 9)
    tier = rng.choices(["key", "major", "standard"], (8, 22, 70))[0]
    organisation = f"DEM{number:05d}"
    organisation += organisation_check_digit(organisation)
    credit = f"91990000{organisation}"  # 990000 is no place: nobody has this code
    return {
        "name_zh": firm.name_zh, "name_en": firm.name_en, "short_name": firm.short_name, "types": list(firm.trade.types),
        "former_names": [f"{firm.brand}商贸有限公司"] if rng.random() < 0.08 else [],
        "status": rng.choices(["existing", "prospect", "lost"], (70, 24, 6))[0], "tier": tier, "is_key_account": tier == "key",
        "account_manager": keeper, "department": keeper.department, "credit_code": credit + credit_check_digit(credit),
        "organisation_code": organisation, "legal_form": firm.legal_form, "registration_type": rng.choice(kinds[firm.legal_form]),
        "founded_on": today - dt.timedelta(days=rng.randint(900, 12_000)), "operation_modes": list(firm.trade.modes),
        "business_scope": firm.trade.scope, "registered_capital": capital, "total_assets": assets,
        "net_assets": (assets * rng.randint(25, 70) / 100).quantize(Decimal(1)), "assets_as_of": dt.date(today.year - 1, 12, 31),
        "licence_no": f"DEMO-{number:06d}", "bank_name": f"演示银行第{rng.randint(1, 9)}支行", "bank_account": f"0000 0000 {number:04d}",
        "legal_representative": f"演示法人 {number:03d}", "region": regions[firm.region], "hinterland": rng.choice(words.AREAS),
        "address_zh": f"演示市港湾路 {rng.randint(1, 400)} 号", "address_en": f"{rng.randint(1, 400)} Harbour Road, Demo City",
        "phone": f"000-0000{number:04d}", "email": f"office{number:03d}@demo.invalid", "website": f"firm{number:03d}.demo.invalid",
        "channel": rng.choice(channels), "source_reference": f"演示来源 {rng.randint(1, 60):02d}",
        "recorded_on": today - dt.timedelta(days=rng.randint(120, 900)),
    }  # fmt: skip


def _parents(customers: list[Customer], firms: list[Firm], *, by: User) -> None:
    """The group company of a brand is the parent of its sisters."""
    from_brand: dict[str, list[Customer]] = {}
    for customer, firm in zip(customers, firms, strict=True):
        from_brand.setdefault(firm.brand, []).append(customer)
    for sisters in from_brand.values():
        parent = next((customer for customer in sisters if "集团" in customer.name_zh), None)
        for customer in sisters if parent else ():
            if customer != parent:
                parts.edit_part(
                    part="basics", customer=customer, changes={"parent": parent}, seen={}, by=by, recorded_on=customer.recorded_on
                )


def _archive(rng: random.Random, customer: Customer, firm: Firm, keepers: list[User], today: dt.date) -> None:
    keeper = customer.account_manager
    digital = rng.sample(["edi", "portal", "api", "wechat", "mail"], k=rng.randint(1, 3))
    traits = {
        "service_area": rng.choice(words.AREAS), "sales_capability": rng.randint(1, 5), "development_potential": rng.randint(1, 5),
        "outlook": rng.choice(words.OUTLOOK), "operating_characteristics": rng.choice(words.CHARACTERISTICS),
        "cargo_classes": list(firm.trade.cargo_classes), "lanes": rng.sample(words.LANES, k=rng.randint(1, 3)), "digital_levels": digital,
    }  # fmt: skip
    since = customer.recorded_on
    parts.edit_part(part="traits", customer=customer, changes=traits, seen={}, by=keeper, recorded_on=since)
    parts.edit_part(part="transactions", customer=customer, changes=_terms(rng, today), seen={}, by=keeper, recorded_on=since)
    for years in (1, 0)[rng.randint(0, 1) :]:
        _assess(rng, customer, rng.choice(keepers), today - dt.timedelta(days=365 * years + rng.randint(5, 200)))
    grades = list(CreditGrade.objects.filter(scheme__key=rng.choice(["registered-long", "tax", "customs", "port"])))
    rated_on = today - dt.timedelta(days=rng.randint(30, 500))
    parts.add_credit_rating(
        customer=customer, grade=rng.choices(grades, [2 ** -place for place in range(len(grades))])[0], rated_on=rated_on,
        rated_by="演示评级机构", next_review_on=rated_on + dt.timedelta(days=365), by=keeper,
    )  # fmt: skip
    if rng.random() < 0.3:
        statement, day = rng.choice(words.PEER_STATEMENTS), today - dt.timedelta(days=rng.randint(20, 300))
        parts.add_peer_appraisal(
            customer=customer, peer_name="演示同行", statement=statement, appraised_on=day, standing=rng.randint(2, 5), by=keeper
        )
    if rng.random() < 0.25:
        title, detail = rng.choice(words.PROBLEMS)
        parts.open_problem(customer=customer, title=title, detail=detail, by=keeper)
    for part in ("basics", "traits", "business", "transactions"):
        if rng.random() < 0.7:
            earliest = customer.assessments.first().recorded_on if part == "business" else since
            day = max(today - dt.timedelta(days=rng.choice([3, 12, 25, 60, 110, 240, 420])), earliest)
            parts.verify_part(customer=customer, part=part, by=keeper, on=day)


def _terms(rng: random.Random, today: dt.date) -> dict:
    limit = Decimal(rng.choice([20, 50, 100, 200, 500])) * 10_000
    exposure = (limit * rng.randint(0, 115) / 100).quantize(Decimal("0.01"))
    return {
        "sales_activity": rng.choice(words.SALES_ACTIVITY), "sales_activity_level": rng.randint(1, 5),
        "payment_days": rng.choice([0, 15, 30, 45, 60]), "payment_terms": rng.choice(["月结", "票结", "半月结", "预付"]),
        "rate_terms": rng.choice(words.RATES), "free_storage_days": rng.choice([3, 5, 7, 10]), "credit_limit": limit,
        "credit_exposure": exposure, "overdue_amount": Decimal(0), "overdue_days": 0,  # who is late, the file of the settlement office says
        "credit_as_of": today - dt.timedelta(days=rng.randint(1, 45)),
    }  # fmt: skip


def _assess(rng: random.Random, customer: Customer, keeper: User, day: dt.date) -> None:
    parts.add_assessment(
        customer=customer,
        assessed_on=day,
        recorded_on=day,
        by=keeper,
        scale=rng.randint(1, 5),
        annual_sales=Decimal(rng.randint(50, 90_000)) * 10_000,
        employees=rng.choice([12, 35, 80, 150, 420, 1200]),
        annual_tonnes=Decimal(rng.randint(5, 3_000)) * 1_000,
        profitability=rng.randint(1, 5),
        profit_margin=Decimal(rng.randint(-20, 180)) / 10,
        relation_since=day - dt.timedelta(days=rng.randint(200, 4_000)),
        relation=rng.randint(2, 5),
        share_of_wallet=Decimal(rng.randint(3, 95)),
        rival_ports=rng.choice(words.RIVALS),
        relation_note=rng.choice(words.RELATION_NOTES),
        cooperation=rng.randint(2, 5),
        cooperation_note=rng.choice(words.COOPERATION_NOTES),
    )


def _contact_history(rng: random.Random, customers: list[Customer], contacts: dict, keepers: Iterable[User], today: dt.date) -> None:
    """Two or three interactions for each file that is kept; some open a follow-up, some of those are done."""
    moment = now()
    for customer in customers:
        for _number in range(rng.choice([1, 2, 2, 3])):
            kind = rng.choices(list(words.SUBJECTS), (10, 5, 5, 6, 3, 1, 1))[0]
            present = contacts.get(customer.pk, [])
            step = rng.random() < 0.3
            interactions.log_interaction(
                customer=customer,
                kind=kind,
                subject=rng.choice(words.SUBJECTS[kind]),
                summary=rng.choice(words.SUMMARIES),
                happened_at=moment - dt.timedelta(days=rng.randint(0, 400), minutes=rng.randint(0, 500)),
                direction=rng.choice(["ours", "ours", "theirs"]),
                outcome=rng.choice(["positive", "positive", "neutral", "negative", "agreed"]),
                next_step=rng.choice(words.NEXT_STEPS) if step else "",
                next_step_on=today + dt.timedelta(days=rng.randint(-12, 40)) if step else None,
                contacts=rng.sample(present, k=min(len(present), 1)),
                by=customer.account_manager,
            )
    for customer in rng.sample(customers, k=min(24, len(customers))):
        due_on = today + dt.timedelta(days=rng.randint(-5, 20))
        opened = followups.open_follow_up(
            customer=customer,
            title=rng.choice(words.NEXT_STEPS),
            kind=rng.choice(["call", "visit", "task"]),
            owner=customer.account_manager,
            due_on=due_on,
            by=customer.account_manager,
        )
        if rng.random() < 0.3:
            followups.close_follow_up(follow_up=opened, result="已办理", by=customer.account_manager)
