from django import forms
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import reads_chinese
from portcrm.paper.enums import PaperLanguage
from portcrm.paper.kinds import PaperKind


class OrderForm(forms.Form):
    """In which language, and with what."""

    language = forms.ChoiceField(label=_("Language of the form"), choices=PaperLanguage.choices, widget=forms.RadioSelect)
    extras = forms.MultipleChoiceField(label=_("Also print"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, kind: PaperKind, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["language"] = PaperLanguage.CHINESE if reads_chinese() else PaperLanguage.ENGLISH
        offered = kind.extras_for(user)
        self.fields["extras"].choices = [(extra.key, extra.label) for extra in offered]
        if not offered:
            del self.fields["extras"]

    @property
    def extras_chosen(self) -> list[str]:
        return self.cleaned_data.get("extras", [])
