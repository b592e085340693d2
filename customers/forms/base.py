"""What the forms of a customer file share: lists in one box, rows to choose from."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portcrm.pages.forms import EditForm


class LinesField(forms.CharField):
    """A list of short texts, one per line or separated by semicolons."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, **options):
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        self.longest = longest
        super().__init__(**options)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value) -> list[str]:
        if isinstance(value, list):
            return value
        parts = super().to_python(value).replace("；", "\n").replace(";", "\n").split("\n")
        return [part.strip() for part in parts if part.strip()]

    def validate(self, value) -> None:
        super().validate(value)
        for line in value:
            if len(line) > self.longest:
                said = _("The line “%(beginning)s…” has %(length)s signs; %(longest)s at most are kept.")
                raise ValidationError(said, params={"beginning": line[:10], "length": len(line), "longest": self.longest})


class PartForm(EditForm):
    """One part of a customer file, edited by `user`."""

    def __init__(self, *args, user=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def choose_from(self, name: str, rows) -> None:
        """Offer these rows, with nothing chosen as the first line."""
        self.fields[name].queryset = rows
        self.fields[name].empty_label = _("Not given")


def many(label, choices, **options) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **options)
