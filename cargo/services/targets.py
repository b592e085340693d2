"""Setting the annual task: many cells of one grid at once."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.enums import TargetUnit
from cargo.models import CargoClass, Target
from cargo.models.target import FIRST_YEAR, LAST_YEAR
from cargo.queries.targets import CellKey, Slot
from cargo.services.projections import request_projection
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today
from portcrm.editing import EditConflict, FieldConflict
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time

BIGGEST = Decimal("999999999999999.999")
NAMESPACE = uuid.UUID("5f2e2d1a-6a0b-4a3c-9c59-6f6d9a7f0c11")


@dataclass(frozen=True)
class TargetWrite:
    """How many cells were set for the first time, changed and emptied; the others stood as they should."""

    added: int = 0
    changed: int = 0
    emptied: int = 0

    @property
    def total(self) -> int:
        return self.added + self.changed + self.emptied


@action("target.set")
def set_targets(
    *,
    slot: Slot,
    cells: Mapping[CellKey, Decimal | None],
    by: User,
    seen: Mapping[CellKey, Decimal | None] | None = None,
) -> TargetWrite:
    """Set these cells of one grid, None empties one; cells that are not named stay.

    A cell that somebody else has set since it was `seen`, to something else than is wanted, raises EditConflict with both figures,
    and nothing is saved. Months that do not add up to their year are saved: the difference is shown, not refused.
    """
    _check(slot, cells)
    one_at_a_time(uuid.uuid5(NAMESPACE, repr(slot)))
    stored = {CellKey(one.cargo_class_id, one.month): one for one in Target.objects.of_slot(slot)}
    if seen is not None and (conflicts := _conflicts(stored, cells, seen)):
        raise EditConflict(conflicts)
    _refuse_retired(slot, {key: wanted for key, wanted in cells.items() if key not in stored or stored[key].quantity != wanted})
    emptied = [stored[key].pk for key, wanted in cells.items() if wanted is None and key in stored]
    changed = [key for key, wanted in cells.items() if wanted is not None and key in stored and stored[key].quantity != wanted]
    fresh = [key for key, wanted in cells.items() if wanted is not None and key not in stored]
    for key in changed:
        stored[key].quantity, stored[key].set_by, stored[key].set_at = cells[key], by, now()
    Target.objects.filter(pk__in=emptied).delete()
    Target.objects.bulk_update([stored[key] for key in changed], ["quantity", "set_by", "set_at"])
    Target.objects.bulk_create(_new(slot, key, cells[key], by) for key in fresh)
    written = TargetWrite(added=len(fresh), changed=len(changed), emptied=len(emptied))
    if written.total:
        request_projection(by=by)
    return written


def _new(slot: Slot, key: CellKey, quantity: Decimal, by: User) -> Target:
    return Target(
        year=slot.year, direction=slot.direction, unit=slot.unit, customer_id=slot.customer_id, manager_id=slot.manager_id,
        cargo_class_id=key.cargo_class, month=key.month, quantity=quantity, set_by=by, set_at=now(),
    )  # fmt: skip


def _check(slot: Slot, cells: Mapping[CellKey, Decimal | None]) -> None:
    if not FIRST_YEAR <= slot.year <= LAST_YEAR:
        raise RuleBroken(_("There is no task for such a year."), field="year")
    if slot.customer_id and slot.manager_id:
        raise RuleBroken(_("A task is of a customer or of an account manager, not of both."), field="manager")
    if slot.unit not in TargetUnit.values:
        raise RuleBroken(_("The task is in tonnes or in TEU."), field="unit")
    classes = {key.cargo_class for key in cells} - {None}
    if classes - set(CargoClass.objects.filter(pk__in=classes).values_list("pk", flat=True)):
        raise RuleBroken(_("There is no such cargo class; write its code, such as 01, or its name."), field="cargo_class")
    if any(key.month is not None and not 1 <= key.month <= 12 for key in cells):
        raise RuleBroken(_("There is no such month."), field="month")
    _check_quantities(cells.values())


def _refuse_retired(slot: Slot, changing: Mapping[CellKey, Decimal | None]) -> None:
    """A class out of use gets no new task for a year that is not over; figures it has stay, and may be emptied."""
    if is_over(slot.year):
        return
    classes = {key.cargo_class for key, wanted in changing.items() if wanted is not None} - {None}
    retired = CargoClass.objects.filter(pk__in=classes, is_active=False).order_by("code").first() if classes else None
    if retired is not None:
        raise RuleBroken(out_of_use(retired), field="cargo_class")


def out_of_use(one: CargoClass):
    """Why this class gets no task, in the language of whoever reads it."""
    said = _("The cargo class {cargo_class} is out of use. It keeps the task it has and gets no new one.")
    return format_lazy(said, cargo_class=lazy(lambda: one.label, str)())


def is_over(year: int) -> bool:
    """Whether that year of the port lies in the past: what its task was may be written down with the classes of then."""
    return year < port_today().year


def _check_quantities(quantities: Iterable[Decimal | None]) -> None:
    if any(quantity is not None and not 0 <= quantity <= BIGGEST for quantity in quantities):
        raise RuleBroken(_("A task is zero or more, and fits into fifteen digits."), field="quantity")


def _conflicts(stored: Mapping[CellKey, Target], cells: Mapping, seen: Mapping) -> list[FieldConflict]:
    found = []
    for key, wanted in cells.items():
        theirs = stored[key].quantity if key in stored else None
        if key in seen and seen[key] != theirs and wanted != theirs:
            found.append(FieldConflict(key.text, key.text, theirs, wanted))
    return found
