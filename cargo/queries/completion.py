"""How far the annual task is done: month, cumulative and year, beside the year before and the projected end."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cargo.models import CargoClass, Projection, ProjectionRun
from cargo.queries.handled import Coverage, Year, coverage, handled_months, last_whole_month, year_of
from cargo.queries.targets import MONTHS, NO_TASK, Slot, Task, tasks_of

SPRING = (1, 2)  # the Spring Festival falls in either: statistics tell the two months together


@dataclass(frozen=True, slots=True)
class Sums:
    """Of some months: the task, what was handled and what was a year before; None is no data or no task, never zero."""

    task: Decimal | None
    handled: Decimal | None
    before: Decimal | None

    @property
    def completion(self) -> Decimal | None:
        return self.handled / self.task if self.handled is not None and self.task else None

    @property
    def growth(self) -> Decimal | None:
        """Year on year; None where there was nothing to grow from."""
        return (self.handled - self.before) / self.before if self.handled is not None and self.before else None


def total(year: Year, months: Sequence[int]) -> Decimal | None:
    """Of these months (1 to 12); None where any of them has no figure, or none is asked for."""
    chosen = [year[month - 1] for month in months]
    return sum(chosen, Decimal(0)) if chosen and None not in chosen else None


@dataclass(frozen=True)
class Line:
    """One class (None: all of them) up to the month `through` (0: no whole month of the year yet).

    `months` are the task of each month: as set, or spread by the year before (`is_spread`). `is_summed`: the task of all classes
    was not set and is what the classes add up to.
    """

    cargo_class: CargoClass | None
    task: Task
    handled: Year
    before: Year
    through: int
    merged: bool = True
    is_summed: bool = False
    projection: Projection | None = None

    @property
    def code(self) -> str | None:
        return self.cargo_class.pk if self.cargo_class else None

    @property
    def months(self) -> Year:
        return self.task.spread(self.before)

    @property
    def is_spread(self) -> bool:
        return self.task.sum_of_months is None and self.months[0] is not None

    @property
    def of_month(self) -> tuple[int, ...]:
        """The months the month's figures are of: January and February together where they are merged and February is over."""
        if not self.through:
            return ()
        return SPRING if self.merged and self.through == SPRING[-1] else (self.through,)

    def sums(self, months: Sequence[int]) -> Sums:
        return Sums(total(self.months, months), total(self.handled, months), total(self.before, months))

    @property
    def periods(self) -> list[tuple[int, ...]]:
        """The year month by month, or with January and February as one."""
        months = [(month,) for month in MONTHS]
        return [SPRING, *months[len(SPRING) :]] if self.merged else months

    @property
    def month(self) -> Sums:
        return self.sums(self.of_month)

    @property
    def cumulative(self) -> Sums:
        return self.sums(MONTHS[: self.through])

    @property
    def month_on_month(self) -> Decimal | None:
        """Against the month before, of the same year or the one before; not told across January and February taken together."""
        if not self.through or (self.merged and self.through <= SPRING[-1] + 1 and self.through > 1):
            return None
        earlier = self.before[11] if self.through == 1 else self.handled[self.through - 2]
        now = self.handled[self.through - 1]
        return (now - earlier) / earlier if now is not None and earlier else None

    @property
    def of_year(self) -> Sums:
        """The year's task and what is handled of it so far, beside the whole year before."""
        return Sums(self.task.of_year, self.cumulative.handled, total(self.before, MONTHS))

    @property
    def projected(self) -> Decimal | None:
        """Where the year ends: as handled once it is over, until then as the job has projected."""
        return self.cumulative.handled if self.through == MONTHS[-1] else self.projection and self.projection.projected

    @property
    def gap(self) -> Decimal | None:
        """How much of the task the projected year end leaves open; below zero where it is more than the task."""
        return None if self.task.of_year is None or self.projected is None else self.task.of_year - self.projected

    @property
    def is_shown(self) -> bool:
        return self.task != NO_TASK or any(self.handled) or any(self.before)


@dataclass(frozen=True)
class Completion:
    slot: Slot
    through: int
    covered: Coverage
    whole: Line
    every: dict[str, Line]  # each class, by code
    run: ProjectionRun | None

    @property
    def lines(self) -> list[Line]:
        """The classes with a task or cargo."""
        return [line for line in self.every.values() if line.is_shown]

    @property
    def behind(self) -> list[Line]:
        """Classes whose year is projected to end below the task, the widest gap first."""
        return sorted((line for line in self.lines if line.gap is not None and line.gap > 0), key=lambda line: -line.gap)


def default_month(today: dt.date) -> dt.date:
    """The month to look at: the newest whole one of the ledger, or the one before today where the ledger is empty."""
    return last_whole_month(coverage(), today) or last_whole_month(Coverage(today, today), today)


def through_of(year: int, covered: Coverage, today: dt.date) -> int:
    """The last whole month of that year the ledger knows; 0 where none is."""
    last = last_whole_month(covered, today)
    if last is None or last.year < year:
        return 0
    return MONTHS[-1] if last.year > year else last.month


def completion(
    user,
    slot: Slot,
    *,
    today: dt.date,
    month: int | None = None,
    merged: bool = True,
    run: ProjectionRun | None = None,
    newest: bool = True,
) -> Completion:
    """The task of one slot up to `month`, or to the last whole month. The projections are those of `run`, else the `newest`."""
    covered = coverage()
    through = through_of(slot.year, covered, today)
    if month is not None:
        through = min(month, through)
    handled = handled_months(user, slot, dt.date(slot.year - 1, 1, 1), dt.date(slot.year, 12, 1))
    tasks = tasks_of(user, slot)
    run = newest_run(user) if newest else run
    projections = projections_of(run, slot)
    classes = list(CargoClass.objects.all())

    def line(one: CargoClass | None, task: Task, **more) -> Line:
        code = one.pk if one else None
        years = (year_of(handled, covered, code, year) for year in (slot.year, slot.year - 1))
        return Line(one, task, *years, through=through, merged=merged, projection=projections.get(code), **more)

    whole = tasks.get(None) or sum_of_tasks([task for code, task in tasks.items() if code is not None])
    lines = {one.pk: line(one, tasks.get(one.pk, NO_TASK)) for one in classes}
    top = line(None, whole, is_summed=None not in tasks and whole != NO_TASK)
    return Completion(slot, through, covered, top, lines, run)


def sum_of_tasks(tasks: list[Task]) -> Task:
    """What the classes add up to, month by month as far as every class with months has that month."""
    years = [task.of_year for task in tasks if task.of_year is not None]
    with_months = [task.months for task in tasks if task.sum_of_months is not None]
    all_have_months = with_months and len(with_months) == len(tasks)
    months = tuple(None if None in column else sum(column, Decimal(0)) for column in zip(*with_months, strict=True))
    return Task(sum(years, Decimal(0)) if years else None, months if all_have_months else NO_TASK.months)


def newest_run(user) -> ProjectionRun | None:
    return ProjectionRun.objects.visible_to(user).done().first()


def run_of_month(user, month: dt.date) -> ProjectionRun | None:
    """The newest projection that rested on this month."""
    return ProjectionRun.objects.visible_to(user).done().filter(as_of=month).first()


def projections_of(run: ProjectionRun | None, slot: Slot) -> dict[str | None, Projection]:
    """Of each class of a slot, by code; None is all classes."""
    if run is None:
        return {}
    found = run.projections.filter(
        year=slot.year, unit=slot.unit, direction=slot.direction, customer=slot.customer_id, manager=slot.manager_id
    )
    return {one.cargo_class_id: one for one in found}
