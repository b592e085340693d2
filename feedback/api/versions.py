"""Versions of questionnaires with their sections, questions and answers, as programs read them and say what is to become of them."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from feedback.enums import ItemKind
from feedback.forms.draft_question import POINTS, left_out
from feedback.models import Item, ItemOption, QuestionnaireVersion, Section
from feedback.queries.drafts import faults_of
from feedback.queries.question_bank import bank_of
from feedback.services import draft_answers, draft_sections
from feedback.services.draft_questions import BESIDE
from feedback.services.drafts import VERSION_FIELDS
from portcrm.api.fields import KeysField

CONDITION = ("only_if", "only_if_option", "only_if_at_least", "only_if_at_most")
WORDS = ("text_zh", "text_en", "low_zh", "low_en", "high_zh", "high_en")
NOT_OF_THIS_KIND = _("A question of this kind has no such field.")


class AnswerWordsSerializer(serializers.ModelSerializer):
    """An answer to choose from; English may follow until the draft is published."""

    class Meta:
        model = ItemOption
        fields = draft_answers.FIELDS


class OfferedAnswerSerializer(AnswerWordsSerializer):
    class Meta(AnswerWordsSerializer.Meta):
        fields = ("key", *draft_answers.FIELDS)


class AnswersSerializer(serializers.Serializer):
    """Further answers, after those that are there."""

    answers = AnswerWordsSerializer(many=True, allow_empty=False)


class QuestionSerializer(serializers.ModelSerializer):
    """A question as it stands. Two with the same `about` are a pair: one row of the form with a scale for each `aspect`."""

    answers = OfferedAnswerSerializer(source="options", many=True, read_only=True)

    class Meta:
        model = Item
        fields = (
            "id", "key", "position", "kind", "aspect", "about", *WORDS, "minimum", "maximum", "allows_na", "required", *CONDITION,
            "answers",
        )  # fmt: skip


class BankQuestionSerializer(QuestionSerializer):
    """A question of the bank with the form it was asked in; it is taken over by its `id`."""

    questionnaire = serializers.IntegerField(source="version.questionnaire_id", read_only=True)

    class Meta(QuestionSerializer.Meta):
        fields = ("questionnaire", *QuestionSerializer.Meta.fields)


class QuestionBankSerializer(serializers.Serializer):
    """`has_more`: more were found than are told; the words narrow them down."""

    questions = BankQuestionSerializer(many=True)
    has_more = serializers.BooleanField()


class SectionWordsSerializer(serializers.ModelSerializer):
    class Meta:
        model = Section
        fields = draft_sections.FIELDS


class SectionSerializer(serializers.ModelSerializer):
    """A page of the form with its questions in their order."""

    questions = QuestionSerializer(source="items", many=True, read_only=True)

    class Meta:
        model = Section
        fields = ("key", "position", *draft_sections.FIELDS, "questions")


class QuestionChangeSerializer(serializers.ModelSerializer):
    """Only what is sent is changed; kind and key stay. What a pair shares is changed on both its scales.

    `beside`: what else is asked of the same row: importance, expectation, or nothing ("").
    """

    maximum = serializers.ChoiceField(choices=POINTS, required=False)
    beside = serializers.ChoiceField(choices=[(one.value, one.label) for one in BESIDE], required=False, allow_blank=True)

    class Meta:
        model = Item
        fields = (*WORDS, "maximum", "allows_na", "required", *CONDITION, "beside")

    def get_fields(self):
        fields = super().get_fields()
        if item := self.context.get("item"):
            fields["maximum"].choices = sorted({*POINTS, item.maximum})
        return fields

    def validate(self, attrs):
        _refuse_foreign(attrs, self.context["item"], is_new=False)
        return attrs


class NewQuestionSerializer(QuestionChangeSerializer):
    """A new last question of its section. `key`: one our figures know, else it gets one of its own. `answers`: of a choice."""

    kind = serializers.ChoiceField(choices=ItemKind.choices)
    key = serializers.SlugField(required=False, allow_blank=True)
    answers = AnswerWordsSerializer(many=True, required=False)

    class Meta(QuestionChangeSerializer.Meta):
        fields = ("kind", "key", *QuestionChangeSerializer.Meta.fields, "answers")

    def validate(self, attrs):
        _refuse_foreign(attrs, Item(kind=attrs["kind"]), is_new=True)
        if "answers" in attrs:
            attrs["answers"] = words_of(attrs["answers"])
        return attrs


def words_of(answers: list[dict]) -> list[tuple[str, str]]:
    """(Chinese, English) of each, as the service takes them."""
    return [(row["text_zh"], row.get("text_en", "")) for row in answers]


def _refuse_foreign(sent: dict, item: Item, *, is_new: bool) -> None:
    """The page draws no field for what a kind of question does not have; a program that names one is told."""
    if foreign := left_out(item, is_new=is_new) & sent.keys():
        raise ValidationError({name: [NOT_OF_THIS_KIND] for name in sorted(foreign)})


class DraftMoveSerializer(serializers.Serializer):
    """One place up, or one down."""

    up = serializers.BooleanField()


class TakeOverSerializer(serializers.Serializer):
    """Questions of the bank by their `id`; of a pair one is enough."""

    questions = KeysField(rows=lambda user: Item.objects.none(), allow_empty=False)

    def get_fields(self):
        fields = super().get_fields()
        if draft := self.context.get("draft"):
            fields["questions"].rows = lambda user: bank_of(user, draft=draft)
        return fields


class DraftFaultSerializer(serializers.Serializer):
    """What keeps a draft from being published, and where: keys of section and question, null where it is none of them."""

    code = serializers.CharField()
    message = serializers.CharField()
    section = serializers.CharField(source="section.key", default=None)
    question = serializers.CharField(source="item.key", default=None)


class NotPublishableSerializer(serializers.Serializer):
    """A broken rule as it is always told, and all there is to put right."""

    detail = serializers.CharField(source="message")
    field = serializers.CharField()
    faults = DraftFaultSerializer(many=True)


class QuestionnaireVersionSerializer(serializers.ModelSerializer):
    """A version with its sections and their questions; a draft has no day of publishing and tells what it lacks in `faults`."""

    sections = SectionSerializer(many=True, read_only=True)
    faults = serializers.SerializerMethodField()

    class Meta:
        model = QuestionnaireVersion
        fields = ("id", "questionnaire", "number", "published_on", *VERSION_FIELDS, "sections", "faults")

    @extend_schema_field(DraftFaultSerializer(many=True))
    def get_faults(self, version) -> list[dict]:
        return DraftFaultSerializer([] if version.published_on else faults_of(version), many=True).data


class DraftChangeSerializer(serializers.ModelSerializer):
    """Only what is sent is changed."""

    class Meta:
        model = QuestionnaireVersion
        fields = VERSION_FIELDS
