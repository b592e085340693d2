from django import forms
from django.utils.translation import gettext_lazy as _

from portcrm.notices.models import Digest


class DigestForm(forms.ModelForm):
    hour = forms.TypedChoiceField(
        label=_("At what hour"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)], help_text=_("By your own clock.")
    )

    class Meta:
        model = Digest
        fields = ("rhythm", "hour", "weekday", "quiet_weekends")
        help_texts = {
            "rhythm": _("One mail with what you have not read yet, and none when there is nothing."),
            "weekday": _("For the weekly mail."),
        }

    def _post_clean(self) -> None:
        """The service keeps the rules."""
