"""The suggestion form customers fill in."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import ServiceGroup
from feedback.forms.lengths import check_length
from feedback.forms.opinion import TRAP


class PublicSuggestionForm(forms.Form):
    """Few fields are required: what could be better matters more than who says it."""

    group = forms.ChoiceField(
        label=pgettext_lazy("suggestion", "What is it about?"), choices=ServiceGroup.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("What do you suggest?"), widget=forms.Textarea(attrs={"rows": 6}))
    company_name = forms.CharField(label=_("Your company"), max_length=200)
    reporter_name = forms.CharField(label=_("Your name"), max_length=100, required=False)
    reporter_email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("We write there if your suggestion is adopted."))
    reporter_phone = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    may_name = forms.ChoiceField(
        label=_("If we adopt it and tell others"),
        choices=(("no", _("Say “a customer”")), ("yes", _("You may name our company"))),
        widget=forms.RadioSelect,
        initial="no",
        required=False,
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False  # our own messages, in the page's language
        for name, known in (("email", "reporter_email"), ("tel", "reporter_phone"), ("name", "reporter_name"),
                            ("organization", "company_name")):  # fmt: skip
            self.fields[known].widget.attrs["autocomplete"] = name
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("aria-describedby", f"help-{name} error-{name}")

    def clean(self):
        cleaned = super().clean()
        check_length(self, "text", cleaned.get("text"))
        if self.data.get(TRAP):
            self.add_error(None, _("Please leave the field “Website” empty."))
        return cleaned

    def clean_form_key(self) -> uuid.UUID:
        return self.cleaned_data["form_key"] or uuid.uuid4()
