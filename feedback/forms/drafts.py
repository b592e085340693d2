"""The forms of the builder: a questionnaire, its draft, a section, an answer to choose from, the question bank."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from feedback.enums import ItemKind
from feedback.models import Item, ItemOption, Questionnaire, QuestionnaireVersion, Section
from feedback.services import draft_answers, draft_sections, drafts
from portcrm.errors import RuleBroken
from portcrm.pages.forms import EditForm

ENGLISH_TO_PUBLISH = _("Needed to publish.")
ONE_A_LINE = _("One a line: the Chinese words, then |, then the English words.")


class QuestionnaireForm(EditForm):
    class Meta:
        model = Questionnaire
        fields = drafts.FIELDS
        help_texts = {"name_en": ENGLISH_TO_PUBLISH, "respondents": _("Stays as it is once a version is published.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name_zh"].required = True


class DraftForm(EditForm):
    class Meta:
        model = QuestionnaireVersion
        fields = drafts.VERSION_FIELDS
        help_texts = {
            "purpose_zh": _("One sentence for mail and form; {port} and {company} stand for the names. Empty: a general one."),
        }


class SectionForm(EditForm):
    class Meta:
        model = Section
        fields = draft_sections.FIELDS
        widgets = {"lead_zh": forms.Textarea({"rows": 2}), "lead_en": forms.Textarea({"rows": 2})}
        help_texts = {"title_en": ENGLISH_TO_PUBLISH}


class AnswerForm(EditForm):
    class Meta:
        model = ItemOption
        fields = draft_answers.FIELDS
        help_texts = {"text_en": ENGLISH_TO_PUBLISH}


class AnswersField(forms.CharField):
    """Lines of answers as [(Chinese, English)]; English may be left out for the time being."""

    widget = forms.Textarea({"rows": 6})

    def clean(self, value) -> list[tuple[str, str]]:
        longest = ItemOption._meta.get_field("text_zh").max_length
        found = []
        for line in super().clean(value).splitlines():
            if line.strip():
                zh, _bar, en = line.replace("｜", "|").partition("|")
                found.append((zh.strip(), en.strip()))
        if any(not zh for zh, _en in found):
            raise ValidationError(_("Each line begins with the Chinese words."))
        if any(len(text) > longest for words in found for text in words):
            raise ValidationError(_("An answer has %(longest)s characters at most.") % {"longest": longest})
        return found


class AnswersForm(forms.Form):
    answers = AnswersField(label=_("Answers to choose from"), help_text=ONE_A_LINE)

    def refuse(self, refusal: RuleBroken) -> int:
        """Show a broken rule and say with which status to answer."""
        self.add_error(None, ValidationError(refusal.message))
        return 422


class BankForm(forms.Form):
    """What the question bank is searched by."""

    words = forms.CharField(label=_("Words"), max_length=100, required=False, widget=forms.TextInput({"type": "search"}))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *ItemKind.choices], required=False)

    @property
    def wanted(self) -> dict[str, str]:
        """What can be read of what was asked for."""
        return {name: self.cleaned_data[name] for name in ("words", "kind") if name in self.cleaned_data} if self.is_valid() else {}


class ChosenForm(forms.Form):
    """Questions ticked in the bank."""

    items = forms.ModelMultipleChoiceField(Item.objects.none(), error_messages={"required": _("Tick a question at least.")})

    def __init__(self, data, *, offered):
        super().__init__(data)
        self.fields["items"].queryset = offered
