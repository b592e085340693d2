"""Forms that ask what to do to many rows."""

import uuid

from django import forms


class BulkForm(forms.Form):
    """Asks for the values of a bulk action, as `user`. What was sent is kept and checked again when the work begins."""

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def as_sent(self) -> dict[str, list[str]]:
        """The answers as the browser sent them."""
        return {name: self.data.getlist(name) for name in self.fields if name in self.data}


class AskedOnceForm(forms.Form):
    """The key by which a second sending of the same page is known, and the number of rows it was asked for.

    Like that of every form that is taken once, the key stands for this drawing of the page and what was filled in: other
    answers, sent from the page one has come back to, are another change.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    counted = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("form_key"):
            sent = [(name, self.data.getlist(name)) for name in sorted(self.data) if name not in ("form_key", "csrfmiddlewaretoken")]
            cleaned["form_key"] = uuid.uuid5(cleaned["form_key"], repr(sent))
        return cleaned
