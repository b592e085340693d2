"""Bulletins to be taken in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BulletinForm(forms.Form):
    source = forms.CharField(
        label=_("Publisher"), max_length=200, help_text=_("As you have called it before: series of one publisher go on under one name.")
    )
    file = forms.FileField(label=_("Text file"), required=False, widget=forms.FileInput(attrs={"accept": ".txt"}))
    text = forms.CharField(
        label=_("Or the text itself"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("A heading with year and month, and lines of four figures: since January, the month, and the growth of both."),
    )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("file") and not cleaned.get("text") and not self.errors:
            raise forms.ValidationError(_("Choose a file or paste the text."))
        return cleaned

    @property
    def name(self) -> str:
        """Of the file, where one was chosen."""
        return self.cleaned_data["file"].name if self.cleaned_data["file"] else ""

    def content(self, limit: int) -> bytes:
        """What was given; of a file no more than shows that it is over the limit."""
        upload = self.cleaned_data["file"]
        return upload.read(limit + 1) if upload else self.cleaned_data["text"].encode()
