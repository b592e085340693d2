"""A visit plan around today, repeating follow-ups and a mail wish for the demo; notifications come from the services."""

import datetime as dt
import random

from customers.models import Customer
from customers.services import visits
from customers.services.followups import open_follow_up
from customers.services.telling import tell_due
from portcrm.accounts.models import User
from portcrm.clock import now, port_today
from portcrm.notices.services import change_digest

PURPOSES = ("了解下季度货量", "商谈舱位与航班安排", "回访单证服务", "续签年度协议", "听取对堆存费的意见")
POINTS = "上次意见的处理结果\n下季度货量和集港时间\n航班准班率"
OPEN_HOURS = (9, 10, 14, 15, None)
SATURDAY = 5


def seed_visits(rng: random.Random, customers: list[Customer], *, manager: User) -> None:
    """Two weeks of visits, half of today's reported; every sixth called off."""
    today = port_today()
    served = [customer for customer in customers if customer.account_manager and customer.tier != "standard"]
    days = [day for number in range(14) if (day := today + dt.timedelta(days=number)).weekday() < SATURDAY]
    for number, customer in enumerate(rng.sample(served, k=min(24, len(served)))):
        visit = visits.plan_visit(
            customer=customer,
            visitor=customer.account_manager,
            planned_for=days[number % len(days)] if number >= 6 else today,
            starts_at=dt.time(hour) if (hour := rng.choice(OPEN_HOURS)) else None,
            purpose=rng.choice(PURPOSES),
            talking_points=POINTS,
            by=manager if number % 3 == 0 else customer.account_manager,
        )
        if number < 3:
            visits.report_visit(visit=visit, subject=visit.purpose, summary="客户对准班率表示满意，希望提前通报运价变动。",
                                outcome="positive", happened_at=now(), by=visit.visitor)  # fmt: skip
        elif number % 6 == 5:
            visits.call_off_visit(visit=visit, state="cancelled", reason="客户临时出差，另约时间", by=visit.visitor)
    for customer in served[:4]:
        open_follow_up(
            customer=customer, title="核对月度对账单", owner=customer.account_manager, due_on=today, kind="task", repeat_unit="month",
            remind_days=3, by=manager,
        )  # fmt: skip
    tell_due(today=today, by=manager)
    change_digest(rhythm="daily", hour=8, weekday=0, quiet_weekends=True, by=manager)
