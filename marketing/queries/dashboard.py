"""The manager's key accounts: stored figures of the newest ranking beside what the files say today."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from customers.models import Customer, FollowUp
from customers.querysets import fresh_days
from marketing.enums import ValueClass
from marketing.models import RankingRow, RankingRun
from marketing.queries.reasons import signed_percent
from marketing.value.worklist import AccountFacts, Task, worklist
from portcrm.pages import formats

MOST_ACCOUNTS = 200
MOST_TASKS = 8
MOST_CANDIDATES = 5
FIRST_OF_RANKING = 300  # candidates are looked for among these
SHOWN_AT_ONCE = 20
READ = (
    *("name_zh", "name_en", "tier", "open_complaints", "last_contact_on", "verified_on", "recorded_on"),
    *("account_manager__name", "account_manager__name_en"),
)


@dataclass(frozen=True, slots=True)
class KeyAccount:
    customer: Customer
    row: RankingRow | None
    next_step: FollowUp | None
    today: dt.date

    @property
    def change_percent(self) -> Decimal | None:
        """Tonnes against the window before, in per cent; None for who had none then."""
        if self.row is None or self.row.tonnes_before <= 0:
            return None
        return (100 * (self.row.tonnes - self.row.tonnes_before) / self.row.tonnes_before).quantize(Decimal("0.1"))

    @property
    def change_text(self) -> str:
        change = self.change_percent
        return "" if change is None else signed_percent(change, 1)

    @property
    def file_age_days(self) -> int:
        return (self.today - (self.customer.verified_on or self.customer.recorded_on)).days

    @property
    def file_is_stale(self) -> bool:
        return self.file_age_days > fresh_days(self.customer.tier)

    @property
    def days_since_contact(self) -> int | None:
        last = self.customer.last_contact_on
        return None if last is None else (self.today - last).days

    @property
    def step_is_late(self) -> bool:
        return self.next_step is not None and self.next_step.due_on < self.today

    @property
    def facts(self) -> AccountFacts:
        row = self.row
        return AccountFacts(
            customer=self.customer.pk,
            rank=row.rank if row else None,
            ranks_lost=-(row.movement or 0) if row else 0,
            class_dropped=bool(row and row.previous_class and row.value_class > row.previous_class),
            change_percent=self.change_percent,
            satisfaction=row.satisfaction if row else None,
            open_complaints=self.customer.open_complaints,
            last_contact_on=self.customer.last_contact_on,
            next_step_due=self.next_step.due_on if self.next_step else None,
            file_is_stale=self.file_is_stale,
        )


def key_accounts(user, run: RankingRun | None, customers, *, today: dt.date, months: bool = False) -> list[KeyAccount]:
    """The key accounts among `customers` (a visible, filtered queryset), best rank first, unranked ones last; only a chart
    needs the figures of single `months`."""
    chosen = customers.key_accounts().select_related("account_manager").only(*READ).order_by("value_rank", "sort_key")
    found = list(chosen[:MOST_ACCOUNTS])
    ids = [customer.pk for customer in found]
    unread = ("parts", "reasons") if months else ("parts", "reasons", "months")
    of_run = RankingRow.objects.visible_to(user).filter(run=run, customer__in=ids).defer(*unread)
    rows = {row.customer_id: row for row in of_run} if run else {}
    for row in rows.values():
        row.run = run
    steps = FollowUp.objects.visible_to(user).of_business().open().filter(customer__in=ids)  # to wish somebody well is no step
    first = steps.order_by("customer_id", "due_on", "pk").distinct("customer_id")
    next_steps = {step.customer_id: step for step in first}
    accounts = [KeyAccount(customer, rows.get(customer.pk), next_steps.get(customer.pk), today) for customer in found]
    return sorted(accounts, key=lambda account: account.row.position if account.row else 10**9)


@dataclass(frozen=True, slots=True)
class ListedTask:
    """The most pressing task of a customer and all reasons to act, (words, tone) each."""

    customer: Customer
    code: str
    what: str
    reasons: list[tuple[str, str]]

    @property
    def can_become_follow_up(self) -> bool:
        return self.code != "overdue"


TONES = {"complaints": "danger", "overdue": "danger", "fall": "warning", "dissatisfied": "warning", "dropped": "warning"}


def tasks_of(accounts: list[KeyAccount], *, today: dt.date, ranked: bool) -> list[ListedTask]:
    """What to do next, one line per customer, most pressing first; at most MOST_TASKS."""
    customers = {account.customer.pk: account.customer for account in accounts}
    found: dict[int, ListedTask] = {}
    for task in worklist([account.facts for account in accounts], today=today, ranked=ranked):
        if task.customer not in found:
            found[task.customer] = ListedTask(customers[task.customer], task.code, what_text(task.code), [])
        found[task.customer].reasons.append((why_text(task), TONES.get(task.code, "info")))
    return list(found.values())[:MOST_TASKS]


def what_text(code: str) -> str:
    """The action a task asks for."""
    return {
        "complaints": _("See that the complaint is answered"),
        "overdue": _("Take the overdue step"),
        "fall": _("Ask where the cargo goes"),
        "dissatisfied": _("Visit and hear what is wrong"),
        "dropped": _("Look into the lower rank"),
        "quiet": _("Get in touch"),
        "stale": _("Check the customer file"),
        "unranked": _("Ask why no cargo came"),
    }[code]


def why_text(task: Task) -> str:
    figure = task.figure
    if task.code == "complaints":
        return _("%(count)s open") % {"count": figure}
    if task.code == "overdue":
        return _("due on %(date)s") % {"date": formats.day(figure)}
    if task.code == "fall":
        return _("tonnes %(change)s against the window before") % {"change": signed_percent(figure)}
    if task.code == "dissatisfied":
        return _("satisfaction %(mark)s of 5") % {"mark": f"{figure:.1f}"}
    if task.code == "dropped":
        return _("%(count)s ranks lost") % {"count": figure} if figure and figure > 0 else _("value class fell")
    if task.code == "quiet":
        return _("last contact on %(date)s") % {"date": formats.day(figure)} if figure else _("no contact recorded")
    return {"stale": _("not confirmed in time"), "unranked": _("no business in the window")}[task.code]


def candidates(user, run: RankingRun | None) -> list[RankingRow]:
    """The first class A customers of the ranking that nobody has made a key account."""
    if run is None:
        return []
    first = RankingRow.objects.visible_to(user).filter(run=run, position__lte=FIRST_OF_RANKING, value_class=ValueClass.A)
    rows = first.filter(customer__is_key_account=False)
    return list(rows.select_related("customer").order_by("position")[:MOST_CANDIDATES])
