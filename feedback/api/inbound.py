"""Mails that came to the complaint mailbox, for programs: to read, and to take in one that opened nothing."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from feedback import permissions
from feedback.api.suggestions import NothingSerializer
from feedback.filters import InboundMailFilter
from feedback.models import InboundMail
from feedback.services.inbox import take_in_by_hand
from portcrm.api.views import ReadViewSet
from portcrm.clock import now


class InboundMailSerializer(serializers.ModelSerializer):
    """`reason`: why it opened nothing by itself. `left_out`: sentences on what of the mail was not kept, in the reader's language."""

    left_out = serializers.ListField(source="left_out_words", child=serializers.CharField(), read_only=True)

    class Meta:
        model = InboundMail
        fields = (
            "id", "message_id", "sender", "name", "subject", "text", "state", "reason", "complaint", "left_out", "received_at", "taken_by",
            "taken_at",
        )  # fmt: skip


class InboundMailViewSet(ReadViewSet):
    """Mails as they came; the sender is what a mail claims, nothing proven."""

    model = InboundMail
    serializer_class = InboundMailSerializer
    filterset_class = InboundMailFilter
    http_method_names = ("get", "post", "head", "options")
    permissions = {
        "list": permissions.VIEW_COMPLAINT,
        "retrieve": permissions.VIEW_COMPLAINT,
        "take_in": permissions.ADD_COMPLAINT,
    }

    def with_related(self, rows):
        return rows.defer("raw")

    @extend_schema(request=NothingSerializer, responses=InboundMailSerializer)
    @action(detail=True, methods=["post"], url_path="take-in")
    def take_in(self, request, pk=None):
        """It becomes a case, or a message on the case it answers; a second call changes nothing."""
        return self.step(NothingSerializer, lambda mail: take_in_by_hand(mail=mail, at=now(), by=request.user))
