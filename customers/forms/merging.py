from django import forms
from django.utils.translation import gettext_lazy as _

from customers.enums import MergeDecision
from customers.models import Customer, Merge
from customers.services.unmerging import BEFORE, NOW
from portcrm.pages.widgets import RecordChoiceField


class ChooseOtherForm(forms.Form):
    other = RecordChoiceField(
        queryset=Customer.objects.none(),
        source="customers",
        label=_("The other file"),
        help_text=_("By name, code, credit code or pinyin."),
    )

    def __init__(self, *args, user, but: Customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = Customer.objects.visible_to(user).exclude(pk=but.pk)


class LeftForm:
    """What was chosen on the page of an undone merge: one choice for a field, for a row, or for all rows of a kind that are not named."""

    def __init__(self, data, *, merge: Merge):
        self.data, self.merge = data, merge

    def fields_decided(self) -> dict[str, str]:
        chosen = {key: self.data.get(f"field:{key}", "") for key in self.merge.undecided_fields}
        return {key: choice for key, choice in chosen.items() if choice in (NOW, BEFORE)}

    def rows_decided(self) -> dict[int, str]:
        found = {}
        for row in self.merge.rows.undecided():
            choice = self.data.get(f"row:{row.pk}") or self.data.get(f"rest:{row.rule}", "")
            if choice in MergeDecision.values:
                found[row.pk] = choice
        return found
