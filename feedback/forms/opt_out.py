from django import forms
from django.utils.translation import gettext_lazy as _


class LiftOptOutForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("What the person said, when and to whom. It stays with the entry.")
    )
