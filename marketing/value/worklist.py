"""What a manager should do next about key accounts, most pressing first. Figures in, reasons out."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

FALL_PERCENT = Decimal(-20)  # tonnes against the window before
RANKS_LOST = 5
LOW_SATISFACTION = Decimal("3.5")
QUIET_DAYS = 60
TASK_CODES = ("complaints", "overdue", "fall", "dissatisfied", "dropped", "quiet", "stale", "unranked")  # in the order of urgency


@dataclass(frozen=True, slots=True)
class AccountFacts:
    customer: int
    rank: int | None
    ranks_lost: int
    class_dropped: bool
    change_percent: Decimal | None
    satisfaction: Decimal | None
    open_complaints: int
    last_contact_on: dt.date | None
    next_step_due: dt.date | None
    file_is_stale: bool


@dataclass(frozen=True, slots=True)
class Task:
    customer: int
    code: str
    figure: Decimal | int | dt.date | None = None


def worklist(accounts: Iterable[AccountFacts], *, today: dt.date, ranked: bool) -> list[Task]:
    """One task per account and reason, by urgency and then by rank; `ranked`: there is a ranking to compare with."""
    found = [(task, account.rank or 10**9) for account in accounts for task in _tasks(account, today, ranked)]
    return [task for task, _rank in sorted(found, key=lambda pair: (TASK_CODES.index(pair[0].code), pair[1], pair[0].customer))]


def _tasks(account: AccountFacts, today: dt.date, ranked: bool) -> Iterable[Task]:
    key = account.customer
    if account.open_complaints:
        yield Task(key, "complaints", account.open_complaints)
    if account.next_step_due is not None and account.next_step_due < today:
        yield Task(key, "overdue", account.next_step_due)
    if account.change_percent is not None and account.change_percent <= FALL_PERCENT:
        yield Task(key, "fall", account.change_percent)
    if account.satisfaction is not None and account.satisfaction < LOW_SATISFACTION:
        yield Task(key, "dissatisfied", account.satisfaction)
    if account.class_dropped or account.ranks_lost >= RANKS_LOST:
        yield Task(key, "dropped", account.ranks_lost)
    if account.last_contact_on is None or (today - account.last_contact_on).days > QUIET_DAYS:
        yield Task(key, "quiet", account.last_contact_on)
    if account.file_is_stale:
        yield Task(key, "stale")
    if ranked and account.rank is None:
        yield Task(key, "unranked")
