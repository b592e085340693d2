"""What a customer says of our answer."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class WordForm(forms.Form):
    """`settled` is the button that was pressed; the text is needed where it is not settled."""

    settled = forms.ChoiceField(choices=(("yes", ""), ("no", "")))
    text = forms.CharField(label=_("What is still missing?"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self):
        cleaned = super().clean()
        text, longest = cleaned.get("text", ""), settings.LONGEST_OPINION_TEXT
        if cleaned.get("settled") != "yes" and not text:
            self.add_error("text", _("Please tell us what is still missing."))
        if len(text) > longest:
            sentence = _("This text has %(length)s characters; at most %(longest)s fit. Nothing was cut off.")
            self.add_error("text", sentence % {"length": len(text), "longest": longest})
        return cleaned
