from django import forms
from django.utils.translation import gettext_lazy as _

from portcrm.outbox.enums import Fate
from portcrm.outbox.models import OutgoingEmail


class AssignForm(forms.Form):
    """Which mail came back, by the address it went to, and what that means."""

    address = forms.EmailField(label=_("Recipient"), help_text=_("The address our mail went to; the newest mail to it is meant."))
    fate = forms.ChoiceField(label=_("What it means"), choices=[(fate.value, fate.label) for fate in (Fate.HARD, Fate.SOFT, Fate.POLICY)])

    def __init__(self, *args, mails, **kwargs):
        super().__init__(*args, **kwargs)
        self.mails = mails

    def clean_address(self) -> str:
        address = self.cleaned_data["address"]
        self.mail: OutgoingEmail | None = self.mails.filter(to_address__iexact=address).order_by("-created_at", "-pk").first()
        if self.mail is None:
            raise forms.ValidationError(_("No mail of ours went to this address."))
        return address


class DismissForm(forms.Form):
    note = forms.CharField(label=_("Remarks"), max_length=300, required=False)


class LiftForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Why mails reach this address again. It stays with the entry."))
