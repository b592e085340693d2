"""Opinions heard in the API: to read, to record, to correct."""

from rest_framework import serializers

from customers.enums import ChannelFamily
from customers.models import Channel, Contact, Customer
from feedback import permissions
from feedback.filters import HeardFilter
from feedback.models import HeardOpinion, Seminar, SeminarTopic
from feedback.services.heard import edit_heard, record_heard
from portcrm.api.views import RecordViewSet
from portcrm.clock import now


class HeardSerializer(serializers.ModelSerializer):
    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none())
    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none(), required=False, allow_null=True)
    topic = serializers.PrimaryKeyRelatedField(queryset=SeminarTopic.objects.none(), required=False, allow_null=True)
    channel = serializers.SlugRelatedField(
        slug_field="key", queryset=Channel.objects.filter(family=ChannelFamily.SERVICE), required=False, allow_null=True
    )

    class Meta:
        model = HeardOpinion
        fields = (
            "id", "customer", "contact", "channel", "topic", "group", "service_item", "tone", "text", "heard_on", "complaint",
            "recorded_by", "recorded_at",
        )  # fmt: skip
        read_only_fields = ("complaint", "recorded_by", "recorded_at")
        extra_kwargs = {"heard_on": {"required": False}, "group": {"required": True}}

    def get_fields(self):
        fields = super().get_fields()
        user = self.context["request"].user if "request" in self.context else None
        if user is not None and user.is_authenticated:
            fields["customer"].queryset = Customer.objects.visible_to(user)
            fields["contact"].queryset = Contact.objects.visible_to(user)
            fields["topic"].queryset = SeminarTopic.objects.filter(seminar__in=Seminar.objects.visible_to(user))
        return fields


class HeardViewSet(RecordViewSet):
    """Opinions heard in daily contact."""

    model = HeardOpinion
    serializer_class = HeardSerializer
    filterset_class = HeardFilter
    http_method_names = ("get", "post", "patch", "head", "options")
    fixed = ("customer", "topic")
    permissions = {
        "list": permissions.VIEW_SUGGESTION,
        "retrieve": permissions.VIEW_SUGGESTION,
        "create": permissions.ADD_SUGGESTION,
        "partial_update": permissions.ADD_SUGGESTION,
    }

    def with_related(self, rows):
        return rows.select_related("channel")

    def create_record(self, *, by, **fields):
        return record_heard(**fields, at=now(), by=by)

    def update_record(self, record, *, by, **fields):
        return edit_heard(heard=record, changes=fields, by=by)
