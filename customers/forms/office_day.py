"""The form of a date in the office calendar, the list of dates that is pasted, and the year that is looked at."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import OfficeDay
from customers.services.office_days import FIELDS, FIRST_YEAR, LAST_YEAR
from customers.services.reading_days import MOST_DAYS, read_days_of
from portcrm.pages.forms import DateInput, EditForm


class OfficeDayForm(EditForm):
    class Meta:
        model = OfficeDay
        fields = FIELDS
        widgets = {"day": DateInput()}
        help_texts = {"hours": _("Only with “Other hours”: 09:00-12:00 13:00-15:00")}


class PasteDaysForm(forms.Form):
    """A list of dates; `days` of the cleaned values are as the service takes them."""

    text = forms.CharField(
        label=_("List of dates"),
        max_length=40_000,
        widget=forms.Textarea({"rows": 14, "spellcheck": "false"}),
        help_text=_("One date or period a line, then closed, open or the hours, then the occasion."),
    )

    def clean_text(self) -> str:
        found = read_days_of(self.cleaned_data["text"])
        if found.faults:
            said = [_("Line %(number)s cannot be read: %(line)s") % {"number": number, "line": line} for number, line in found.faults[:10]]
            raise forms.ValidationError(said)
        if found.too_many:
            raise forms.ValidationError(_("At most %(most)s dates at a time.") % {"most": MOST_DAYS})
        self.cleaned_data["days"] = list(found.days.values())
        return self.cleaned_data["text"]


class YearForm(forms.Form):
    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
