"""The demo's cargo leads: some in each stage, from every cargo channel."""

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal

from django.db.models import Avg

from cargo.demo.flows import FLOWS, HOME
from cargo.enums import CLOSED_STAGES, OPEN_STAGES, LeadRhythm, LeadStage, LostReason, ProjectStage
from cargo.models import ExpectedFlow, Lead, MonthlyRollup, Port
from cargo.queries.lead_contracts import contract_by_default
from cargo.services.expected import agree_flow, confirm_wins
from cargo.services.lead_contracts import draw_up_contract
from cargo.services.leads import create_lead, move_lead
from cargo.services.outlooks import estimate_leads
from cargo.services.stillness import ask_about_stale_leads
from customers.models import Channel, Customer
from portcrm.accounts.models import User
from portcrm.clock import port_today, port_zone

STAGES = (
    (LeadStage.NEW, 10),
    (LeadStage.VERIFIED, 8),
    (LeadStage.QUOTING, 7),
    (LeadStage.NEGOTIATING, 6),
    (LeadStage.WON, 22),
    (LeadStage.LOST, 26),
)
WAY = OPEN_STAGES[1:]  # what a lead may pass through after it was recorded
NEXT_STEPS = ("电话确认货量和交货期", "请操作部核对泊位和堆场", "送报价单", "约定拜访日期", "核对提单条款")
NOTES = ("走访时提到", "恳谈会上登记", "年度计划中列出", "海关统计中查到的流向")


def seed_leads(rng: random.Random, users: dict[str, User], say: Callable[[str], None]) -> None:
    """Some eighty leads, made and moved through the services; then the night's work on them."""
    today = port_today()
    own = random.Random(rng.random())  # noqa: S311  its own: what follows stays as it is, however many leads there are
    maker = Maker(own, users["marketing_staff"], today)
    number = 0
    for stage, count in STAGES:
        for _each in range(count):
            number += 1
            maker.make(number, stage)
    maker.make_twins(number + 1)
    estimate_leads(today=today, by=users["manager"])
    confirm_wins(today=today, by=users["manager"])
    ask_about_stale_leads(today=today, by=users["manager"])
    say(f"Demo data: {number + 2} cargo leads")


class Maker:
    """Makes one lead after another out of what the demo has: customers, what they ship, channels, colleagues."""

    def __init__(self, rng: random.Random, by: User, today: dt.date):
        self.rng, self.by, self.today = rng, by, today
        self.owners = list(User.objects.filter(roles__contains=["marketing_staff"], is_active=True).order_by("pk"))
        self.customers = list(Customer.objects.order_by("pk"))
        self.channels = list(Channel.objects.filter(family="cargo").order_by("pk"))
        self.ports = {port.unlocode: port for port in Port.objects.all()}
        busy = MonthlyRollup.objects.filter(tonnes__gt=0, month__gte=today - dt.timedelta(days=240), cargo_class__in=FLOWS)
        series = busy.order_by("customer", "cargo_class", "direction").values("customer_id", "cargo_class_id", "direction")
        self.shipped = list(series.annotate(monthly=Avg("tonnes")))

    def make(self, number: int, stage: LeadStage) -> None:
        rng = self.rng
        opened = self.today - dt.timedelta(days=rng.randint(100, 300) if stage in CLOSED_STAGES else rng.randint(3, 120))
        facts = _facts(rng, number, self.channels, self.owners, self.ports, opened)
        facts["next_step_on"] = self.today + dt.timedelta(days=rng.randint(-6, 24))
        # of a lead that is not won yet, the firm may be known by name only
        unknown = number % 5 == 0 and stage != LeadStage.WON
        who = {"party_name": f"演示货主 {number:02d}"} if unknown else {"customer": rng.choice(self.customers)}
        if stage == LeadStage.WON and self.shipped:
            who, facts = {}, facts | self._already_shipped(opened)
        lead = self._recorded(opened, **who, **facts)
        day = opened
        for step in self._way_to(stage):
            day += dt.timedelta(days=rng.randint(1, 9))
            reason = rng.choice(LostReason.values[:5]) if step == LeadStage.LOST else ""
            lead = move_lead(lead=lead, to=step, today=min(day, self.today), by=lead.owner or self.by, reason=reason)
        if stage == LeadStage.WON:
            self._settle(lead, number)

    def _settle(self, lead: Lead, number: int) -> None:
        """Two won leads of three renew what the customer shipped before; one of three has its contract."""
        flow = ExpectedFlow.objects.filter(lead=lead).first()
        if flow is not None and number % 3:
            agreed = {name: getattr(flow, name) for name in ("tonnes_a_month", "teu_a_month", "first_month", "last_month")}
            agree_flow(lead=lead, continues=True, today=self.today, by=lead.owner or self.by, **agreed)
        if number % 3 == 1:
            terms = contract_by_default(Lead.objects.for_record().get(pk=lead.pk))
            if terms["valid_from"]:
                draw_up_contract(lead=lead, by=lead.owner or self.by, number=f"演示合同 L{number:03d}", **terms)

    def make_twins(self, number: int) -> None:
        """One cargo heard of on a fair and in a plan."""
        facts = _facts(self.rng, number, self.channels, self.owners, self.ports, self.today)
        for back, suffix in ((9, "有限公司"), (2, "")):
            self._recorded(self.today - dt.timedelta(days=back), party_name=f"演示货主 {number:02d}{suffix}", **facts)

    def _recorded(self, opened: dt.date, **facts) -> Lead:
        heard = dt.datetime.combine(opened, dt.time(9, 30), port_zone())
        return create_lead(today=opened, by=self.by, recorded_at=heard, **facts)

    def _way_to(self, stage: LeadStage) -> list[LeadStage]:
        """Lost leads stop somewhere on the way, won ones mostly go all of it."""
        if stage in CLOSED_STAGES:
            passed = self.rng.randint(0, len(WAY)) if stage == LeadStage.LOST else self.rng.randint(2, len(WAY))
            return [*WAY[:passed], stage]
        return list(WAY[: WAY.index(stage) + 1]) if stage in WAY else []

    def _already_shipped(self, opened: dt.date) -> dict:
        """Of a won lead the cargo came, more or less of it."""
        shipped = self.rng.choice(self.shipped)
        flow = FLOWS[shipped["cargo_class_id"]]
        promised = (shipped["monthly"] * Decimal(str(self.rng.uniform(0.2, 1.3)))).quantize(Decimal(1)) or Decimal(1)
        return {
            "customer_id": shipped["customer_id"],
            "cargo_class_id": shipped["cargo_class_id"],
            "direction": shipped["direction"],
            "form_id": flow.form,
            "goods": flow.goods,
            "quantity": promised,
            "unit_id": "t",
            "rhythm": LeadRhythm.MONTHLY,
            "ready_on": opened,
        }


def _facts(rng: random.Random, number: int, channels, owners, ports, opened: dt.date) -> dict:
    code = rng.choice(list(FLOWS))
    flow = FLOWS[code]
    abroad, home = ports.get(rng.choice(flow.abroad)), ports[HOME]
    inbound = flow.direction == "inbound"
    return {
        "channel": channels[number % len(channels)],
        "source_note": rng.choice(NOTES),
        "cargo_class_id": code,
        "form_id": flow.form,
        "goods": flow.goods,
        "direction": flow.direction,
        "trade_kind_id": flow.trade_kind,
        "quantity": flow.lot * rng.randint(2, 12),
        "unit_id": flow.unit,
        "origin": abroad if inbound else home,
        "destination": home if inbound else abroad,
        "ready_on": opened + dt.timedelta(days=rng.randint(20, 150)),
        "rival_port": ports.get(rng.choice(("CNTAO", "CNTXG"))) if rng.random() < 0.5 else None,
        "owner": rng.choice(owners),
        "next_step": rng.choice(NEXT_STEPS),
        **_grounds(number, channels[number % len(channels)].key, opened),
    }


def _grounds(number: int, channel: str, opened: dt.date) -> dict:
    """What a lead from the government or from the shipper's own papers rests on."""
    if channel in ("project_approval", "contract_performance"):
        stage = ProjectStage.values[number % len(ProjectStage.values)]
        return {"project_no": f"演示批文 {number:03d}", "project_stage": stage, "equipment": "成套设备 1 套，最大件 180 吨\n钢结构 420 吨"}
    if channel in ("shipper_plan", "shipper_contract"):
        first = opened.replace(day=1)
        return {"plan_no": f"演示合同 {number:03d}", "plan_from": first, "plan_until": first + dt.timedelta(days=364)}
    return {}
