"""Which of two leads stays, whose file a lead belongs to, and of which time lost leads are told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.models import Lead
from customers.models import Customer
from portcrm.accounts.models import User
from portcrm.pages.forms import DateInput
from portcrm.pages.widgets import RecordChoiceField


class JoinForm(forms.Form):
    kept = forms.ModelChoiceField(Lead.objects.none(), widget=forms.HiddenInput)
    other = forms.ModelChoiceField(Lead.objects.none(), widget=forms.HiddenInput)

    def __init__(self, data, *, user: User):
        super().__init__(data)
        for field in self.fields.values():
            field.queryset = Lead.objects.visible_to(user)


class FileForm(forms.Form):
    """An existing file, or the name under which a new one is opened."""

    customer = RecordChoiceField(Customer.objects.none(), source="customers", label=_("Existing file"), required=False)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)

    fieldsets = ((_("It has a file"), ("customer",)), (_("It has none: open one"), ("name_zh", "name_en")))

    def __init__(self, *args, user: User, may_open: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = Customer.objects.visible_to(user)
        if not may_open:
            self.fieldsets = self.fieldsets[:1]
            del self.fields["name_zh"], self.fields["name_en"]

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in ("customer", "name_zh", "name_en")) and not self.errors:
            self.add_error("customer", _("Choose a file, or type the name of a new one."))
        return cleaned


class PeriodForm(forms.Form):
    first = forms.DateField(label=_("From"), widget=DateInput())
    last = forms.DateField(label=_("To"), widget=DateInput())

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        return cleaned
