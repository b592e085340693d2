"""The form of a question of a draft: the fields its kind has, its condition, what is asked beside it."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import JUDGING, ItemKind
from feedback.forms.drafts import ENGLISH_TO_PUBLISH, ONE_A_LINE, AnswersField
from feedback.models import Item
from feedback.services.draft_questions import BESIDE, beside_of
from feedback.services.question_keys import KNOWN_KEYS
from portcrm.pages.forms import EditForm

ENDS = ("low_zh", "low_en", "high_zh", "high_en")
CONDITION = ("only_if", "only_if_at_least", "only_if_at_most")
POINTS = (5, 7)


class QuestionForm(EditForm):
    """`earlier`: the questions that stand before it, which a condition can rest on."""

    only_if = forms.ChoiceField(label=_("Only after an answer to"), required=False)
    maximum = forms.TypedChoiceField(label=pgettext_lazy("of a question", "Scale"), coerce=int)
    key = forms.ChoiceField(
        label=_("What it is about"), required=False,
        help_text=_("A service the port is judged by has one trend over all forms; a question of its own gets one of its own."),
    )  # fmt: skip
    beside = forms.ChoiceField(
        label=_("Asked beside it"), required=False, help_text=_("Both scales make one row of the form; figures read how well we do it."),
    )  # fmt: skip
    answers = AnswersField(label=_("Answers to choose from"), required=False, help_text=ONE_A_LINE)

    class Meta:
        model = Item
        fields = ("text_zh", "text_en", "maximum", *ENDS, "allows_na", "required", *CONDITION)
        widgets = {"text_zh": forms.Textarea({"rows": 2}), "text_en": forms.Textarea({"rows": 2})}
        help_texts = {"text_en": ENGLISH_TO_PUBLISH, "only_if_at_least": _("Of a question that is answered with a score.")}

    def __init__(self, *args, earlier: Iterable[Item], **kwargs):
        super().__init__(*args, **kwargs)
        item, is_new = self.instance, self.instance.pk is None
        for name in left_out(item, is_new=is_new):
            del self.fields[name]
        if "maximum" in self.fields:
            points = sorted({*POINTS, item.maximum})
            self.fields["maximum"].choices = [(point, f"{item.minimum}–{point}") for point in points]
        if "key" in self.fields:
            self.fields["key"].choices = [("", _("A question of its own")), *KNOWN_KEYS[ItemKind(item.kind)].items()]
        if "beside" in self.fields:
            self.fields["beside"].choices = [("", _("Nothing")), *((one.value, one.label) for one in BESIDE)]
            self.initial["beside"] = "" if is_new else beside_of(item)
        self.fields["only_if"].choices = [("", _("Always asked")), *_answers_to(earlier)]
        self.initial["only_if"] = f"{item.only_if}:{item.only_if_option}" if item.only_if_option else item.only_if
        self.fieldsets = self._groups()

    def _groups(self):
        groups = (
            (_("Question"), ("key", "text_zh", "text_en", "required", "allows_na")),
            (_("Answers"), ("maximum", *ENDS, "beside", "answers")),
            (_("Condition"), CONDITION),
        )
        here = ((label, tuple(name for name in names if name in self.fields)) for label, names in groups)
        return tuple((label, names) for label, names in here if names)

    @property
    def second_scale(self) -> str | None:
        """What is asked of the same row; None where the form does not say."""
        return self.cleaned_data.get("beside") if "beside" in self.fields else None

    @property
    def further(self) -> dict[str, object]:
        """What a new question takes beside its fields."""
        return {name: self.cleaned_data[name] for name in ("key", "answers", "beside") if name in self.fields}

    @property
    def values(self) -> dict[str, object]:
        return _of_the_row(super().values)

    def changes(self) -> dict[str, object]:
        return _of_the_row(super().changes())

    def seen_values(self) -> dict[str, object]:
        seen = super().seen_values()
        if "only_if" in seen:
            seen["only_if"] = str(seen["only_if"]).partition(":")[0]
        return seen


def left_out(item: Item, *, is_new: bool) -> set[str]:
    """Fields this kind of question does not have, and those only a new one is given."""
    names = set()
    if not item.is_scale:
        names |= {*ENDS, "maximum"}
    if item.kind != ItemKind.RATING or item.aspect not in JUDGING:
        names |= {"maximum", "beside"} if item.kind != ItemKind.RATING else {"beside"}
    if not (item.is_scale or item.is_choice):
        names.add("allows_na")
    if item.kind == ItemKind.COMMENT:
        names.add("required")  # nobody has to write
    if not is_new or ItemKind(item.kind) not in KNOWN_KEYS:
        names.add("key")
    return names if is_new and item.is_choice else names | {"answers"}


def _answers_to(earlier: Iterable[Item]):
    """What a condition can rest on: a score of a question, or one of its answers as "question:answer"."""
    for item in earlier:
        if item.is_scale:
            yield item.key, f"{item.position} {item.named}"
        elif item.is_choice:
            yield from ((f"{item.key}:{option.key}", f"{item.position} {item.text} – {option.text}") for option in item.options.all())


def _of_the_row(values: dict[str, object]) -> dict[str, object]:
    """Values of the form as the row holds them."""
    row = {name: value for name, value in values.items() if name not in ("key", "beside", "answers")}
    if "only_if" in row:
        row["only_if"], _colon, row["only_if_option"] = str(row["only_if"]).partition(":")
    return row
