from django import forms
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import reads_chinese
from portcrm.paper.enums import PaperLanguage
from portcrm.paper.kinds import PORTION, PaperKind


class OrderForm(forms.Form):
    """In which language, and with what."""

    language = forms.ChoiceField(label=_("Language of the form"), choices=PaperLanguage.choices, widget=forms.RadioSelect)
    extras = forms.MultipleChoiceField(label=_("Also print"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, kind: PaperKind, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["language"] = PaperLanguage.CHINESE if reads_chinese() else PaperLanguage.ENGLISH
        offered = kind.extras_for(user)
        # One file of several is opened again by its name; nobody is offered one.
        portions = [one for one in self._asked() if kind.portions and one.startswith(PORTION)]
        self.fields["extras"].choices = [*((extra.key, extra.label) for extra in offered), *((one, one) for one in portions)]
        if not offered and not portions:
            del self.fields["extras"]

    def _asked(self) -> list[str]:
        return self.data.getlist("extras") if hasattr(self.data, "getlist") else []

    @property
    def extras_chosen(self) -> list[str]:
        return self.cleaned_data.get("extras", [])
