"""Forms over a stored row that two people may edit at the same time: they know what the editor saw.

class ProgrammeForm(EditForm): …
edit_programme(programme=row, fields=form.changes(), seen=form.seen_values(), by=user)   # may raise EditConflict
except RuleBroken as refusal: status = form.refuse(refusal)
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.editing import EditConflict, plain
from portcrm.errors import RuleBroken
from portcrm.pages.formats import plain_text
from portcrm.pages.registry import Wanted


class ExactEncoder(DjangoJSONEncoder):
    """Moments to the microsecond, as they are stored."""

    def default(self, o):
        return o.isoformat() if isinstance(o, (dt.datetime, dt.time)) else super().default(o)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class TimelineForm(forms.Form):
    """What a timeline is narrowed by; the kind is chosen beside it. Whoever has left can still be looked for."""

    words = forms.CharField(label=_("Words"), max_length=100, required=False, widget=forms.TextInput({"type": "search"}))
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Who recorded it or took part"), required=False, empty_label=_("Everybody")
    )
    first = forms.DateField(label=_("From"), required=False, widget=DateInput())
    last = forms.DateField(label=_("To"), required=False, widget=DateInput())

    def __init__(self, data):
        super().__init__(data, auto_id="timeline-%s")
        self.fields["person"].queryset = User.objects.people().order_by("name", "pk")

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        for name in ("first", "last"):
            if cleaned.get(name) and not 1900 <= cleaned[name].year <= 2200:
                self.add_error(name, _("The year lies between 1900 and 2200."))
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        return cleaned

    def wanted(self, kind: str) -> Wanted:
        """What can be read of what was asked for; a field with a fault narrows nothing."""
        given = self.cleaned_data
        person = given.get("person")
        return Wanted(kind, person.pk if person else None, given.get("first"), given.get("last"), given.get("words", ""))


class OnceForm(forms.Form):
    """Carries a key by which a service tells a second sending (portcrm/once).

    `form_key` of the cleaned values stands for this drawing of the form and what was typed into it: the same words
    sent twice are one row, other words sent from the form one has come back to are a row of their own.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("form_key"):
            typed = [(name, self.data.getlist(self.add_prefix(name))) for name in sorted(self.fields) if name not in ("form_key", "seen")]
            cleaned["form_key"] = uuid.uuid5(cleaned["form_key"], repr(typed))
        return cleaned


class EditForm(forms.ModelForm):
    """Edits some fields of a stored row through a service.

    `seen` carries what the editor was shown, so that only what the editor changed is saved, and a field somebody else
    changed meanwhile comes back with both texts. Fields ticked in `theirs` give the editor's own text up.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.conflicts = []

    def get_initial_for_field(self, field, field_name):
        """What is seen is known when the form is drawn, with every field and first value a subclass gave it."""
        return self.as_seen() if field_name == "seen" else super().get_initial_for_field(field, field_name)

    def _post_clean(self) -> None:
        """Nothing is set on the row: the service does, on the locked row, and the rules stand there."""

    @property
    def edited(self) -> list[str]:
        return [name for name in self.fields if name != "seen"]

    @property
    def values(self) -> dict[str, object]:
        """Everything that was filled in, for a row that is new."""
        return {name: self.cleaned_data[name] for name in self.edited}

    def as_seen(self) -> str:
        """What this form shows, as the browser will send it back."""
        shown = {name: self.fields[name].prepare_value(self._stored(name)) for name in self.edited}
        return json.dumps(shown, cls=ExactEncoder, ensure_ascii=False)

    def _stored(self, name: str):
        """A moment with what no field draws of it: without that it would be another one than the stored."""
        exact = self.initial.get(name)
        return exact if isinstance(exact, (dt.datetime, dt.time)) else plain(self.get_initial_for_field(self.fields[name], name))

    def seen_values(self) -> dict[str, object]:
        """The values the editor was shown, related rows by their key; none where the browser sent nothing usable."""
        try:
            sent = json.loads(self.data.get(self.add_prefix("seen"), "") or "{}")
            return {name: self._as_compared(name, value) for name, value in sent.items() if name in self.edited}
        except (ValueError, AttributeError, TypeError, ValidationError):
            return {}

    def _as_compared(self, name: str, value):
        """A row that was shown is known by its key even where the field would no longer offer it."""
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            return [field.queryset.model._meta.pk.to_python(key) for key in value or ()]
        if isinstance(field, forms.TypedChoiceField):
            return field.empty_value if value in field.empty_values else field.coerce(value)
        if isinstance(field, forms.ModelChoiceField):
            return None if value in field.empty_values else field.queryset.model._meta.pk.to_python(value)
        return field.to_python(value)

    @property
    def given_up(self) -> set[str]:
        """Fields in which the editor keeps what the other saved."""
        return set(self.data.getlist("theirs")) if hasattr(self.data, "getlist") else set()

    def changes(self) -> dict[str, object]:
        """What the editor changed, without the fields given up in favour of the other editor."""
        seen, given_up = self.seen_values(), self.given_up
        return {
            name: self.cleaned_data[name]
            for name in self.edited
            if name in self.cleaned_data
            and name not in given_up
            and (name not in seen or self._differs(name, self.cleaned_data[name], seen[name]))
        }

    def _differs(self, name: str, wanted, seen) -> bool:
        """Ticked boxes come back in the order they are drawn in: the same ticks in another order are no change."""
        if isinstance(self.fields[name], forms.MultipleChoiceField):
            return set(wanted) != set(seen)
        if isinstance(self.fields[name], forms.ModelMultipleChoiceField):
            return {row.pk for row in wanted} != set(seen)
        if isinstance(self.fields[name].widget, (forms.DateTimeInput, forms.TimeInput)):
            return self._drawn(name, wanted) != self._drawn(name, seen)
        return plain(wanted) != plain(seen)

    def _drawn(self, name: str, moment) -> str | None:
        """A moment as its field draws it: often to the minute."""
        field = self.fields[name]
        return field.widget.format_value(field.prepare_value(moment))

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
                "theirs": self._as_read(one.field, one.theirs),
                "yours": self._as_read(one.field, self.cleaned_data.get(one.field, one.yours)),
            }
            for one in self.conflicts
        ]

    def _as_read(self, name: str, value) -> str:
        """The label of a choice, the name of a row, anything else as it is written."""
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            return plain_text(list(value))
        if isinstance(field, forms.ModelChoiceField):
            return plain_text(value if isinstance(value, Model) else None)  # a key: the row is gone
        if not isinstance(field, forms.ChoiceField):
            return plain_text(value)
        labels = dict(field.choices)
        chosen = value if isinstance(value, list) else [value]
        return plain_text([str(labels.get(one, one)) for one in chosen if one not in field.empty_values])

    def _see_again(self) -> None:
        """From now on the editor has seen what the others saved; the editor's own texts stay in the fields."""
        seen = json.loads(self.data.get(self.add_prefix("seen"), "") or "{}")
        for conflict in self.conflicts:
            seen[conflict.field] = self.fields[conflict.field].prepare_value(plain(conflict.theirs))
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = json.dumps(seen, cls=ExactEncoder, ensure_ascii=False)


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files with one of these endings; what may be kept is checked where they are kept."""

    widget = ManyFilesInput

    def __init__(self, *, endings: Iterable[str], **options):
        super().__init__(**options)
        self.widget.attrs |= {"multiple": True, "accept": ",".join(endings)}

    def clean(self, data, initial=None) -> list:
        uploads = data if isinstance(data, (list, tuple)) else [data]
        return [super(ManyFilesField, self).clean(upload, initial) for upload in uploads if upload]
