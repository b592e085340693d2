"""The form of a quiet period."""

from feedback.models import QuietPeriod
from feedback.services.quiet_periods import FIELDS
from portcrm.pages.forms import DateInput, EditForm


class QuietPeriodForm(EditForm):
    class Meta:
        model = QuietPeriod
        fields = FIELDS
        widgets = {"first_day": DateInput(), "last_day": DateInput()}
