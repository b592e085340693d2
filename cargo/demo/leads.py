"""The demo's cargo leads: some in each stage, from every cargo channel."""

import datetime as dt
import random
from collections.abc import Callable

from cargo.demo.flows import FLOWS, HOME
from cargo.enums import LeadStage, LostReason
from cargo.models import Port
from cargo.services.leads import create_lead, move_lead
from customers.models import Channel, Customer
from portcrm.accounts.models import User
from portcrm.clock import port_today, port_zone

STAGES = (
    (LeadStage.NEW, 10),
    (LeadStage.VERIFIED, 8),
    (LeadStage.QUOTING, 7),
    (LeadStage.NEGOTIATING, 6),
    (LeadStage.WON, 5),
    (LeadStage.LOST, 6),
)
NEXT_STEPS = ("电话确认货量和交货期", "请操作部核对泊位和堆场", "送报价单", "约定拜访日期", "核对提单条款")
NOTES = ("走访时提到", "恳谈会上登记", "年度计划中列出", "海关统计中查到的流向")


def seed_leads(rng: random.Random, users: dict[str, User], say: Callable[[str], None]) -> None:
    """A little over forty leads, made and moved through the services."""
    today = port_today()
    by = users["marketing_staff"]
    owners = list(User.objects.filter(roles__contains=["marketing_staff"], is_active=True).order_by("pk"))
    customers = list(Customer.objects.order_by("pk"))
    channels = list(Channel.objects.filter(family="cargo").order_by("pk"))
    ports = {port.unlocode: port for port in Port.objects.all()}
    number = 0
    for stage, count in STAGES:
        for _each in range(count):
            number += 1
            opened = today - dt.timedelta(days=rng.randint(3, 120))
            heard = dt.datetime.combine(opened, dt.time(9, 30), port_zone())
            facts = _facts(rng, number, channels, owners, ports, opened) | {"next_step_on": today + dt.timedelta(days=rng.randint(-6, 24))}
            # of a lead that is not won yet, the firm may be known by name only
            unknown = number % 5 == 0 and stage != LeadStage.WON
            who = {"party_name": f"演示货主 {number:02d}"} if unknown else {"customer": rng.choice(customers)}
            lead = create_lead(today=opened, by=by, recorded_at=heard, **who, **facts)
            if stage != LeadStage.NEW:
                reason = rng.choice(LostReason.values[:5]) if stage == LeadStage.LOST else ""
                moved_on = opened + dt.timedelta(days=rng.randint(1, 3))
                move_lead(lead=lead, to=stage, today=moved_on, by=lead.owner or by, reason=reason)
    say(f"Demo data: {number} cargo leads")


def _facts(rng: random.Random, number: int, channels, owners, ports, opened: dt.date) -> dict:
    code = rng.choice(list(FLOWS))
    flow = FLOWS[code]
    abroad, home = ports.get(rng.choice(flow.abroad)), ports[HOME]
    inbound = flow.direction == "inbound"
    return {
        "channel": channels[number % len(channels)],
        "source_note": rng.choice(NOTES),
        "cargo_class_id": code,
        "form": flow.form,
        "goods": flow.goods,
        "direction": flow.direction,
        "trade_kind": flow.trade_kind,
        "quantity": flow.lot * rng.randint(2, 12),
        "unit_id": flow.unit,
        "origin": abroad if inbound else home,
        "destination": home if inbound else abroad,
        "ready_on": opened + dt.timedelta(days=rng.randint(20, 150)),
        "rival_port": ports.get(rng.choice(("CNTAO", "CNTXG"))) if rng.random() < 0.5 else None,
        "owner": rng.choice(owners),
        "next_step": rng.choice(NEXT_STEPS),
    }
