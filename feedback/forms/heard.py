"""Writing down what a customer said: three fields, the rest is filled in already."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Channel, Contact, Customer
from feedback.enums import GROUP_OF_ITEM, ServiceGroup, ServiceItem, Tone
from feedback.forms.contacts import contacts_of, offer_contacts
from feedback.forms.lengths import check_length
from feedback.models import HeardOpinion
from feedback.queries.channels import service_channels
from feedback.services.heard import CHANNEL
from portcrm.accounts.models import User
from portcrm.clock import port_today
from portcrm.pages.forms import DateInput, EditForm, OnceForm
from portcrm.pages.widgets import RecordChoiceField


def about_choices() -> list:
    """Each group of services, under it the group as a whole and its services."""
    return [
        (group.label, [(group.value, group.label), *((item.value, item.label) for item in ServiceItem if GROUP_OF_ITEM[item] == group)])
        for group in ServiceGroup
    ]


def split_about(told: dict[str, object]) -> dict[str, object]:
    """The one choice of `about` as the services take it: a group and perhaps a service of it."""
    values = dict(told)
    about = values.pop("about")
    values["group"], values["service_item"] = (GROUP_OF_ITEM[about], about) if about in GROUP_OF_ITEM else (about, "")
    return values


class HeardForm(OnceForm):
    """`values` are what the service takes: the one choice of `about` is a group and perhaps a service of it."""

    about = forms.ChoiceField(label=pgettext_lazy("opinion", "About"), choices=about_choices, initial=ServiceGroup.TRANSPORT)
    tone = forms.ChoiceField(label=pgettext_lazy("opinion", "Praise, wish or criticism"), choices=Tone.choices, initial=Tone.WISH)
    text = forms.CharField(label=pgettext_lazy("opinion", "What was said"), widget=forms.Textarea({"rows": 3}))
    customer = RecordChoiceField(queryset=Customer.objects.none(), source="customers", label=_("Customer"))
    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("Contact"), required=False)
    heard_on = forms.DateField(label=pgettext_lazy("opinion", "Heard on"), widget=DateInput(), required=False)
    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("Received through"), required=False)
    first = ("about", "tone", "text")

    def __init__(self, *args, user: User, customer: Customer | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = customer
        chosen = customer or self.data.get("customer")
        offer_contacts(self, user=user, address=reverse("feedback:heard_create"), chosen=chosen)
        self.fields["channel"].queryset = service_channels()
        self.fields["channel"].initial = service_channels().filter(key=CHANNEL).first()
        self.fields["heard_on"].initial = port_today
        if customer is not None:
            del self.fields["customer"]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """The three that are asked, after the customer where it is not known yet."""
        return [self[name] for name in (*(("customer",) if self.known is None else ()), *self.first)]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("contact", "heard_on", "channel")]

    @property
    def further_is_open(self) -> bool:
        return any(bound.errors for bound in self.further_fields)

    @property
    def values(self) -> dict[str, object]:
        return {"customer": self.known} | split_about(self.cleaned_data)

    def clean(self):
        cleaned = super().clean()
        check_length(self, "text", cleaned.get("text"))
        if cleaned.get("heard_on") and cleaned["heard_on"] > port_today():
            self.add_error("heard_on", _("This day has not come yet."))
        return cleaned


class HeardEditForm(EditForm):
    class Meta:
        model = HeardOpinion
        fields = ("group", "service_item", "tone", "text", "contact", "heard_on", "channel")
        widgets = {"heard_on": DateInput(), "text": forms.Textarea({"rows": 4})}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts_of(self.instance.customer_id, user=user, kept=self.instance.contact_id)
        self.fields["channel"].queryset = service_channels()

    def clean(self):
        cleaned = super().clean()
        check_length(self, "text", cleaned.get("text"))
        return cleaned
