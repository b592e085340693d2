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
    """The key by which a second sending of the same page is known, and the number of rows it was asked for."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    counted = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
