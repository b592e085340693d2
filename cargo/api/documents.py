"""Documents received for programs: list, detail with everything read, and upload by the service of the page."""

from django.conf import settings
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response

from cargo.document_words import remark_words
from cargo.filters.documents import DocumentFilter
from cargo.models import CargoDocument, DocumentMessage
from cargo.permissions import TAKE_IN_DOCUMENT, VIEW_DOCUMENT
from cargo.services.documents import receive_document
from cargo.services.reading import read_again
from portcrm.api.reading import read
from portcrm.api.views import ReadViewSet

HEAD = (
    *("id", "file_name", "sha256", "size", "state", "reason", "encoding", "dialect", "segments", "message_count", "remark_count"),
    *("may_be_read_again", "boxes", "teu", "tonnes", "received_by", "received_at"),
)
MESSAGE = (
    *("position", "type", "kind", "reference", "number", "purpose", "replaces", "vessel", "voyage", "imo", "call_sign", "carrier"),
    *("loading", "discharge", "boxes", "laden", "empty", "teu", "tonnes", "remarks", "facts"),
)


class RemarkSerializer(serializers.Serializer):
    """What is odd: a code with its values, the number of the segment (0: the whole file), and a sentence in the reader's language."""

    kind = serializers.CharField(read_only=True)
    segment = serializers.IntegerField(read_only=True)
    values = serializers.DictField(read_only=True)
    words = serializers.SerializerMethodField()

    def get_words(self, remark: dict) -> str:
        return remark_words(remark["kind"], remark["values"])


class MessageSerializer(serializers.ModelSerializer):
    """One message of the file. `facts` hold voyages, parties, places, consignments and boxes; weights in kg are texts, what is not said
    is left out. `replaces` is the document whose message this one changes or cancels."""

    remarks = RemarkSerializer(many=True, read_only=True)
    replaces = serializers.IntegerField(source="replaces.document_id", default=None, read_only=True)

    class Meta:
        model = DocumentMessage
        fields = MESSAGE
        read_only_fields = MESSAGE


class DocumentSerializer(serializers.ModelSerializer):
    """A file as received. `state`: a large one is waiting or reading until a worker has read it; `reason`: why it was refused.
    `may_be_read_again`: it was refused for a fault of the program, and its file is kept."""

    reason = serializers.CharField(read_only=True)
    may_be_read_again = serializers.BooleanField(read_only=True)

    class Meta:
        model = CargoDocument
        fields = HEAD
        read_only_fields = HEAD


class DocumentDetailSerializer(DocumentSerializer):
    """With the remarks on the file and everything its messages tell."""

    remarks = RemarkSerializer(many=True, read_only=True)
    messages = MessageSerializer(many=True, read_only=True)

    class Meta(DocumentSerializer.Meta):
        fields = (*HEAD, "remarks", "messages")
        read_only_fields = fields


class UploadSerializer(serializers.Serializer):
    """One file, as multipart/form-data."""

    file = serializers.FileField(allow_empty_file=True)  # refused with the reason that the page gives


@extend_schema_view(
    retrieve=extend_schema(responses=DocumentDetailSerializer),
    create=extend_schema(
        request={"multipart/form-data": UploadSerializer}, responses=dict.fromkeys((200, 201, 202), DocumentDetailSerializer)
    ),
)
class DocumentViewSet(ReadViewSet):
    """Manifests, stowage plans, bookings and other documents the port received.

    POST takes one file in: 201 with all it tells, 202 where it is large and a worker reads it (ask again for its `state`), 200 where the
    same content is known already, 409 with the reason where it is refused.
    """

    model = CargoDocument
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter
    permissions = dict.fromkeys(("list", "retrieve"), VIEW_DOCUMENT) | dict.fromkeys(("create", "read_again"), TAKE_IN_DOCUMENT)
    parser_classes = (MultiPartParser,)
    http_method_names = ("get", "post", "head", "options")
    ordering = "-pk"

    def with_related(self, rows):
        return rows.prefetch_related("messages__replaces") if self.action == "retrieve" else rows

    def get_serializer_class(self):
        return DocumentSerializer if self.action == "list" else DocumentDetailSerializer

    def create(self, request, *args, **kwargs) -> Response:
        """Of a file over the limit no more is read than shows that it is over."""
        upload = read(UploadSerializer(data=request.data))["file"]
        content = upload.read(settings.MAX_DOCUMENT_BYTES + 1)
        document, is_new = receive_document(name=upload.name, content=content, by=request.user)
        code = status.HTTP_202_ACCEPTED if document.is_under_way else status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(self.get_serializer(document).data, status=code)

    @extend_schema(request=None, responses={202: DocumentDetailSerializer})
    @action(detail=True, methods=["post"], url_path="read-again", parser_classes=[JSONParser, MultiPartParser])
    def read_again(self, request, pk=None) -> Response:
        """Let a worker try a refused document once more: 202, and its `state` tells how far that is; 409 where its file is not kept."""
        answer = self.step(serializers.Serializer, lambda document: read_again(document=document, by=request.user))
        answer.status_code = status.HTTP_202_ACCEPTED
        return answer
