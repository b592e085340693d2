"""Settling a line of a flow list, and noting what a medium said."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.enums import Medium
from cargo.models import FlowLine
from cargo.services.flows import ask_for_firm, give_up_flow, pin_down_firm
from portcrm.accounts.models import User
from portcrm.pages.forms import DateInput, OnceForm

LONGEST = 200
FOUND, ASK, GIVE_UP = "found", "ask", "give_up"


class SettleForm(forms.Form):
    """One of three: the firm is found, somebody is asked, nobody can say."""

    step = forms.ChoiceField(
        label=_("Next step"),
        choices=[(FOUND, _("The trading firm is found")), (ASK, _("Somebody is asked")), (GIVE_UP, _("It is given up"))],
        widget=forms.RadioSelect,
        initial=FOUND,
    )
    said = forms.CharField(label=_("Firm, whom to ask, or why"), max_length=LONGEST)

    def settle(self, flow: FlowLine, *, by: User) -> FlowLine:
        said = self.cleaned_data["said"]
        if self.cleaned_data["step"] == FOUND:
            return pin_down_firm(flow=flow, company=said, by=by)
        if self.cleaned_data["step"] == ASK:
            return ask_for_firm(flow=flow, whom=said, by=by)
        return give_up_flow(flow=flow, reason=said, by=by)


class MediaNoteForm(OnceForm, forms.Form):
    company = forms.CharField(label=_("Company"), max_length=LONGEST)
    medium = forms.ChoiceField(label=pgettext_lazy("media", "Medium"), choices=Medium.choices)
    published_on = forms.DateField(label=_("Published on"), widget=DateInput())
    outlet = forms.CharField(label=_("Paper, programme or site"), max_length=LONGEST, required=False)
    link = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    text = forms.CharField(
        label=_("What it says"), max_length=4000, widget=forms.Textarea, required=False, help_text=_("The clipping, or its sense in short")
    )
