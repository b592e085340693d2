"""Forms of typing in: the code on the paper, then by which way, when and in which language the answers came."""

import datetime as dt

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.models import Channel
from feedback.enums import TypedChannel
from feedback.models import Invitation
from feedback.models.code import LENGTH, bare_code, is_code
from feedback.querysets import InvitationQuerySet
from feedback.services.codes import with_code
from portcrm.clock import port_date, port_today
from portcrm.files.kinds import ENDINGS
from portcrm.pages.forms import DateInput


class CodeForm(forms.Form):
    """A code as it stands on the paper, however it is typed; valid, it knows its `invitation`."""

    code = forms.CharField(
        label=_("Code of the form"), max_length=60, strip=True,
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Ten letters and digits at the foot of each page. Spaces, dashes and small letters do not matter."),
    )  # fmt: skip

    def __init__(self, *args, invitations: InvitationQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitations, self.invitation = invitations, None

    def clean_code(self) -> str:
        bare = bare_code(self.cleaned_data["code"])
        if len(bare) != LENGTH:
            raise forms.ValidationError(
                _("A code has %(length)s letters and digits; these are %(number)s."), params={"length": LENGTH, "number": len(bare)}
            )
        if not is_code(bare):
            raise forms.ValidationError(_("One character is wrong or two have changed places. 0, O, 1, I and L stand in no code."))
        self.invitation = with_code(self.invitations, bare)
        if self.invitation is None:
            raise forms.ValidationError(_("No form carries this code."))
        return bare


class TakenForm(forms.Form):
    """How the answers came to us."""

    channel = forms.ChoiceField(label=_("Given by"), widget=forms.RadioSelect)
    taken_on = forms.DateField(label=_("Given on"), widget=DateInput(), help_text=_("The day on the paper, of the call or of the visit."))
    language = forms.ChoiceField(label=_("Language of the answers"), choices=settings.LANGUAGES)
    scan = forms.FileField(
        label=_("Scan or photograph of the paper"), required=False, widget=forms.FileInput({"accept": ",".join(ENDINGS)})
    )
    gaps = forms.BooleanField(label=_("The customer left this out: store the rest all the same"), required=False)

    def __init__(self, *args, invitation: Invitation, channel: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        if invitation.wave.is_anonymous:  # none of it may be kept
            for name in ("channel", "taken_on", "language", "scan"):
                del self.fields[name]
            return
        offered = Channel.objects.filter(key__in=TypedChannel.values, is_active=True)
        ordered = sorted(offered, key=lambda one: TypedChannel.values.index(one.key))
        self.fields["channel"].choices = [(one.key, one.label) for one in ordered]
        keys = [key for key, _label in self.fields["channel"].choices]
        self.initial |= {"channel": channel if channel in keys else TypedChannel.PAPER}
        self.initial |= {"taken_on": port_today(), "language": invitation.language}

    def clean_taken_on(self) -> dt.date:
        day = self.cleaned_data["taken_on"]
        if day > port_today():
            raise forms.ValidationError(_("This day has not come yet."))
        if day < port_date(self.invitation.wave.opens_at):
            raise forms.ValidationError(_("The wave had not begun on this day."))
        return day
