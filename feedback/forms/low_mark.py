"""What becomes of a low score of a confidential wave."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback import permissions
from feedback.forms.lengths import check_length
from feedback.models import LowMark
from portcrm.accounts.models import User


class GiveLowMarkForm(forms.Form):
    """One of the few is chosen; whoever looks is offered first."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())

    def __init__(self, *args, low_mark: LowMark, user: User, **kwargs):
        super().__init__(*args, auto_id="give-%s", **kwargs)
        self.fields["owner"].queryset = User.objects.able(permissions.VIEW_SENDER)
        self.fields["owner"].initial = low_mark.owner_id or user.pk


class FinishLowMarkForm(forms.Form):
    said = forms.CharField(label=pgettext_lazy("low score", "What was said and done"), widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args, low_mark: LowMark, user: User, **kwargs):
        super().__init__(*args, auto_id="finish-%s", **kwargs)
        self.fields["said"].initial = low_mark.said

    def clean_said(self) -> str:
        check_length(self, "said", self.cleaned_data["said"])
        return self.cleaned_data["said"]
