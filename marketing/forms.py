import datetime as dt
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from marketing.models import ValueModel
from marketing.services.value_models import WEIGHTS
from portcrm.pages.forms import EditForm


class RunForm(forms.Form):
    as_of = forms.DateField(
        label=_("As of"),
        help_text=_("The last day that counts. A month end compares best with earlier rankings."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, today: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()

    def clean_as_of(self) -> dt.date:
        as_of = self.cleaned_data["as_of"]
        if as_of > self.today:
            raise forms.ValidationError(_("A ranking cannot be made as of a day that has not come yet."))
        return as_of


class ValueModelForm(EditForm):
    """The rules of a draft and one weight per criterion; whether they add up to 100 is said, and enforced when put in force."""

    fieldsets: tuple[tuple[str, tuple[str, ...]], ...] = (
        (_("Weights in per cent"), tuple(WEIGHTS)),
        (_("Scoring"), ("scaling", "window_months")),
        (_("Value classes"), ("class_measure", "a_until", "b_until")),
        (_("About this version"), ("note",)),
    )

    class Meta:
        model = ValueModel
        fields = ("scaling", "window_months", "class_measure", "a_until", "b_until", "note")
        help_texts = {
            "scaling": _(
                "Percentile rank: the share of the other customers with a smaller figure. "
                "Min–max: the place between the smallest and the largest figure."
            ),
            "class_measure": _("Going down the ranking, class A ends where this share of the whole is reached."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        weights = {w.criterion: w.weight for w in self.instance.weights.all()}
        for name, key in WEIGHTS.items():
            self.fields[name] = forms.DecimalField(
                label=key.label, min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=1, initial=weights.get(key, 0)
            )

    def changes(self) -> dict[str, object]:
        """The weights are one set: who changes one decides on all of them, but for those given up."""
        changed = super().changes()
        if changed.keys() & WEIGHTS.keys():
            changed |= {name: self.cleaned_data[name] for name in WEIGHTS if name not in self.given_up}
        return changed

    def clean(self) -> dict:
        cleaned = super().clean()
        a_until, b_until = cleaned.get("a_until"), cleaned.get("b_until")
        if a_until is not None and b_until is not None and not 0 < a_until < b_until < 100:
            self.add_error("b_until", _("The limits must rise: class A below class B below 100 per cent."))
        theirs = {name: value for name, value in self.seen_values().items() if name in self.given_up}
        weights = [(cleaned | theirs).get(name) for name in WEIGHTS]
        if None not in weights and sum(weights) != 100:
            refusal = _("The weights must add up to 100 per cent; now they add up to %(total)s.") % {"total": sum(weights)}
            self.add_error(next(iter(WEIGHTS)), refusal)
        return cleaned
