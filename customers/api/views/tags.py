"""Tags for programs; the tags of one file stand at the file."""

from rest_framework import status
from rest_framework.response import Response

from customers import permissions
from customers.api.serializers.tags import TagSerializer
from customers.models import Tag
from customers.services.tags import delete_tag, rename_tag
from portcrm.api.views import ReadViewSet


class TagViewSet(ReadViewSet):
    """All tags with the number of files they stand on. A tag is made by using it."""

    model = Tag
    serializer_class = TagSerializer
    http_method_names = ("get", "patch", "delete", "head", "options")
    permissions = dict.fromkeys(("list", "retrieve", "partial_update", "destroy"), permissions.CHANGE_CUSTOMER)
    ordering = "pk"

    def with_related(self, rows):
        return rows.with_numbers()

    def partial_update(self, request, *args, **kwargs):
        """Another name, on every file at once."""
        return self.step(TagSerializer, self._rename)

    def _rename(self, row: Tag, *, name: str) -> Tag:
        rename_tag(tag=row, name=name, by=self.request.user)
        return self.get_object()

    def destroy(self, request, *args, **kwargs):
        """Off every file and out of the list."""
        delete_tag(tag=self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
