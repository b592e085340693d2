"""What weighs on a customer's mind as our departments see it: side by side, how far they agree, what to speak of on a visit."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from customers import permissions
from customers.analysis.agreement import LIMIT, Spread, overall_deviation, spread
from customers.enums import CONCERNS, SERVICE_NEEDS, Matter, Side
from customers.models import Customer, DepartmentView, TalkingPoint, ViewScore
from portcrm.accounts.models import Department, User
from portcrm.bilingual import enumerated
from portcrm.clock import first_day_from, start_of_day
from portcrm.pages.formats import day as shown_day
from portcrm.pages.formats import number
from portcrm.pages.registry import Entry

HEAVY = 3.5  # from this mean weight on a concern is spoken of
WIDE = 1.0  # and from this distance on a need we do not meet
MOST_CONCERNS, MOST_NEEDS = 3, 2


def may_speak_for(user: User, department: Department) -> bool:
    """Each department records its own view; who assigns customers may type in any."""
    return user.department_id == department.pk or user.has_perm(permissions.ASSIGN_CUSTOMER)


def speaks_for(user: User) -> list[Department]:
    """The departments whose view this user may record, the own one first."""
    if not user.has_perm(permissions.RECORD_NEED):
        return []
    return sorted((one for one in Department.objects.all() if may_speak_for(user, one)), key=lambda one: one.pk != user.department_id)


def one_decimal(value: float | None) -> str:
    return number(None if value is None else round(value, 1))


@dataclass(frozen=True)
class MatterRow:
    """One concern or need: the last word of each department (in the order of `departments`), and how far they agree."""

    matter: Matter
    weights: list[ViewScore | None]
    deliveries: list[ViewScore | None]

    @cached_property
    def weight(self) -> Spread | None:
        return spread([one.score for one in self.weights if one])

    @cached_property
    def delivered(self) -> Spread | None:
        return spread([one.score for one in self.deliveries if one])

    @property
    def gap(self) -> float | None:
        """How far what we deliver falls short of the weight; negative where we do more than that."""
        return self.weight.mean - self.delivered.mean if self.weight and self.delivered else None

    @property
    def gap_text(self) -> str:
        return one_decimal(self.gap)

    @property
    def pairs(self) -> list[tuple[ViewScore | None, ViewScore | None]]:
        """Weight and delivery of each department."""
        return list(zip(self.weights, self.deliveries, strict=True))

    @property
    def wide(self) -> bool:
        return self.gap is not None and self.gap >= WIDE

    @property
    def said(self) -> list[ViewScore]:
        """The weights, the heaviest first."""
        return sorted((one for one in self.weights if one), key=lambda one: -one.score)

    @property
    def who_sees_what(self) -> str:
        """In words: Marketing sees 5, Operations 2."""
        first, *others = self.said
        rest = _("%(department)s %(score)s")
        told = [_("%(department)s sees %(score)s") % self._saying(first), *(rest % self._saying(one) for one in others)]
        return enumerated(told)

    @staticmethod
    def _saying(one: ViewScore) -> dict:
        return {"department": one.view.department.label, "score": one.score}

    @property
    def sentence(self) -> str:
        return _("%(matter)s: %(views)s") % {"matter": self.matter.label, "views": self.who_sees_what}

    @property
    def gap_sentence(self) -> str:
        """The shortfall in words."""
        weight, delivered = one_decimal(self.weight.mean), one_decimal(self.delivered.mean)
        return _("%(matter)s: it weighs %(weight)s for the customer, we deliver %(delivered)s") % {
            "matter": self.matter.label, "weight": weight, "delivered": delivered,
        }  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    """Something to speak of on a visit: the sentences, why, and where the evidence stands."""

    matter: Matter
    texts: list[str]
    why: str
    url: str


@dataclass(frozen=True)
class Standpoints:
    """The views all departments held of `customer` at the end of `day`, for `user`."""

    customer: Customer
    user: User
    day: dt.date

    @cached_property
    def views(self) -> list[DepartmentView]:
        """All views, the latest first."""
        return list(DepartmentView.objects.visible_to(self.user).filter(customer=self.customer).as_of(self.day).for_reading())

    @cached_property
    def departments(self) -> list[Department]:
        return sorted({view.department for view in self.views}, key=lambda one: (one.code, one.pk))

    @cached_property
    def latest(self) -> list[tuple[DepartmentView, list[DepartmentView]]]:
        """Each department's last view with the earlier ones."""
        of_department = [[view for view in self.views if view.department_id == one.pk] for one in self.departments]
        return [(views[0], views[1:]) for views in of_department]

    @cached_property
    def scores(self) -> list[ViewScore]:
        """Every score, the latest first; `is_current` says which are the last word of their department."""
        views = {view.pk: view for view in self.views}
        rows = list(ViewScore.objects.visible_to(self.user).filter(view__in=views).newest_first())
        seen = set()
        for row in rows:
            row.view = views[row.view_id]
            key = (row.matter, row.side, row.view.department_id)
            row.is_current = key not in seen
            seen.add(key)
        return rows

    @cached_property
    def rows(self) -> dict[Matter, MatterRow]:
        found: dict[tuple, ViewScore] = {(row.matter, row.side, row.view.department_id): row for row in self.scores if row.is_current}
        return {
            matter: MatterRow(matter, *([found.get((matter, side, one.pk)) for one in self.departments] for side in Side))
            for matter in Matter
        }

    @property
    def concerns(self) -> list[MatterRow]:
        return [self.rows[matter] for matter in CONCERNS]

    @property
    def needs(self) -> list[MatterRow]:
        return [self.rows[matter] for matter in SERVICE_NEEDS]

    @property
    def weighed(self) -> int:
        return sum(row.weight.n for row in self.rows.values() if row.weight)

    @cached_property
    def disagreements(self) -> list[MatterRow]:
        """What departments see differently, the widest apart first."""
        apart = [row for row in self.rows.values() if row.weight and row.weight.agreed is False]
        return sorted(apart, key=lambda row: -row.weight.deviation)

    @cached_property
    def agreement(self) -> float | None:
        return overall_deviation(row.weight for row in self.rows.values())

    @property
    def agreed(self) -> bool | None:
        return None if self.agreement is None else self.agreement <= LIMIT

    @property
    def shortfalls(self) -> list[MatterRow]:
        return sorted((row for row in self.needs if row.wide), key=lambda row: -row.gap)

    @property
    def heaviest(self) -> list[MatterRow]:
        """The concerns by their mean weight."""
        return sorted((row for row in self.concerns if row.weight), key=lambda row: -row.weight.mean)

    @cached_property
    def evidence(self) -> list[tuple[Matter, list[ViewScore]]]:
        """What was said about each matter, the last word first."""
        by_matter = defaultdict(list)
        for row in self.scores:
            by_matter[Matter(row.matter)].append(row)
        return [(matter, by_matter[matter]) for matter in Matter if matter in by_matter]

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        """The heaviest concerns first, then the needs we fall short of most."""
        heavy = [row for row in self.heaviest if row.weight.mean >= HEAVY][:MOST_CONCERNS]
        chosen = [(row, _("%(said)s.") % {"said": row.who_sees_what}) for row in heavy]
        chosen += [(row, _("%(said)s.") % {"said": row.gap_sentence}) for row in self.shortfalls[:MOST_NEEDS]]
        texts = defaultdict(list)
        for point in TalkingPoint.objects.active().filter(matter__in=[row.matter for row, _why in chosen]):
            texts[point.matter].append(point.label)
        return [
            Suggestion(row.matter, texts[row.matter], f"{why}{self._last_evidence(row)}", self.address(row.matter)) for row, why in chosen
        ]

    def _last_evidence(self, row: MatterRow) -> str:
        last = next((one for one in self.scores if one.matter == row.matter and one.evidence), None)
        quoted = _(" “%(evidence)s” (%(day)s)")
        return quoted % {"evidence": last.evidence, "day": shown_day(last.view.viewed_on)} if last else ""

    def address(self, matter: Matter) -> str:
        """Where the evidence of a matter stands; the tab's own page, because only there a browser finds the place."""
        return f"{reverse('customers:needs_tab', args=[self.customer.pk])}#said-{matter.value}"


def department_views(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Entries of the timeline: which department said what."""
    rows = DepartmentView.objects.visible_to(user).filter(customer=customer).for_reading().prefetch_related("scores")
    rows = rows.filter(viewed_on__lt=first_day_from(before)) if before else rows
    return [
        Entry(
            at=start_of_day(row.viewed_on),
            kind="department_view",
            icon="target",
            title=_("%(department)s: its view of the customer") % {"department": row.department.label},
            body="\n".join(filter(None, (row.note, " · ".join(f"{one.get_matter_display()} {one.score}" for one in _weights(row))))),
            by=row.recorded_by.label,
            precision="day",
            who=(row.recorded_by_id,),
        )
        for row in rows[:limit]
    ]


def _weights(view: DepartmentView) -> list[ViewScore]:
    return [one for one in view.scores.all() if one.side == Side.WEIGHT]
