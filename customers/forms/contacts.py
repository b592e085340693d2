from django import forms
from django.utils.translation import gettext_lazy as _

from customers.enums import ContactRole
from customers.forms.base import PartForm, many
from customers.forms.sections import SOURCE, SOURCE_LABEL
from customers.models import Channel, Contact, Observation
from customers.models.contact import CONTACT_FIELDS
from portcrm.clock import port_today
from portcrm.pages.forms import DateInput


class ContactForm(PartForm):
    """A contact, new or known; what the person is like is not asked here."""

    roles = many(_("Roles"), ContactRole.choices)

    class Meta:
        model = Contact
        fields = (*CONTACT_FIELDS, "successor", *SOURCE)
        widgets = {"here_since": DateInput()}

    fieldsets = (
        (_("Person"), ("name", "name_en", "position", "position_en", "department_name", "here_since", "roles", "is_primary", "successor")),
        (_("Ways to reach them"), ("email", "phone", "mobile", "wechat", "language", "note")),
        (SOURCE_LABEL, SOURCE),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        colleagues = (
            Contact.objects.visible_to(self.user).filter(customer=self.instance.customer_id, erased_on=None).exclude(pk=self.instance.pk)
        )
        self.choose_from("successor", colleagues)
        self.choose_from("channel", Channel.objects.of_files(self.instance.channel_id))


class ObservationForm(forms.ModelForm):
    class Meta:
        model = Observation
        fields = ("aspect", "text", "observed_on", "purpose", "channel", "source_reference")
        widgets = {"text": forms.Textarea({"rows": 3}), "observed_on": DateInput()}

    def __init__(self, *args, **kwargs):
        # On one page with the form of the contact, which has a channel and a source too.
        super().__init__(*args, auto_id="observation_%s", **kwargs)
        self.initial.setdefault("observed_on", port_today())
        self.fields["channel"].queryset = Channel.objects.active()
        self.fields["channel"].empty_label = _("Not given")
        self.fields["text"].help_text = _("What was seen or heard, not what is guessed. The person may ask to read it.")

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class ConsentForm(forms.Form):
    source = forms.CharField(
        label=_("How agreement was given"), max_length=200, error_messages={"required": _("Say how agreement was given.")}
    )
