"""What the explorer is asked."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.enums import Direction
from cargo.models import CargoClass, CargoForm, Port, TradeKind
from cargo.queries.explorer import ACROSS, Dimension, Measure, Question
from customers.models import Customer
from portcrm.accounts.models import User
from portcrm.pages.widgets import RecordChoiceField

MOST_COLUMNS, MOST_MONTHS = 36, 600
FIRST_YEAR, LAST_YEAR = 1900, 2100
FILTERS = ("cargo_class", "form", "direction", "trade_kind", "origin", "destination", "customer")


class MonthField(forms.DateField):
    """A month as browsers write it, as its first day."""

    def __init__(self, **options):
        widget = forms.DateInput(format="%Y-%m", attrs={"type": "month"})
        super().__init__(input_formats=["%Y-%m"], widget=widget, **options)


def months_in(start: dt.date, end: dt.date) -> int:
    return 12 * (end.year - start.year) + end.month - start.month + 1


def any_of(choices) -> list[tuple]:
    return [("", _("All")), *choices]


class ExplorerForm(forms.Form):
    measure = forms.ChoiceField(label=pgettext_lazy("explorer", "Figure"), choices=Measure.choices)
    down = forms.ChoiceField(label=pgettext_lazy("explorer", "Lines"), choices=Dimension.choices)
    across = forms.ChoiceField(label=_("Columns"), choices=[(one.value, one.label) for one in ACROSS])
    start = MonthField(label=_("From month"))
    end = MonthField(label=_("To month"))
    cargo_class = forms.ModelChoiceField(label=_("Cargo class"), queryset=CargoClass.objects.all(), required=False, empty_label=_("All"))
    form = forms.ModelChoiceField(label=_("Cargo form"), queryset=CargoForm.objects.all(), required=False, empty_label=_("All"))
    direction = forms.ChoiceField(label=_("Direction"), choices=any_of(Direction.choices), required=False)
    trade_kind = forms.ModelChoiceField(label=_("Trade"), queryset=TradeKind.objects.all(), required=False, empty_label=_("All"))
    origin = RecordChoiceField(Port.objects.all(), source="ports", label=_("Port of loading"), required=False)
    destination = RecordChoiceField(Port.objects.all(), source="ports", label=_("Port of discharge"), required=False)
    customer = RecordChoiceField(Customer.objects.none(), source="customers", label=_("Customer"), required=False)

    def __init__(self, asked, *, months: list[dt.date], user: User):
        """`asked`: what the address says; for what it leaves out, tonnes by class in each of `months`."""
        usual = {
            "measure": Measure.TONNES,
            "down": Dimension.CLASS,
            "across": Dimension.MONTH,
            "start": f"{months[0]:%Y-%m}",
            "end": f"{months[-1]:%Y-%m}",
        }
        super().__init__(usual | asked.dict())
        self.fields["customer"].queryset = Customer.objects.visible_to(user)

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and start > end:
            self.add_error("end", _("The last month is before the first."))
        elif start and end and not (start.year >= FIRST_YEAR and end.year <= LAST_YEAR and months_in(start, end) <= MOST_MONTHS):
            self.add_error("start", _("Choose at most fifty years between 1900 and 2100."))
        elif start and end and cleaned.get("across") == Dimension.MONTH and months_in(start, end) > MOST_COLUMNS:
            self.add_error("across", _("That is more than 36 months. Choose quarters or years."))
        if cleaned.get("down") == cleaned.get("across"):
            self.add_error("across", _("Choose something else than for the lines."))
        return cleaned

    @property
    def asked(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in FILTERS]

    @property
    def conditions(self) -> list[forms.BoundField]:
        return [field for field in self if field.name in FILTERS]

    @property
    def is_narrowed(self) -> bool:
        return any(field.value() for field in self.conditions)

    @property
    def question(self) -> Question:
        chosen = {name: self.cleaned_data[name] for name in FILTERS if self.cleaned_data[name]}
        return Question(
            down=Dimension(self.cleaned_data["down"]),
            across=Dimension(self.cleaned_data["across"]),
            measure=Measure(self.cleaned_data["measure"]),
            start=self.cleaned_data["start"],
            end=self.cleaned_data["end"],
            filters={name: getattr(value, "pk", value) for name, value in chosen.items()},
        )
