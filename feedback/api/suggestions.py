"""Suggestions in the API: to read, record, correct and take their steps. Serializers never save: the view calls services."""

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response as ApiResponse

from customers.enums import ChannelFamily
from customers.models import Channel, Contact, Customer
from feedback import permissions
from feedback.filters import SuggestionFilter
from feedback.forms.suggestion import people_who_decide
from feedback.models import HeardOpinion, Response, Suggestion
from feedback.services.suggestions import (
    adopt_suggestion,
    consider_suggestion,
    decline_suggestion,
    edit_suggestion,
    publish_suggestion,
    record_suggestion,
    withdraw_suggestion,
)
from portcrm.accounts.models import User
from portcrm.api.reading import read
from portcrm.api.views import RecordViewSet
from portcrm.clock import now


class SuggestionSerializer(serializers.ModelSerializer):
    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none(), required=False, allow_null=True)
    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none(), required=False, allow_null=True)
    response = serializers.PrimaryKeyRelatedField(queryset=Response.objects.none(), required=False, allow_null=True)
    heard = serializers.PrimaryKeyRelatedField(queryset=HeardOpinion.objects.none(), required=False, allow_null=True)
    channel = serializers.SlugRelatedField(
        slug_field="key", queryset=Channel.objects.filter(family=ChannelFamily.SERVICE), required=False, allow_null=True
    )

    class Meta:
        model = Suggestion
        fields = (
            "id", "number", "text", "group", "service_item", "customer", "contact", "company_name", "reporter_name", "reporter_email",
            "reporter_phone", "channel", "response", "heard", "received_on", "credit", "credit_agreed_on", "state", "owner",
            "considered_at", "decided_at", "decided_by", "reason", "said_zh", "said_en", "did_zh", "did_en", "published_at",
            "recorded_at",
        )  # fmt: skip
        read_only_fields = (
            "number", "state", "owner", "considered_at", "decided_at", "decided_by", "reason", "said_zh", "said_en", "did_zh", "did_en",
            "published_at", "recorded_at",
        )  # fmt: skip
        extra_kwargs = {"received_on": {"required": False}}

    def get_fields(self):
        fields = super().get_fields()
        user = self.context["request"].user if "request" in self.context else None
        if user is not None and user.is_authenticated:
            fields["customer"].queryset = Customer.objects.visible_to(user)
            fields["contact"].queryset = Contact.objects.visible_to(user)
            fields["response"].queryset = Response.objects.visible_to(user)
            fields["heard"].queryset = HeardOpinion.objects.visible_to(user)
        return fields


class ConsiderSerializer(serializers.Serializer):
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.none())

    def get_fields(self):
        fields = super().get_fields()
        fields["owner"].queryset = people_who_decide()
        return fields


class AdoptSerializer(serializers.Serializer):
    did_zh = serializers.CharField(required=False, allow_blank=True)
    did_en = serializers.CharField(required=False, allow_blank=True)


class DeclineSerializer(serializers.Serializer):
    reason = serializers.CharField()


class PublishSerializer(AdoptSerializer):
    said_zh = serializers.CharField(required=False, allow_blank=True)
    said_en = serializers.CharField(required=False, allow_blank=True)


class NothingSerializer(serializers.Serializer):
    """A step that asks for nothing."""


class SuggestionViewSet(RecordViewSet):
    """Suggestions; consider, adopt, decline, publish and withdraw are steps of their own."""

    model = Suggestion
    serializer_class = SuggestionSerializer
    filterset_class = SuggestionFilter
    http_method_names = ("get", "post", "patch", "head", "options")
    fixed = ("response", "heard", "received_on")
    permissions = {
        "list": permissions.VIEW_SUGGESTION,
        "retrieve": permissions.VIEW_SUGGESTION,
        "create": permissions.ADD_SUGGESTION,
        "partial_update": permissions.CHANGE_SUGGESTION,
        "consider": permissions.CHANGE_SUGGESTION,
        "adopt": permissions.DECIDE_SUGGESTION,
        "decline": permissions.DECIDE_SUGGESTION,
        "publish": permissions.CHANGE_SUGGESTION,
        "withdraw": permissions.CHANGE_SUGGESTION,
    }

    def with_related(self, rows):
        return rows.select_related("channel")

    def create_record(self, *, by, **fields):
        contact = fields.get("contact")
        return record_suggestion(**fields, language=contact.language if contact else get_language(), at=now(), by=by)

    def update_record(self, record, *, by, **fields):
        return edit_suggestion(suggestion=record, changes=fields, by=by)

    @extend_schema(request=ConsiderSerializer, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"])
    def consider(self, request, pk=None):
        return self._step(ConsiderSerializer, consider_suggestion)

    @extend_schema(request=AdoptSerializer, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"])
    def adopt(self, request, pk=None):
        return self._step(AdoptSerializer, adopt_suggestion)

    @extend_schema(request=DeclineSerializer, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request, pk=None):
        return self._step(DeclineSerializer, decline_suggestion)

    @extend_schema(request=PublishSerializer, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request, pk=None):
        return self._step(PublishSerializer, publish_suggestion)

    @extend_schema(request=NothingSerializer, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        return self._step(NothingSerializer, withdraw_suggestion)

    def _step(self, serializer_class, service) -> ApiResponse:
        suggestion = self.get_object()
        given = read(serializer_class(data=self.request.data))
        changed = service(suggestion=suggestion, **given, at=now(), by=self.request.user)
        return ApiResponse(self.get_serializer(changed).data)
