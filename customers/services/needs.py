"""What each department thinks of a customer: written down with its day, never overwritten."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from customers.enums import SERVICE_NEEDS, Side
from customers.models import Channel, Customer, DepartmentView, ViewScore
from customers.queries.needs import may_speak_for
from portcrm.accounts.models import Department, User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time


@dataclass(frozen=True)
class Score:
    """1 to 5 for one side of one concern or need, with what it rests on."""

    matter: str
    side: str
    score: int
    evidence: str = ""


@action("department_view.add")
def add_department_view(
    *,
    customer: Customer,
    department: Department,
    by: User,
    viewed_on: dt.date | None = None,
    standing: int | None = None,
    outlook: int | None = None,
    note: str = "",
    channel: Channel | None = None,
    scores: Iterable[Score] = (),
    form_key: uuid.UUID | None = None,
) -> DepartmentView:
    """Add a department's view of a customer with its scores; earlier views stay as they are.

    The same form (`form_key`) sent twice gives the first view again.
    """
    one_at_a_time(form_key)
    if form_key is not None and (known := DepartmentView.objects.filter(form_key=form_key).first()):
        return known
    today, scores = port_today(), list(scores)
    _refuse(department, by, viewed_on or today, today, scores, said=bool(standing or outlook or note.strip()))
    view = DepartmentView.objects.create(
        customer=customer, department=department, viewed_on=viewed_on or today, standing=standing, outlook=outlook, note=note.strip(),
        channel=channel, recorded_by=by, recorded_on=today, form_key=form_key,
    )  # fmt: skip
    ViewScore.objects.bulk_create(
        ViewScore(view=view, matter=one.matter, side=one.side, score=one.score, evidence=one.evidence.strip()) for one in scores
    )
    return view


def _refuse(department: Department, by: User, day: dt.date, today: dt.date, scores: list[Score], *, said: bool) -> None:
    if not may_speak_for(by, department):
        raise RuleBroken(_("Each department records its own view. Only who assigns customers records those of others."))
    if day > today:
        raise RuleBroken(_("A view cannot be dated in the future."), field="viewed_on")
    if not scores and not said:
        raise RuleBroken(_("Nothing is filled in yet: give at least one weight, a standing, an outlook or a note."))
    if any(one.side == Side.DELIVERED and one.matter not in SERVICE_NEEDS for one in scores):
        raise RuleBroken(_("Only a service need is compared with what we deliver."))
