import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from portcrm.pages.forms import DateInput


class DayForm(forms.Form):
    """A day that has come."""

    day = forms.DateField(label=_("As of the end of"), widget=DateInput())

    def __init__(self, *args, today: dt.date, **kwargs):
        self.today = today
        super().__init__(*args, initial={"day": today}, **kwargs)
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def clean_day(self) -> dt.date:
        day = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        if day.year < 1900:
            raise forms.ValidationError(_("Please give a day after 1900."))
        return day
