import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

LIFETIMES = (("30", _("30 days")), ("180", _("half a year")), ("365", _("a year")), ("", _("until revoked")))


class KeyForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=100, help_text=_("So that you know later which program uses it."))
    days = forms.ChoiceField(label=_("Valid for"), choices=LIFETIMES, required=False, initial="180")

    def expires_at(self, start: dt.datetime) -> dt.datetime | None:
        days = self.cleaned_data["days"]
        return start + dt.timedelta(days=int(days)) if days else None
