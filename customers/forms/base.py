"""What the forms of a customer file share: lists in one box, and knowing what the editor saw."""

import json

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _

from customers.queries.facts import plain_text
from customers.services.editing import EditConflict, plain
from portcrm.errors import RuleBroken


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class LinesField(forms.CharField):
    """A list of short texts, one per line or separated by semicolons."""

    widget = forms.Textarea

    def __init__(self, **options):
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**options)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value) -> list[str]:
        if isinstance(value, list):
            return value
        parts = super().to_python(value).replace("；", "\n").replace(";", "\n").split("\n")
        return [part.strip() for part in parts if part.strip()]


class PartForm(forms.ModelForm):
    """Edits some fields of a stored row through a service.

    `seen` carries what the editor was shown, so that only what the editor changed is saved, and a field somebody else
    changed meanwhile comes back with both texts. Fields ticked in `theirs` give the editor's own text up.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, user=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        self.conflicts = []
        self.initial["seen"] = self.as_seen()

    def _post_clean(self) -> None:
        """Nothing is set on the row: the service does, on the locked row, and the rules stand there."""

    @property
    def edited(self) -> list[str]:
        return [name for name in self.fields if name != "seen"]

    def as_seen(self) -> str:
        """What this form shows, as the browser will send it back."""
        shown = {name: self.fields[name].prepare_value(self._stored(name)) for name in self.edited}
        return json.dumps(shown, cls=DjangoJSONEncoder, ensure_ascii=False)

    def _stored(self, name: str):
        return plain(self.initial.get(name, self.fields[name].initial))

    def seen_values(self) -> dict[str, object]:
        """The values the editor was shown; none where the browser sent nothing usable."""
        try:
            sent = json.loads(self.data.get(self.add_prefix("seen"), "") or "{}")
            return {name: self.fields[name].to_python(value) for name, value in sent.items() if name in self.edited}
        except (ValueError, AttributeError, TypeError, ValidationError):
            return {}

    def changes(self) -> dict[str, object]:
        """What the editor changed, without the fields given up in favour of the other editor."""
        seen, given_up = self.seen_values(), set(self.data.getlist("theirs") if hasattr(self.data, "getlist") else ())
        return {
            name: self.cleaned_data[name]
            for name in self.edited
            if name in self.cleaned_data
            and name not in given_up
            and (name not in seen or plain(self.cleaned_data[name]) != plain(seen[name]))
        }

    def refuse(self, refusal: RuleBroken) -> int:
        """Put a broken rule where it belongs and say with which status to answer."""
        if isinstance(refusal, EditConflict):
            self.conflicts = refusal.conflicts
            self._see_again()
            return 409
        self.add_error(refusal.field if refusal.field in self.fields else None, ValidationError(refusal.message))
        return 422

    @property
    def shown_conflicts(self) -> list[dict[str, str]]:
        """Both texts of each field in conflict, as people read them."""
        return [
            {
                "field": one.field,
                "label": self.fields[one.field].label or one.label,
                "theirs": plain_text(one.theirs),
                "yours": plain_text(self.cleaned_data.get(one.field, one.yours)),
            }
            for one in self.conflicts
        ]

    def _see_again(self) -> None:
        """From now on the editor has seen what the others saved; the editor's own texts stay in the fields."""
        seen = json.loads(self.data.get(self.add_prefix("seen"), "") or "{}")
        for conflict in self.conflicts:
            seen[conflict.field] = self.fields[conflict.field].prepare_value(plain(conflict.theirs))
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = json.dumps(seen, cls=DjangoJSONEncoder, ensure_ascii=False)

    def choose_from(self, name: str, rows) -> None:
        """Offer these rows, with nothing chosen as the first line."""
        self.fields[name].queryset = rows
        self.fields[name].empty_label = _("Not given")


def many(label, choices, **options) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **options)
