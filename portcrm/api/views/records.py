"""What the apps build their endpoints on: the same rows, filters, permissions and services as the pages."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from rest_framework import mixins, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, ModelSerializer
from rest_framework.viewsets import GenericViewSet

from portcrm.api.access import HoldsNamedPermission
from portcrm.api.reading import read


class ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    """List and detail of the rows a user may see.

    `model`: its manager answers visible_to(user). `filterset_class`: the page's. `permissions`: action -> permission
    name; an action that is not named is closed. `ordering`: one column, unique or nearly so.
    """

    model: ClassVar[type[models.Model]]
    permissions: ClassVar[Mapping[str, str]] = {}
    permission_classes = (HoldsNamedPermission,)
    metadata_class = None
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> models.QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        return self.with_related(self.model._default_manager.visible_to(self.request.user))

    def with_related(self, rows: models.QuerySet) -> models.QuerySet:
        """Hook: join what the serializer reads, e.g. rows.select_related("customer")."""
        return rows

    def step(self, asked: type[BaseSerializer], change: Callable[..., models.Model]) -> Response:
        """One step of a row: what `asked` reads of the request goes to change(row, **fields); answers the row that returns."""
        record = self.get_object()
        given = read(asked(data=self.request.data, context=self.get_serializer_context()))
        return Response(self.get_serializer(change(record, **given)).data)


class AddViewSet(ReadViewSet, ABC):
    """Adds POST, which hands the validated fields to the app's service. The serializer never saves."""

    http_method_names = ("get", "post", "head", "options")

    @abstractmethod
    def create_record(self, *, by, **fields: Any) -> models.Model:
        """Call the service that creates, return its row."""

    def create(self, request, *args, **kwargs) -> Response:
        given = read(self.get_serializer(data=request.data))
        record = self.create_record(by=request.user, **given)
        return Response(self.get_serializer(record).data, status=status.HTTP_201_CREATED)


class RecordViewSet(AddViewSet, ABC):
    """Adds PATCH to it."""

    http_method_names = ("get", "post", "patch", "delete", "head", "options")
    fixed: ClassVar[tuple[str, ...]] = ()  # told when a row is made, and never changed afterwards

    @abstractmethod
    def update_record(self, record: models.Model, *, by, **fields: Any) -> models.Model:
        """Call the service that edits; `fields` holds only what the client sent, nothing `fixed` among it."""

    def partial_update(self, request, *args, **kwargs) -> Response:
        record = self.get_object()
        serializer = self.get_serializer(record, data=request.data, partial=True)
        for name in self.fixed:
            serializer.fields[name].read_only = True
        given = read(serializer)
        _refuse_fixed(serializer)
        record = self.update_record(record, by=request.user, **given)
        return Response(self.get_serializer(record).data)


def _refuse_fixed(serializer: ModelSerializer) -> None:
    """A change that names a field which cannot be changed is refused, not half done; the value that was read may be sent back.

    Where the version that was read is not that of the row any more, the service says so: what differs then was changed by others.
    """
    sent = serializer.initial_data
    named = [name for name, field in serializer.fields.items() if field.read_only and name in sent]
    if not named:
        return
    shown = serializer.to_representation(serializer.instance)
    if sent.get("version") and "version" in shown and str(sent["version"]) != str(shown["version"]):
        return
    if changed := [name for name in named if not _is_same(sent[name], shown.get(name))]:
        raise ValidationError({name: [_("This cannot be changed.")] for name in changed})


def _is_same(sent: Any, shown: Any) -> bool:
    """A form sends every value as text, and none as an empty one."""
    return sent == shown or ("" if sent is None else str(sent)) == ("" if shown is None else str(shown))
