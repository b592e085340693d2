"""What marketing and operations think weighs on the minds of key accounts, for the demo."""

import datetime as dt
import random

from customers.enums import CONCERNS, SERVICE_NEEDS, Matter
from customers.models import Customer
from customers.services.needs import Score, add_department_view
from portcrm.accounts.models import User

FIRMS = 24
EVIDENCE = {
    Matter.SCHEDULE_PUNCTUALITY: "上月两个航次延误，客户两次来电催问",
    Matter.CONTAINER_SUPPLY: "周五订不到 40 尺高箱，货等了四天",
    Matter.INSPECTION_CLEARANCE: "查验三票，平均多等一天半",
    Matter.FREIGHT_PAYMENT: "希望由票结改为月结",
    Matter.COST_ACCOUNTING: "要求列出每吨全程成本再比较邻港",
    Matter.CARGO_SAFETY: "上季度有一票破包，理赔用了五周",
    Matter.EDI_LEVEL: "舱单仍靠邮件往来，想直接对接系统",
    Matter.DELIVERY_TIME: "收货人反映到厂晚于约定两天",
}
NOTES = (
    "愿意把增量放在本港，前提是箱源有保证",
    "负责人新到任，先看半年服务再谈合同",
    "与邻港同时合作，价格敏感",
    "关系稳定，适合推荐新航线",
)


def seed_needs(rng: random.Random, customers: list[Customer], keepers: list[User], today: dt.date) -> None:
    """Two departments' views of some key accounts, every fourth with an earlier one."""
    speakers = list({keeper.department_id: keeper for keeper in keepers if keeper.department_id}.values())
    firms = [customer for customer in customers if customer.is_key_account][:FIRMS]
    for place, customer in enumerate(firms):
        for speaker in speakers:
            for days in ([300] if place % 4 == 0 else []) + [rng.randint(5, 120)]:
                add_department_view(
                    customer=customer, department=speaker.department, viewed_on=today - dt.timedelta(days=days), by=speaker,
                    standing=rng.randint(2, 5), outlook=rng.randint(2, 5), note=rng.choice(NOTES), scores=_scores(rng),
                )  # fmt: skip


def _scores(rng: random.Random) -> list[Score]:
    scores = []
    for matter in (*CONCERNS, *SERVICE_NEEDS):
        weight = rng.choices((1, 2, 3, 4, 5), (1, 3, 5, 5, 3))[0]
        evidence = EVIDENCE.get(matter, "") if weight >= 4 else ""
        scores.append(Score(matter, "weight", weight, evidence))
        if matter in SERVICE_NEEDS:
            scores.append(Score(matter, "delivered", rng.choices((1, 2, 3, 4, 5), (1, 3, 5, 4, 2))[0]))
    return scores
