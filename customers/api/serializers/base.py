"""What the serializers of customer files share."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from rest_framework import serializers

from customers.models import Channel, Contact, Customer
from customers.queries.takers import takers
from customers.services.seen_states import state_of
from portcrm.accounts.models import User

PROVENANCE = ("channel", "source_reference", "recorded_by", "recorded_on", "verified_by", "verified_on", "version")
STAMPS = ("recorded_by", "recorded_on", "verified_by", "verified_on")


def visible_customers(user: User) -> QuerySet:
    return Customer.objects.visible_to(user)


def visible_contacts(user: User) -> QuerySet:
    return Contact.objects.visible_to(user)


def able_colleagues(_user: User) -> QuerySet:
    """Those who can be given a follow-up or a visit, or take part in contact with a customer."""
    return takers()


def channel_field(**narrowed: str) -> serializers.SlugRelatedField:
    """Channels by their key: those in use, as the forms offer them."""
    channels = Channel.objects.active().filter(**narrowed)
    return serializers.SlugRelatedField(slug_field="key", queryset=channels, required=False, allow_null=True)


class OfReader(serializers.ModelSerializer):
    """Related rows a program names are looked up among those its owner may see: `chosen_from` says which, by field.

    A colleague who has left and a channel out of use are offered to nobody, but a row that names them is changed like any
    other: what was read can be sent back.
    """

    chosen_from: ClassVar[Mapping[str, Callable[[Any], QuerySet]]] = {"customer": visible_customers}

    @property
    def reader(self) -> User | None:
        request = self.context.get("request")
        return request.user if request is not None and request.user.is_authenticated else None

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        if self.reader is not None:
            for name in self.chosen_from.keys() & fields.keys():
                if not fields[name].read_only:
                    fields[name].queryset = self.chosen_from[name](self.reader)
        if isinstance(self.instance, Model):
            for name in fields.keys() & ({"channel"} | {name for name, rows in self.chosen_from.items() if rows is able_colleagues}):
                self._offer_held(name, fields[name])
        return fields

    def _offer_held(self, name: str, field: serializers.RelatedField) -> None:
        held = getattr(self.instance, f"{name}_id")
        if held is not None and not field.read_only:
            field.queryset = field.queryset | field.queryset.model.objects.filter(pk=held)


def customer_field() -> serializers.PrimaryKeyRelatedField:
    return serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none())


def colleague_field(**options) -> serializers.PrimaryKeyRelatedField:
    return serializers.PrimaryKeyRelatedField(queryset=User.objects.none(), **options)


class StateField(serializers.CharField):
    """The version of a row that counts none: sent back with a change, it makes sure that nobody changed the row in between."""

    def __init__(self, **options):
        super().__init__(**{"required": False, "max_length": 40} | options)

    def get_attribute(self, instance):
        return instance

    def to_representation(self, value) -> str:
        return state_of(value)


class VersionSerializer(serializers.Serializer):
    """What was read, by its version: nobody confirms what they have not seen."""

    version = serializers.IntegerField()


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)
