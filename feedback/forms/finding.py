"""Forms of what was found about a case, what is claimed for it and what is done about its cause."""

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.enums import Effect
from feedback.forms.complaint import people_who_answer
from feedback.models import Claim, CorrectiveAction, Finding
from portcrm.clock import port_today
from portcrm.pages.forms import DateInput, EditForm

THREE_ROWS = forms.Textarea(attrs={"rows": 3})


class FindingForm(EditForm):
    class Meta:
        model = Finding
        fields = ("cause", "cause_text", "liability", "decision", "next_instance")
        widgets = {"cause_text": THREE_ROWS, "decision": THREE_ROWS}
        help_texts = {
            "next_instance": _("Where the customer can turn if the decision is not accepted; read by the customer with the answer.")
        }


class ClaimForm(EditForm):
    class Meta:
        model = Claim
        fields = ("claimed", "currency", "agreed", "agreed_on", "paid", "paid_on", "reference")
        widgets = {"agreed_on": DateInput(), "paid_on": DateInput()}

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()


class ActionForm(forms.ModelForm):
    """Planning an action."""

    class Meta:
        model = CorrectiveAction
        fields = ("what", "owner", "due_on", "check_on")
        widgets = {"due_on": DateInput(), "check_on": DateInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_who_answer()
        self.fields["check_on"].help_text = _("When one can see whether it works.")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("due_on") and cleaned.get("check_on") and cleaned["check_on"] < cleaned["due_on"]:
            self.add_error("check_on", _("The check cannot come before the action is to be done."))
        return cleaned


class DoneForm(forms.Form):
    result = forms.CharField(label=_("What was done"), widget=THREE_ROWS)
    on = forms.DateField(label=_("Done on"), widget=DateInput(), initial=port_today)

    def clean_on(self):
        if self.cleaned_data["on"] > port_today():
            raise forms.ValidationError(_("This day has not come yet."))
        return self.cleaned_data["on"]


class CheckForm(forms.Form):
    effective = forms.ChoiceField(label=_("Effect"), choices=Effect.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("What the check showed"), required=False, widget=THREE_ROWS)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("effective") == Effect.NO and not cleaned.get("note"):
            self.add_error("note", _("Say what the check showed."))
        return cleaned
