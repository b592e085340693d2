"""Files that are answers, as programs read and fetch them."""

from collections.abc import Iterable

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.reverse import reverse

from feedback.models import Response, ResponseVersion
from feedback.queries.enclosures import files_by_number, files_in, files_sent, scanned
from feedback.queries.senders import knows_senders
from portcrm.files.kinds import media_type
from portcrm.files.serving import file_response


class FileSerializer(serializers.Serializer):
    """A file given as an answer; `size` in bytes. `url` gives it to whoever may read the answer, by the same key."""

    item = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    url = serializers.URLField()


class FilesField(serializers.ListField):
    """The files of the version that counts, for whoever may know who sent them; those of a whole page of answers are looked up
    together."""

    child = FileSerializer()

    def __init__(self, **options) -> None:
        super().__init__(read_only=True, source="*", **options)

    def to_representation(self, response: Response) -> list[dict]:
        latest = _latest(response)
        named = [(key, one) for key, value in (latest.answers if latest else {}).items() for one in files_in(value)]
        known = self._known() if named else {}
        request = self.context["request"]
        return [
            {
                "item": key,
                "name": known[one["file"]].name,
                "size": known[one["file"]].stored.size,
                "media_type": media_type(known[one["file"]].stored.kind, known[one["file"]].name),
                "url": reverse("feedback-response-enclosed", args=[response.pk, one["file"]], request=request),
            }
            for key, one in named
            if one["file"] in known and known[one["file"]].object_pk == str(response.invitation_id)
        ]

    def _known(self) -> dict:
        if "files_of_answers" not in self.context:
            shown = self.root.instance
            rows = shown if isinstance(shown, Iterable) else [shown]
            readable = [row for row in rows if knows_senders(self.context["request"].user, row.wave)]
            self.context["files_of_answers"] = files_by_number(version for row in readable if (version := _latest(row)))
        return self.context["files_of_answers"]


def _latest(response: Response) -> ResponseVersion | None:
    return max(response.versions.all(), key=lambda one: one.number, default=None)


class FileStep:
    """The bytes of a file that was sent with an answer."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, url_path=r"files/(?P<number>\d+)", filter_backends=[], pagination_class=None)
    def enclosed(self, request, number: str, **_address):
        """A file that came with any version of the answer; one on its way to the next version is not sent yet."""
        response = get_object_or_404(scanned(request.user), pk=self.get_object().pk)
        found = files_sent(response, response.versions.all()).select_related("stored").filter(pk=int(number)).first()
        if found is None:
            raise Http404
        return file_response(found)
