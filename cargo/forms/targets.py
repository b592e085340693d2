"""Forms of the annual task: whose task is looked at, and the grid it is set on."""

import json
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.translation import gettext_lazy as _

from cargo.enums import Direction, TargetUnit
from cargo.imports.pasted_targets import Pasted
from cargo.imports.task_words import WAN, quantity_of
from cargo.models import CargoMeeting
from cargo.models.target import FIRST_YEAR, LAST_YEAR
from cargo.queries.targets import MONTHS, CellKey, GridRow, Slot
from customers.models import Customer
from portcrm.accounts.choosing import ColleagueField
from portcrm.accounts.models import User
from portcrm.editing import EditConflict
from portcrm.exchange.parsing import CellProblem
from portcrm.pages import formats
from portcrm.pages.forms import EditForm
from portcrm.pages.lists.columns import Chip
from portcrm.pages.widgets import RecordChoiceField

TOGETHER, APART = "together", "apart"
BOTH = [("", _("Both directions")), *Direction.choices]


class SlotForm(forms.Form):
    """Whose task, of which year. What is not given or cannot be read is as for the port as a whole, in tonnes."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    unit = forms.ChoiceField(label=_("Unit"), choices=TargetUnit.choices)
    direction = forms.ChoiceField(label=_("Direction"), choices=BOTH, required=False)
    manager = ColleagueField(queryset=User.objects.ever(), label=_("Account manager"), required=False, empty_label=_("The whole port"))
    customer = RecordChoiceField(Customer.objects.none(), source="customers", label=_("Customer"), required=False)

    def __init__(self, query, *, user: User, year: int):
        given = query.copy()
        for name, usual in (("year", str(year)), ("unit", TargetUnit.TONNES.value), *self.usual()):
            given.setdefault(name, usual)
        super().__init__(given)
        self.fields["customer"].queryset = Customer.objects.visible_to(user)
        self.query, self.usual_year = query, year
        self.is_valid()

    def usual(self) -> tuple[tuple[str, str], ...]:
        return ()

    @property
    def chips(self) -> list[Chip]:
        """What the address asks for and could be read, with the address without it."""
        told = {name: self.cleaned_data.get(name) for name in self.fields if self.query.get(name)}
        return [
            Chip(str(self.fields[name].label), _said(self.fields[name], value), f"?{self._query_without(name)}")
            for name, value in told.items()
            if value not in (None, "")
        ]

    def _query_without(self, name: str) -> str:
        query = self.query.copy()
        query.pop(name)
        return query.urlencode()

    @property
    def slot(self) -> Slot:
        said = self.cleaned_data
        customer, manager = said.get("customer"), said.get("manager")
        return Slot(
            year=said.get("year") or self.usual_year,
            unit=said.get("unit") or TargetUnit.TONNES,
            direction=said.get("direction") or "",
            customer_id=customer.pk if customer else None,
            manager_id=manager.pk if manager and not customer else None,
        )


def _said(field: forms.Field, value) -> str:
    """A value as its field shows it."""
    if isinstance(field, forms.ModelChoiceField):
        return field.label_from_instance(value)
    return str({str(key): label for key, label in getattr(field, "choices", ())}.get(str(value), value))


class BoardForm(SlotForm):
    month = forms.TypedChoiceField(
        label=_("Up to month"), choices=[("", _("Last whole month")), *MONTH_NAMES.items()], coerce=int, empty_value=None, required=False
    )
    spring = forms.ChoiceField(
        label=_("January and February"), choices=[(TOGETHER, _("Taken together")), (APART, _("One by one"))], required=False
    )
    field_order = ("year", "month", "unit", "direction", "manager", "customer", "spring")

    def usual(self) -> tuple[tuple[str, str], ...]:
        return (("spring", TOGETHER),)

    @property
    def up_to(self) -> int | None:
        return self.cleaned_data.get("month")

    @property
    def merged(self) -> bool:
        return self.cleaned_data.get("spring") != APART


class GridSlotForm(SlotForm):
    """Also in what the figures are written: nothing is assumed, the heading of the grid says it."""

    times = forms.TypedChoiceField(
        label=_("Figures in"), choices=[("1", _("Single tonnes or TEU")), (str(WAN), _("Ten thousands"))], coerce=int, required=False
    )
    field_order = ("year", "unit", "times", "direction", "manager", "customer")

    def usual(self) -> tuple[tuple[str, str], ...]:
        return (("times", "1"),)

    @property
    def factor(self) -> int:
        return self.cleaned_data.get("times") or 1


class QuantityField(forms.CharField):
    """A quantity in the unit of the grid, or with one of its own; empty is no task."""

    def __init__(self, *, times: int, unit: str, **options):
        self.times, self.unit = times, unit
        super().__init__(required=False, **options)

    def clean(self, value) -> Decimal | None:
        text = super().clean(value)
        try:
            return quantity_of(text, times=self.times, unit=self.unit) if text else None
        except CellProblem as problem:
            raise ValidationError(problem.message) from problem


class TargetGridForm(forms.Form):
    """All cells of a slot. `seen` holds what was shown, so that only what was changed is saved and two who edit lose nothing."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, rows: list[GridRow], times: int, unit: str):
        self.rows, self.times, self.conflicts, self.marked = rows, times, [], set()
        shown = {key.text: self._written(quantity) for key, quantity in stored_cells(rows).items()}
        kept = {key.text: str(quantity) for key, quantity in stored_cells(rows).items()}
        super().__init__(data, initial=shown | {"seen": json.dumps(kept)}, auto_id="%s")
        self.keys = {key.text: key for row in rows for key in keys_of(row)}
        for row in rows:
            for key in keys_of(row):
                self.fields[key.text] = QuantityField(times=times, unit=unit, label=_cell_label(row, key), widget=_cell_input(row, key))

    def _written(self, quantity: Decimal) -> str:
        return f"{(quantity / self.times).normalize():f}"

    def seen_values(self) -> dict[CellKey, Decimal | None]:
        """What was shown; none of it where the browser sent nothing usable."""
        try:
            sent = json.loads(self.data.get("seen") or "{}")
            told = {name: Decimal(value) for name, value in sent.items() if name in self.keys}
        except (ValueError, InvalidOperation, AttributeError, TypeError):
            return {}
        return {key: told.get(name) for name, key in self.keys.items()}

    def changes(self) -> dict[CellKey, Decimal | None]:
        """What is written otherwise than shown, without cells given up in favour of another editor."""
        seen, given_up = self.seen_values(), set(self.data.getlist("theirs"))
        return {
            key: self.cleaned_data[name]
            for name, key in self.keys.items()
            if name not in given_up and (key not in seen or self.cleaned_data[name] != seen[key])
        }

    def refuse(self, conflict: EditConflict) -> None:
        """Show both figures of each cell; from now on the editor has seen what the other saved."""
        self.conflicts, seen = conflict.conflicts, json.loads(self.data.get("seen") or "{}")
        for one in self.conflicts:
            seen.pop(one.field, None)
            if one.theirs is not None:
                seen[one.field] = str(one.theirs)
        self.data = self.data.copy()
        self.data["seen"] = json.dumps(seen)

    @property
    def shown_conflicts(self) -> list[dict[str, str]]:
        return [
            {
                "field": one.field,
                "label": str(self.fields[one.field].label),
                "theirs": formats.number(one.theirs),
                "yours": formats.number(one.yours),
            }
            for one in self.conflicts
        ]

    def take_in(self, pasted: Pasted) -> None:
        """Write what was pasted into the cells, marked and not saved."""
        self.data = self.data.copy()
        for key, quantity in pasted.cells.items():
            self.data[key.text] = self._written(quantity)
        self.marked = {key.text for key in pasted.cells}
        for name in self.marked:
            self.fields[name].widget.attrs["data-pasted"] = "yes"

    def lines(self) -> list[tuple[GridRow, list]]:
        """Each row with its cells: the year, January to December."""
        return [(row, [self[key.text] for key in keys_of(row)]) for row in self.rows]

    @property
    def refused_cells(self) -> list[tuple[str, str]]:
        """(cell, why) of what cannot be read."""
        return [(str(self.fields[name].label), " ".join(errors)) for name, errors in self.errors.items() if name in self.keys]


def keys_of(row: GridRow) -> list[CellKey]:
    return [CellKey(row.code, month) for month in (None, *MONTHS)]


def stored_cells(rows: list[GridRow]) -> dict[CellKey, Decimal]:
    return {
        key: quantity
        for row in rows
        for key, quantity in zip(keys_of(row), (row.task.year, *row.task.months), strict=True)
        if quantity is not None
    }


def _row_label(row: GridRow) -> str:
    return row.cargo_class.short if row.cargo_class else str(_("All classes"))


def _cell_label(row: GridRow, key: CellKey) -> str:
    when = MONTH_NAMES[key.month] if key.month else _("Whole year")
    return f"{_row_label(row)} · {when}"


def _cell_input(row: GridRow, key: CellKey) -> forms.TextInput:
    return forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "aria-label": _cell_label(row, key), "class": "grid-cell"})


class PasteForm(forms.Form):
    pasted = forms.CharField(
        label=_("Cells copied from a spreadsheet"), required=False, strip=False, max_length=20_000,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
        help_text=_("First column the class or “all”; then 1 figure (the year), 12 (months) or 13 (both), or as a first line names them."),
    )  # fmt: skip


class MeetingForm(EditForm):
    """What the monthly cargo-source meeting is to decide, and what it decided."""

    class Meta:
        model = CargoMeeting
        fields = ("to_decide", "decided")
        widgets = {name: forms.Textarea({"rows": 4}) for name in fields}
