"""The steps by which programs build a draft: its sections, questions and answers by their keys, as under the buttons of its page.

Each is mixed into the endpoint of versions and answers the draft as it is then.
"""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from feedback.api import versions as told
from feedback.models import Item, ItemOption, Section
from feedback.services import draft_answers, draft_questions, draft_sections
from portcrm.api.reading import read

KEY, ANSWER = (OpenApiParameter(name, str, OpenApiParameter.PATH) for name in ("key", "answer"))
SECTION, QUESTION = r"sections/(?P<key>[-\w]+)", r"questions/(?P<key>[-\w]+)"
OFFERED = rf"{QUESTION}/answers/(?P<answer>[-\w]+)"


class Steps:
    """What the steps share; `asked` is the serializer that reads their body."""

    def sent(self, asked: type[serializers.BaseSerializer], *, partial: bool = False, **context) -> dict:
        """The body as services take it."""
        return read(asked(data=self.request.data, partial=partial, context=self.get_serializer_context() | context))

    def section(self, key: str) -> Section:
        return get_object_or_404(self.get_object().sections, key=key)

    def question(self, key: str) -> Item:
        return get_object_or_404(self.get_object().items, key=key)

    def offered(self, key: str, answer: str) -> ItemOption:
        return get_object_or_404(self.question(key).options, key=answer)


class SectionSteps(Steps):
    @extend_schema(request=told.SectionWordsSerializer, responses=told.QuestionnaireVersionSerializer)
    @action(detail=True, methods=["post"], url_path="sections")
    def add_section(self, request, pk=None):
        """A new last page of the form."""
        draft = self.get_object()
        draft_sections.add_section(draft=draft, fields=self.sent(told.SectionWordsSerializer), by=request.user)
        return self.as_it_is_now()

    @extend_schema(request=told.SectionWordsSerializer, responses=told.QuestionnaireVersionSerializer, parameters=[KEY])
    @action(detail=True, methods=["patch"], url_path=SECTION)
    def edit_section(self, request, pk=None, key=""):
        section = self.section(key)
        fields = self.sent(told.SectionWordsSerializer, partial=True)
        draft_sections.edit_section(section=section, fields=fields, seen={}, by=request.user)
        return self.as_it_is_now()

    @extend_schema(request=None, responses=told.QuestionnaireVersionSerializer, parameters=[KEY])
    @edit_section.mapping.delete
    def remove_section(self, request, pk=None, key=""):
        """Take the page out with its questions."""
        draft_sections.remove_section(section=self.section(key), by=request.user)
        return self.as_it_is_now()

    @extend_schema(request=told.DraftMoveSerializer, responses=told.QuestionnaireVersionSerializer, parameters=[KEY])
    @action(detail=True, methods=["post"], url_path=f"{SECTION}/move")
    def move_section(self, request, pk=None, key=""):
        section = self.section(key)
        draft_sections.move_section(section=section, **self.sent(told.DraftMoveSerializer), by=request.user)
        return self.as_it_is_now()

    @extend_schema(request=told.NewQuestionSerializer, responses=told.QuestionnaireVersionSerializer, parameters=[KEY])
    @action(detail=True, methods=["post"], url_path=f"{SECTION}/questions")
    def add_question(self, request, pk=None, key=""):
        """A new last question of the section."""
        section, fields = self.section(key), self.sent(told.NewQuestionSerializer)
        further = {name: fields.pop(name) for name in ("kind", "key", "answers", "beside") if name in fields}
        draft_questions.add_question(section=section, **further, fields=fields, by=request.user)
        return self.as_it_is_now()

    @extend_schema(request=told.TakeOverSerializer, responses=told.QuestionnaireVersionSerializer, parameters=[KEY])
    @action(detail=True, methods=["post"], url_path=f"{SECTION}/take-over")
    def take_over(self, request, pk=None, key=""):
        """Copy questions of the bank to the end of the section; their keys go along, conditions do not."""
        section = self.section(key)
        items = self.sent(told.TakeOverSerializer, draft=section.version)["questions"]
        draft_questions.take_over(section=section, items=items, by=request.user)
        return self.as_it_is_now()


class QuestionSteps(Steps):
    @extend_schema(request=told.QuestionChangeSerializer, responses=told.QuestionnaireVersionSerializer, parameters=[KEY])
    @action(detail=True, methods=["patch"], url_path=QUESTION)
    def edit_question(self, request, pk=None, key=""):
        item = self.question(key)
        fields = self.sent(told.QuestionChangeSerializer, partial=True, item=item)
        beside = fields.pop("beside", None)
        draft_questions.edit_question(item=item, fields=fields, seen={}, beside=beside, by=request.user)
        return self.as_it_is_now()

    @extend_schema(request=None, responses=told.QuestionnaireVersionSerializer, parameters=[KEY])
    @edit_question.mapping.delete
    def remove_question(self, request, pk=None, key=""):
        """Take it out, of a pair both scales."""
        draft_questions.remove_question(item=self.question(key), by=request.user)
        return self.as_it_is_now()

    @extend_schema(request=told.DraftMoveSerializer, responses=told.QuestionnaireVersionSerializer, parameters=[KEY])
    @action(detail=True, methods=["post"], url_path=f"{QUESTION}/move")
    def move_question(self, request, pk=None, key=""):
        """From the edge of a section over to the next one."""
        item = self.question(key)
        draft_questions.move_question(item=item, **self.sent(told.DraftMoveSerializer), by=request.user)
        return self.as_it_is_now()


class AnswerSteps(Steps):
    @extend_schema(request=told.AnswersSerializer, responses=told.QuestionnaireVersionSerializer, parameters=[KEY])
    @action(detail=True, methods=["post"], url_path=f"{QUESTION}/answers")
    def add_answers(self, request, pk=None, key=""):
        item = self.question(key)
        answers = told.words_of(self.sent(told.AnswersSerializer)["answers"])
        draft_answers.add_answers(item=item, answers=answers, by=request.user)
        return self.as_it_is_now()

    @extend_schema(request=told.AnswerWordsSerializer, responses=told.QuestionnaireVersionSerializer, parameters=[KEY, ANSWER])
    @action(detail=True, methods=["patch"], url_path=OFFERED)
    def edit_answer(self, request, pk=None, key="", answer=""):
        option = self.offered(key, answer)
        draft_answers.edit_answer(option=option, fields=self.sent(told.AnswerWordsSerializer, partial=True), seen={}, by=request.user)
        return self.as_it_is_now()

    @extend_schema(request=None, responses=told.QuestionnaireVersionSerializer, parameters=[KEY, ANSWER])
    @edit_answer.mapping.delete
    def remove_answer(self, request, pk=None, key="", answer=""):
        draft_answers.remove_answer(option=self.offered(key, answer), by=request.user)
        return self.as_it_is_now()

    @extend_schema(request=told.DraftMoveSerializer, responses=told.QuestionnaireVersionSerializer, parameters=[KEY, ANSWER])
    @action(detail=True, methods=["post"], url_path=f"{OFFERED}/move")
    def move_answer(self, request, pk=None, key="", answer=""):
        option = self.offered(key, answer)
        draft_answers.move_answer(option=option, **self.sent(told.DraftMoveSerializer), by=request.user)
        return self.as_it_is_now()
