"""What somebody decides about a candidate, and rules that ignore companies."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cargo.enums import RuleKind
from customers.models import Customer
from portcrm.accounts.models import User
from portcrm.bulk.forms import BulkForm
from portcrm.pages.widgets import RecordChoiceField

LONGEST = 200


class MergeForm(forms.Form):
    """A likely file by its number in the list, or any other file."""

    customer = forms.ModelChoiceField(Customer.objects.none(), required=False)
    other = RecordChoiceField(Customer.objects.none(), source="customers", label=_("Another customer file"), required=False)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = Customer.objects.visible_to(user)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("other") or cleaned.get("customer")):
            self.add_error("other", _("Choose the customer file this company belongs to."))
        return cleaned

    @property
    def chosen(self) -> Customer:
        return self.cleaned_data["other"] or self.cleaned_data["customer"]


class IgnoreManyForm(BulkForm):
    always = forms.BooleanField(
        label=_("Ignore always"), required=False, help_text=_("By a rule for each name; otherwise the next document brings them back")
    )


class RuleForm(forms.Form):
    kind = forms.ChoiceField(label=_("Applies to"), choices=RuleKind.choices, initial=RuleKind.WORD)
    text = forms.CharField(label=_("Name or word"), max_length=LONGEST, help_text=_("Latin words count whole, in any case"))
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST, required=False)
