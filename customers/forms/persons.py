"""Forms about a person: companies they work for, days to remember, why data are kept, and erasing them."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.enums import ContactRole, ErasureReason, KeptData
from customers.forms.base import many
from customers.models import ContactDate, Customer, DataBasis
from portcrm.clock import port_today
from portcrm.pages.forms import DateInput
from portcrm.pages.widgets import RecordChoiceField


def company(label, **options) -> RecordChoiceField:
    return RecordChoiceField(queryset=Customer.objects.none(), source="customers", label=label, **options)


class PlaceForm(forms.Form):
    """What somebody does at a company."""

    position = forms.CharField(label=pgettext_lazy("job", "Position"), max_length=100, required=False)
    position_en = forms.CharField(label=_("Position in English"), max_length=100, required=False)
    department_name = forms.CharField(label=_("Department at the customer"), max_length=100, required=False)
    roles = many(_("Roles"), ContactRole.choices)


class EmploymentForm(PlaceForm):
    customer = company(_("Company"))
    since = forms.DateField(label=pgettext_lazy("employment", "Since"), widget=DateInput(), required=False)
    field_order = ("customer", "since")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = Customer.objects.visible_to(user)


class EndForm(forms.Form):
    until = forms.DateField(label=_("Until"), widget=DateInput(), initial=port_today)


class MoveForm(PlaceForm):
    to = company(_("New company"))
    on = forms.DateField(label=_("From this day on"), widget=DateInput(), initial=port_today)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("What is left empty stays as it is."))
    phone = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    mobile = forms.CharField(label=_("Mobile phone"), max_length=50, required=False)
    field_order = ("to", "on")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Customer.objects.visible_to(user)


class ContactDateForm(forms.ModelForm):
    class Meta:
        model = ContactDate
        fields = ("kind", "name", "month", "day", "year", "purpose")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("Only for another day than those above.")
        self.fields["year"].help_text = _("If it is known.")

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class DataBasisForm(forms.ModelForm):
    class Meta:
        model = DataBasis
        fields = ("covers", "basis", "purpose", "source", "given_on")
        widgets = {"given_on": DateInput()}

    def __init__(self, *args, may_record_profile: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("given_on", port_today())
        self.fields["source"].help_text = _("A letter, a talk with date and place, a contract number.")
        if not may_record_profile:
            self.fields["covers"].choices = [choice for choice in KeptData.choices if choice[0] != KeptData.PROFILE]
            self.initial["covers"] = KeptData.REACH

    def _post_clean(self) -> None:
        """The service keeps the rules."""


class EraseForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=ErasureReason.choices)
    sure = forms.BooleanField(label=_("I have read what is erased and know that it cannot be undone."))
