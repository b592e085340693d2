"""The complaint form customers fill in."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.enums import ServiceGroup
from feedback.forms.lengths import check_length
from feedback.forms.opinion import TRAP


class PublicComplaintForm(forms.Form):
    """Few fields are required: what happened matters more than who we have on file."""

    group = forms.ChoiceField(label=_("What is it about?"), choices=ServiceGroup.choices, widget=forms.RadioSelect)
    subject = forms.CharField(label=_("In one line"), max_length=200)
    description = forms.CharField(label=_("What happened?"), widget=forms.Textarea(attrs={"rows": 6}))
    cargo_reference = forms.CharField(
        label=_("Vessel, voyage or bill of lading"), max_length=200, required=False, help_text=_("If the matter is about a shipment.")
    )
    remedy_sought = forms.CharField(label=_("What do you ask of us?"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    company_name = forms.CharField(label=_("Your company"), max_length=200)
    reporter_name = forms.CharField(label=_("Your name"), max_length=100, required=False)
    reporter_email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("We confirm the receipt and send our answer there."))
    reporter_phone = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False  # our own messages, in the page's language
        self.fields["reporter_email"].widget.attrs["autocomplete"] = "email"
        self.fields["reporter_phone"].widget.attrs["autocomplete"] = "tel"
        self.fields["reporter_name"].widget.attrs["autocomplete"] = "name"
        self.fields["company_name"].widget.attrs["autocomplete"] = "organization"
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("aria-describedby", f"help-{name} error-{name}")

    def clean(self):
        cleaned = super().clean()
        for name in ("description", "remedy_sought"):
            check_length(self, name, cleaned.get(name))
        if self.data.get(TRAP):
            self.add_error(None, _("Please leave the field “Website” empty."))
        return cleaned

    def clean_form_key(self) -> uuid.UUID:
        return self.cleaned_data["form_key"] or uuid.uuid4()
