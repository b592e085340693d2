"""Documents to be taken in."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.pages.forms import ManyFilesField


class DocumentsForm(forms.Form):
    files = ManyFilesField(
        label=pgettext_lazy("document", "Files"),
        endings=(".edi", ".edifact", ".txt", ".dat"),
        help_text=_("EDIFACT or the platform file, several at once. The same file again changes nothing."),
        allow_empty_file=True,  # it is refused by itself, and not the others with it
    )

    def clean_files(self) -> list:
        if not self.cleaned_data["files"]:
            raise forms.ValidationError(_("Please choose a file."))
        return self.cleaned_data["files"]
