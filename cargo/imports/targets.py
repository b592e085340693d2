"""The annual task from a file: a row per class and month, or a wide sheet with a column for each month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.translation import gettext_lazy as _

from cargo.enums import TargetUnit
from cargo.imports.constants import refuse_unlisted
from cargo.imports.refusing import Refused, customer_named, direction_named
from cargo.imports.task_words import WAN, WHOLE_YEAR, is_all_classes, month_of, plain_words, quantity_of
from cargo.models import CargoClass, Target
from cargo.models.target import FIRST_YEAR, LAST_YEAR
from cargo.permissions import EDIT_TARGET
from cargo.queries.parties import KnownParties, find_parties
from cargo.queries.references import References, load_references
from cargo.queries.targets import MONTHS, CellKey, Slot
from cargo.services.targets import is_over, out_of_use, set_targets
from portcrm.accounts.models import User
from portcrm.errors import RuleBroken
from portcrm.exchange.importing import CellProblem, Importer, ImportField, Problem, Row, WriteResult
from portcrm.exchange.parsing import integer, text_up_to

UNITS = {
    ("t", 1): "t 吨 tonnes tons",
    ("t", WAN): "万吨 wt 10kt",
    ("teu", 1): "teu 标箱 标准箱",
    ("teu", WAN): "万teu 万标箱 万标准箱 10kteu",
}
UNIT_OF = {word: unit for unit, words in UNITS.items() for word in words.split()}
COLUMN_OF = {month: f"month_{month}" if month else "whole_year" for month in (WHOLE_YEAR, *MONTHS)}


def year(cell: Any) -> int:
    found = integer(plain_words(cell).removesuffix("年"))
    if not FIRST_YEAR <= found <= LAST_YEAR:
        raise CellProblem(_("There is no task for such a year."))
    return found


def unit(cell: Any) -> tuple[str, int]:
    """(unit of the task, how many of it one figure counts)"""
    found = UNIT_OF.get(plain_words(cell).lower().replace(" ", ""))
    if found is None:
        raise CellProblem(_("Write the unit as t, 10kt, TEU or 10kTEU."))
    return found


def figure(cell: Any) -> Any:
    """Read for its faults only; what it counts is known with the unit of its row."""
    quantity_of(cell)
    return cell


def _month_field(month: int) -> ImportField:
    if month == WHOLE_YEAR:
        return ImportField("whole_year", _("Whole year"), figure, aliases=("全年", "全年任务", "annual", "year total", "全年计划"))
    name = MONTH_NAMES[month]
    english = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")[month - 1]
    return ImportField(COLUMN_OF[month], name, figure, aliases=(f"{month}月", f"{month:02d}月", english, f"m{month}", f"{month}月任务"))


FIELDS = (
    ImportField("year", _("Year"), year, required=True, aliases=("年份", "年度")),
    ImportField(
        "cargo_class", _("Cargo class"), text_up_to(100), required=True, aliases=("class", "货类"),
        help=_("Its code, such as 01, its name, or “all”"),
    ),
    ImportField("unit", _("Unit"), unit, required=True, aliases=("单位",), help=_("t, 10kt, TEU or 10kTEU; nothing is assumed")),
    ImportField("month", _("Month"), month_of, aliases=("月份",), help=_("For a row per month; empty or “year” is the whole year")),
    ImportField(
        "quantity", _("Quantity"), figure, aliases=("任务", "计划", "任务量", "计划量", "数量", "target"), help=_("Of that month or year")
    ),
    ImportField("direction", _("Direction"), text_up_to(40), aliases=("进出口", "进出港", "流向"), help=_("Both if empty")),
    ImportField(
        "customer", _("Customer"), text_up_to(200), aliases=("客户编号", "货主"),
        help=_("Customer code or exact name; the whole port if empty"),
    ),
    ImportField("manager", _("Account manager"), text_up_to(200), aliases=("客户经理", "业务员"), help=_("Name or e-mail of a colleague")),
    *(_month_field(month) for month in (WHOLE_YEAR, *MONTHS)),
)  # fmt: skip


@dataclass
class Names:
    """What the rows of a chunk name, looked up once."""

    references: References
    parties: KnownParties
    managers: dict[str, set[int]] = field(default_factory=dict)

    def slot(self, row: Row) -> Slot:
        get = row.values.get
        whose = {"customer_id": self._customer(get("customer")), "manager_id": self._manager(get("manager"))}
        if None not in whose.values():
            raise Refused(_("A task is of a customer or of an account manager, not of both."), "manager")
        return Slot(row.values["year"], TargetUnit(row.values["unit"][0]).value, self._direction(get("direction")), **whose)

    def _direction(self, written: str | None) -> str:
        return direction_named(written, self.references.direction) if written else ""

    def _customer(self, written: str | None) -> int | None:
        return customer_named(written, "customer", ids=self.parties.ids, ambiguous=self.parties.ambiguous) if written else None

    def _manager(self, written: str | None) -> int | None:
        if not written:
            return None
        found = self.managers.get(plain_words(written).lower(), set())
        if len(found) != 1:
            raise Refused(_("Name one colleague: by e-mail where several have this name."), "manager")
        return next(iter(found))

    def code(self, written: str) -> CargoClass | None:
        """The class; None for all of them together."""
        if is_all_classes(written):
            return None
        one = self.references.cargo_class(written)
        if one is None:
            raise Refused(_("There is no such cargo class; write its code, such as 01, or its name."), "cargo_class")
        return one


def names_of(rows: Sequence[Row]) -> Names:
    names = Names(load_references(), find_parties({row.values["customer"] for row in rows if row.values.get("customer")}))
    for pk, *words in User.objects.people().values_list("pk", "name", "name_en", "email"):
        for word in words:
            names.managers.setdefault(plain_words(word).lower(), set()).add(pk)
    return names


def cells_of(row: Row, code: str | None) -> Iterator[tuple[CellKey, Decimal]]:
    """The cells a row sets: of its month columns, and of quantity and month."""
    unit_set, times = row.values["unit"]
    for month, column in COLUMN_OF.items():
        if (cell := row.values.get(column)) is not None:
            yield CellKey(code, month or None), quantity_of(cell, times=times, unit=unit_set)
    if (cell := row.values.get("quantity")) is not None:
        yield CellKey(code, row.values.get("month") or None), quantity_of(cell, times=times, unit=unit_set)


class TargetImporter(Importer):
    """A row sets the cells it names and leaves the others; the same file again changes nothing. Two rows of a file that give one cell
    different figures are told, and the first stands."""

    key = "targets"
    label = _("Annual task")
    permission = EDIT_TARGET
    fields = FIELDS
    chunk_rows = 2000
    result_url_name = "cargo:target_board"

    def refuse_columns(self, named) -> None:
        if not {"quantity", *COLUMN_OF.values()} & set(named):
            raise RuleBroken(_("Match the column of the quantity, or those of the months or the whole year."))

    def refuse_constants(self, constants) -> None:
        every = ("cargo_class",) if is_all_classes(constants.get("cargo_class", "")) else ()
        refuse_unlisted(constants, FIELDS, but=("unit", *every))

    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult:
        names, result = names_of(rows), WriteResult()
        wanted: dict[Slot, dict[CellKey, Decimal]] = {}
        read: list[tuple[Slot, list[CellKey]]] = []
        stored: dict[Slot, dict[CellKey, Decimal]] = {}
        for row in rows:
            try:
                slot, one = names.slot(row), names.code(row.values["cargo_class"])
                stored[slot] = _stored(slot) if slot not in stored else stored[slot]
                _refuse_retired(row, slot, one, stored[slot])
                read.append((slot, self._take(row, one.pk if one else None, wanted.setdefault(slot, {}))))
            except (Refused, CellProblem) as refused:
                result.problems.append(Problem(row.number, refused.message, getattr(refused, "field", "")))
        for slot, cells in wanted.items():
            set_targets(slot=slot, cells=cells, by=by)
        for slot, keys in read:
            self._count(result, stored[slot], wanted[slot], keys)
        return result

    def _take(self, row: Row, code: str | None, wanted: dict[CellKey, Decimal]) -> list[CellKey]:
        cells = dict(cells_of(row, code))
        if not cells:
            raise Refused(_("This row names no quantity."), "quantity")
        if any(wanted.get(key, quantity) != quantity for key, quantity in cells.items()):
            raise Refused(_("An earlier row of this file gives the same cell another figure."), "quantity")
        wanted |= cells
        return list(cells)

    def _count(self, result: WriteResult, stored: dict, wanted: dict, keys: list[CellKey]) -> None:
        if any(key not in stored for key in keys):
            result.created += 1
        elif any(stored[key] != wanted[key] for key in keys):
            result.updated += 1
        else:
            result.skipped += 1


def _refuse_retired(row: Row, slot: Slot, one: CargoClass | None, stored: dict[CellKey, Decimal]) -> None:
    """As the service does for the whole grid, so that the other rows of the file stand. The same figure again changes nothing."""
    if one is None or one.is_active or is_over(slot.year):
        return
    if any(stored.get(key) != quantity for key, quantity in cells_of(row, one.pk)):
        raise Refused(out_of_use(one), "cargo_class")


def _stored(slot: Slot) -> dict[CellKey, Decimal]:
    return {CellKey(one.cargo_class_id, one.month): one.quantity for one in Target.objects.of_slot(slot)}
