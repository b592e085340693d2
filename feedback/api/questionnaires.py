"""Questionnaires and their versions in the API: to read, to begin, to build a draft of, to publish or to discard it."""

import django_filters
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response as ApiResponse

from feedback import permissions
from feedback.api.draft_steps import AnswerSteps, QuestionSteps, SectionSteps
from feedback.api.suggestions import NothingSerializer
from feedback.api.versions import DraftChangeSerializer, NotPublishableSerializer, QuestionBankSerializer, QuestionnaireVersionSerializer
from feedback.enums import ItemKind, Respondents
from feedback.forms.drafts import BankForm
from feedback.models import Questionnaire, QuestionnaireVersion
from feedback.queries.question_bank import SHOWN, bank
from feedback.queries.questions import whole, with_versions
from feedback.services.drafts import (
    NotPublishable,
    begin_draft,
    create_questionnaire,
    discard_draft,
    edit_draft,
    edit_questionnaire,
    publish_draft,
)
from portcrm.api.reading import read
from portcrm.api.views import ReadViewSet, RecordViewSet
from portcrm.clock import port_today


class PublishedVersionSerializer(serializers.ModelSerializer):
    """How many pages and questions a version has; what it asks stands at questionnaire-versions/<id>/."""

    pages = serializers.IntegerField(read_only=True)
    questions = serializers.IntegerField(read_only=True)

    class Meta:
        model = QuestionnaireVersion
        fields = ("id", "number", "published_on", "minutes", "pages", "questions")


class QuestionnaireSerializer(serializers.ModelSerializer):
    """`versions`: what was published, the newest first. `draft`: the version being built, null where there is none or the caller does
    not build."""

    versions = PublishedVersionSerializer(many=True, read_only=True)
    draft = serializers.SerializerMethodField()

    class Meta:
        model = Questionnaire
        fields = ("id", "key", "name_zh", "name_en", "respondents", "versions", "draft")
        read_only_fields = ("key",)

    def get_draft(self, row) -> int | None:
        if not self.context["request"].user.has_perm(permissions.CHANGE_QUESTIONNAIRE):
            return None
        return next((draft.pk for draft in row.drafts), None)


class QuestionnaireFilter(django_filters.FilterSet):
    key = django_filters.CharFilter(label=_("Key"))
    respondents = django_filters.ChoiceFilter(label=_("Asks"), choices=Respondents.choices)

    class Meta:
        model = Questionnaire
        fields = ()


class QuestionnaireViewSet(RecordViewSet):
    """Questionnaires. One that is begun has an empty draft; whom it asks stays as it is once a version is published."""

    model = Questionnaire
    serializer_class = QuestionnaireSerializer
    filterset_class = QuestionnaireFilter
    http_method_names = ("get", "post", "patch", "head", "options")
    permissions = {
        "list": permissions.VIEW_WAVE,
        "retrieve": permissions.VIEW_WAVE,
        "create": permissions.CHANGE_QUESTIONNAIRE,
        "partial_update": permissions.CHANGE_QUESTIONNAIRE,
        "draft": permissions.CHANGE_QUESTIONNAIRE,
    }

    def with_related(self, rows):
        return with_versions(rows)

    def create_record(self, *, by, **fields):
        return self.get_queryset().get(pk=create_questionnaire(fields=fields, by=by).questionnaire_id)

    def update_record(self, record, *, by, **fields):
        edit_questionnaire(questionnaire=record, fields=fields, seen={}, by=by)
        return self.get_object()

    @extend_schema(request=NothingSerializer, responses=QuestionnaireVersionSerializer)
    @action(detail=True, methods=["post"])
    def draft(self, request, pk=None):
        """Begin a draft of the next version, copied from the latest; where there is one already, it answers that one."""
        questionnaire = self.get_object()
        read(NothingSerializer(data=request.data))
        draft = begin_draft(questionnaire=questionnaire, by=request.user)
        whole_draft = whole(QuestionnaireVersion.objects.visible_to(request.user)).get(pk=draft.pk)
        return ApiResponse(QuestionnaireVersionSerializer(whole_draft, context=self.get_serializer_context()).data)


class QuestionnaireVersionFilter(django_filters.FilterSet):
    questionnaire = django_filters.NumberFilter(field_name="questionnaire", label=_("Questionnaire"))
    draft = django_filters.BooleanFilter(field_name="published_on", lookup_expr="isnull", label=_("Draft"))

    class Meta:
        model = QuestionnaireVersion
        fields = ()


class QuestionnaireVersionViewSet(SectionSteps, QuestionSteps, AnswerSteps, ReadViewSet):
    """Versions with all they ask, drafts for those who build. A draft is begun at its questionnaire; each step answers the draft as it
    is then. What is published does not change any more (409)."""

    model = QuestionnaireVersion
    serializer_class = QuestionnaireVersionSerializer
    filterset_class = QuestionnaireVersionFilter
    http_method_names = ("get", "post", "patch", "delete", "head", "options")
    permissions = {
        "list": permissions.VIEW_WAVE,
        "retrieve": permissions.VIEW_WAVE,
        "bank": permissions.CHANGE_QUESTIONNAIRE,
        **dict.fromkeys(("partial_update", "publish", "destroy"), permissions.CHANGE_QUESTIONNAIRE),
        **dict.fromkeys(("add_section", "edit_section", "remove_section", "move_section"), permissions.CHANGE_QUESTIONNAIRE),
        **dict.fromkeys(("add_question", "take_over", "edit_question", "remove_question"), permissions.CHANGE_QUESTIONNAIRE),
        **dict.fromkeys(("move_question", "add_answers", "edit_answer", "remove_answer", "move_answer"), permissions.CHANGE_QUESTIONNAIRE),
    }

    def with_related(self, rows):
        return whole(rows)

    @extend_schema(request=DraftChangeSerializer, responses=QuestionnaireVersionSerializer)
    def partial_update(self, request, *args, **kwargs):
        draft, told = self.get_object(), read(DraftChangeSerializer(data=request.data, partial=True))
        edit_draft(draft=draft, fields=told, seen={}, by=request.user)
        return self.as_it_is_now()

    @extend_schema(responses={204: None})
    def destroy(self, request, *args, **kwargs):
        """Discard the draft; a questionnaire that has no other version goes with it."""
        discard_draft(draft=self.get_object(), by=request.user)
        return ApiResponse(status=204)

    @extend_schema(request=NothingSerializer, responses={200: QuestionnaireVersionSerializer, 409: NotPublishableSerializer})
    @action(detail=True, methods=["post"])
    def publish(self, request, pk=None):
        """Make it the version programmes ask with from their next wave on; where something is missing, all of it is named."""
        draft = self.get_object()
        read(NothingSerializer(data=request.data))
        try:
            publish_draft(draft=draft, on=port_today(), by=request.user)
        except NotPublishable as refusal:
            return ApiResponse(NotPublishableSerializer(refusal).data, status=409)
        return self.as_it_is_now()

    @extend_schema(
        parameters=[OpenApiParameter("words", str), OpenApiParameter("kind", str, enum=ItemKind.values)], responses=QuestionBankSerializer
    )  # fmt: skip
    @action(detail=True, filterset_class=None, pagination_class=None)
    def bank(self, request, pk=None):
        """Questions of published forms which the draft does not ask yet, to be taken over into a section."""
        search = BankForm(request.query_params)
        if not search.is_valid():
            raise serializers.ValidationError(search.errors)
        found = bank(request.user, draft=self.get_object(), **search.wanted)
        prefetch_related_objects(found, "options")
        told = {"questions": found[:SHOWN], "has_more": len(found) > SHOWN}
        return ApiResponse(QuestionBankSerializer(told, context=self.get_serializer_context()).data)

    def as_it_is_now(self) -> ApiResponse:
        return ApiResponse(self.get_serializer(self.get_object()).data)
