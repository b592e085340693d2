"""The period of the channel report."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.queries.ledger import months_from
from cargo.queries.overview import Period
from portcrm.pages.forms import DateInput

FIRST, LAST = dt.date(1990, 1, 1), dt.date(2100, 12, 31)


class PeriodForm(forms.Form):
    start = forms.DateField(label=_("From"), widget=DateInput)
    end = forms.DateField(label=_("Until"), widget=DateInput, help_text=_("Whole months count."))

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and not FIRST <= start <= end <= LAST:
            raise forms.ValidationError(_("The period ends before it begins, or lies outside 1990 to 2100."))
        return cleaned

    def period(self) -> Period:
        """The whole months that were asked for."""
        return Period(months=months_from(self.cleaned_data["start"], self.cleaned_data["end"]), earlier=[])
