"""Demo data of marketing: the first value model, three month ends, key accounts decided with the ranking in view."""

import datetime as dt
import random
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.enums import Tier
from customers.services.customers import assign_customer
from marketing.models import RankingRow, ValueModel
from marketing.queries.runs import newest_run
from marketing.services.computing import compute_ranking
from marketing.services.runs import ask_for_ranking
from marketing.services.value_models import draft_value_model, put_in_force
from marketing.value.windows import last_month_end
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.clock import now, port_today

KEY_ACCOUNTS = 18
MAJOR = 30


def seed_rankings(rng: random.Random, users: Mapping[str, User], say: Callable[[str], None]) -> None:
    """Rank the last three month ends through the service, then flag key accounts from the newest ranking."""
    manager = users[Role.MANAGER]
    if not ValueModel.objects.in_force().exists():
        with override("zh-hans"):
            put_in_force(model=draft_value_model(note=_("First version, agreed with operations"), by=manager), at=now(), by=manager)
    today = port_today()
    ends = [last_month_end(today)]
    while len(ends) < 3:
        ends.append(last_month_end(ends[-1]))
    for as_of in reversed(ends):
        rank(as_of, today=today, by=manager, say=say)
    decide_key_accounts(by=manager, users=users)


def rank(as_of: dt.date, *, today: dt.date, by: User, say: Callable[[str], None]):
    """One ranking through the service, made here and now instead of by a worker."""
    run = compute_ranking(run_id=ask_for_ranking(as_of=as_of, today=today, by=by).pk, clock=now, by=by)
    if run is not None:
        say(f"{run.title}: {run.ranked}")
    return run


def decide_key_accounts(*, by: User, users: Mapping[str, User]) -> None:
    """What a manager decides with the ranking before him: the top of class A are key accounts, the next are major."""
    marketers = [users[role] for role in (Role.MARKETING, Role.MANAGER) if role in users]
    rows = RankingRow.objects.visible_to(by).filter(run=newest_run(by)).order_by("position").select_related("customer")
    for number, row in enumerate(rows[: KEY_ACCOUNTS + MAJOR]):
        key = number < KEY_ACCOUNTS
        manager = row.customer.account_manager or marketers[number % len(marketers)]
        decision = {"tier": Tier.KEY if key else Tier.MAJOR, "is_key_account": key, "account_manager": manager}
        assign_customer(customer=row.customer, changes=decision, by=by)
