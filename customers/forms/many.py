"""What is asked before many customers are changed at once. Fields left empty leave the files as they are."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.enums import CustomerStatus, CustomerType, Tier
from customers.forms.base import many
from customers.models import Channel, Region, Tag
from customers.queries.takers import takers
from customers.services.tags import tidy_name
from portcrm.accounts.models import Department, User
from portcrm.bulk.forms import BulkForm
from portcrm.errors import RuleBroken

AS_IT_IS = _("Leave as it is")


def or_nothing(choices) -> list:
    return [("", AS_IT_IS), *choices]


class ChangesForm(BulkForm):
    """At least one field is filled in."""

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in self.fields) and not self.errors:
            raise forms.ValidationError(_("Choose at least one change."))
        return cleaned


class EditManyForm(ChangesForm):
    region = forms.ModelChoiceField(Region.objects.active(), label=_("Region"), required=False, empty_label=AS_IT_IS)
    channel = forms.ModelChoiceField(Channel.objects.of_files(), label=_("Information channel"), required=False, empty_label=AS_IT_IS)
    add_types = many(_("Add customer types"), CustomerType.choices)
    remove_types = many(_("Remove customer types"), CustomerType.choices)


class ClassifyManyForm(ChangesForm):
    status = forms.ChoiceField(choices=or_nothing(CustomerStatus.choices), label=_("Status"), required=False)
    tier = forms.ChoiceField(choices=or_nothing(Tier.choices), label=_("Service tier"), required=False)
    is_key_account = forms.ChoiceField(choices=or_nothing([("yes", _("Yes")), ("no", _("No"))]), label=_("Key account"), required=False)
    department = forms.ModelChoiceField(Department.objects.all(), label=_("Department"), required=False, empty_label=AS_IT_IS)


class HandOverManyForm(BulkForm):
    to = forms.ModelChoiceField(User.objects.none(), label=pgettext_lazy("hand over", "To"))
    note = forms.CharField(label=_("What to know"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = takers()


class ReturnManyForm(BulkForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class TagManyForm(BulkForm):
    tags = forms.ModelMultipleChoiceField(Tag.objects.all(), label=_("Tags"), required=False, widget=forms.CheckboxSelectMultiple)
    new = forms.CharField(label=_("New tags"), required=False, max_length=200, help_text=_("Short words, with commas between them."))

    def clean(self):
        cleaned = super().clean()
        typed = cleaned.get("new", "").replace("，", ",").replace("、", ",").split(",")  # noqa: RUF001  as people type it
        try:
            names = [name for text in typed if (name := tidy_name(text))]
        except RuleBroken as refusal:
            raise forms.ValidationError({"new": str(refusal.message)}) from refusal
        cleaned["names"] = [*(tag.name for tag in cleaned.get("tags", ())), *names]
        if not cleaned["names"] and self.demanded:
            raise forms.ValidationError(_("Choose or type at least one tag."))
        return cleaned

    demanded = True


class TagsForm(TagManyForm):
    """All the tags of one file; none is an answer too."""

    demanded = False


class UntagManyForm(BulkForm):
    tags = forms.ModelMultipleChoiceField(Tag.objects.all(), label=_("Tags"), widget=forms.CheckboxSelectMultiple)


class TagNameForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ("name",)

    def _post_clean(self) -> None:
        """The service keeps the rules."""
