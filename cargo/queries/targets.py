"""The annual task as it is set: a grid of classes and months, its sums, and how a year without months is spread."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from cargo.models import CargoClass, Target

MONTHS = tuple(range(1, 13))
ALL = "all"  # how "all classes" is called in the name of a cell
THOUSANDTH = Decimal("0.001")


class CellKey(NamedTuple):
    """A cell of a grid: class None is all classes, month None the whole year."""

    cargo_class: str | None
    month: int | None

    @property
    def text(self) -> str:
        """c-01-3, c-all-0."""
        return f"c-{self.cargo_class or ALL}-{self.month or 0}"


@dataclass(frozen=True)
class Slot:
    """Whose task, of which year, direction and unit. Neither customer nor manager: the port as a whole; no direction: both."""

    year: int
    unit: str = "t"
    direction: str = ""
    customer_id: int | None = None
    manager_id: int | None = None


@dataclass(frozen=True)
class Task:
    """What is set for one class. Quantities in the slot's unit, None where nothing is set."""

    year: Decimal | None
    months: tuple[Decimal | None, ...]  # of January to December

    @cached_property
    def sum_of_months(self) -> Decimal | None:
        """Of the months that are set; None where none is."""
        given = [month for month in self.months if month is not None]
        return sum(given, Decimal(0)) if given else None

    @property
    def is_whole(self) -> bool:
        return None not in self.months

    @property
    def of_year(self) -> Decimal | None:
        """The year's figure, or the sum of twelve months where no year is set."""
        return self.sum_of_months if self.year is None and self.is_whole else self.year

    @property
    def difference(self) -> Decimal | None:
        """How much more the months say than the year; None where they do not contradict it. Some months only may say less."""
        if self.year is None or self.sum_of_months is None:
            return None
        over = self.sum_of_months - self.year
        return over if over > 0 or (over and self.is_whole) else None

    def spread(self, before: tuple[Decimal | None, ...]) -> tuple[Decimal | None, ...]:
        """The months, for display: those set, or where none is the year by each month's share of the year `before`."""
        if self.sum_of_months is not None or self.year is None or None in before or not (whole := sum(before)):
            return self.months
        return tuple((self.year * month / whole).quantize(THOUSANDTH) for month in before)


NO_TASK = Task(None, (None,) * 12)


def tasks_of(user, slot: Slot) -> dict[str | None, Task]:
    """The task of each class of one slot, by class code; None is the task of all classes together. One query."""
    cells: dict[str | None, dict[int | None, Decimal]] = {}
    for code, month, quantity in Target.objects.visible_to(user).of_slot(slot).values_list("cargo_class", "month", "quantity"):
        cells.setdefault(code, {})[month] = quantity
    return {code: Task(found.get(None), tuple(found.get(month) for month in MONTHS)) for code, found in cells.items()}


@dataclass(frozen=True)
class GridRow:
    cargo_class: CargoClass | None
    task: Task
    classes: Decimal | None = None  # of the row of all classes: what the classes' years add up to

    @property
    def code(self) -> str | None:
        return self.cargo_class.pk if self.cargo_class else None

    @property
    def classes_differ(self) -> Decimal | None:
        """How much more the classes say than all classes together."""
        if self.classes is None or self.task.of_year is None:
            return None
        return self.classes - self.task.of_year or None


def grid_rows(user, slot: Slot) -> list[GridRow]:
    """All classes together first, then every class."""
    tasks = tasks_of(user, slot)
    years = [task.of_year for code, task in tasks.items() if code is not None and task.of_year is not None]
    whole = GridRow(None, tasks.get(None, NO_TASK), sum(years, Decimal(0)) if years else None)
    return [whole, *(GridRow(one, tasks.get(one.pk, NO_TASK)) for one in CargoClass.objects.all())]
