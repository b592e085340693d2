"""The port's code lists for programs: what the codes of rows mean, and which codes a new lead may name."""

from typing import ClassVar

from rest_framework import serializers

from cargo.filters.reference import CargoClassFilter, CargoFormFilter, MovementFilter, PortFilter, TradeKindFilter, UnitFilter
from cargo.models import CargoClass, CargoForm, Movement, Port, TradeKind, Unit
from cargo.permissions import VIEW_SHIPMENT
from portcrm.api.views import ReadViewSet

NAMED = ("name_zh", "name_en", "is_active")


class CargoClassSerializer(serializers.ModelSerializer):
    """A cargo class. `forms` are codes of cargo forms, the most usual first; one that is not active is named by older rows only."""

    class Meta:
        model = CargoClass
        fields = read_only_fields = ("code", "short_zh", "short_en", "forms", *NAMED)


class CargoFormSerializer(serializers.ModelSerializer):
    """A form of cargo. `takes_teu`: rows of it may have TEU. `aliases` are what files write for it besides code and names."""

    class Meta:
        model = CargoForm
        fields = read_only_fields = ("code", "takes_teu", "aliases", *NAMED)


class TradeKindSerializer(serializers.ModelSerializer):
    """Whose trade it is: foreign, domestic, or a kind the port added."""

    class Meta:
        model = TradeKind
        fields = read_only_fields = ("code", "aliases", *NAMED)


class MovementSerializer(serializers.ModelSerializer):
    """Which way cargo goes: `inbound` or `outbound`, the `direction` of rows, and `transship`, a sign of its own there."""

    class Meta:
        model = Movement
        fields = read_only_fields = ("code", "aliases", *NAMED)


class UnitSerializer(serializers.ModelSerializer):
    """What quantities are counted in, with the factor to tonnes or TEU that new rows are counted by."""

    class Meta:
        model = Unit
        fields = read_only_fields = ("code", "kind", "tonnes_per_unit", "teu_per_unit", "aliases", *NAMED)


class PortSerializer(serializers.ModelSerializer):
    """A sea port under its UN/LOCODE."""

    class Meta:
        model = Port
        fields = read_only_fields = ("unlocode", "country", *NAMED)


class CodeListViewSet(ReadViewSet):
    """Entries are never deleted and, once rows name them, never renamed."""

    permissions: ClassVar = dict.fromkeys(("list", "retrieve"), VIEW_SHIPMENT)
    ordering = "code"
    lookup_url_kwarg = "key"
    lookup_value_regex = r"[\w-]+"


class CargoClassViewSet(CodeListViewSet):
    """Cargo classes: the 17 of port statistics and what the port added."""

    model = CargoClass
    serializer_class = CargoClassSerializer
    filterset_class = CargoClassFilter


class CargoFormViewSet(CodeListViewSet):
    """Cargo forms, by the codes that rows and files name them by."""

    model = CargoForm
    serializer_class = CargoFormSerializer
    filterset_class = CargoFormFilter


class TradeKindViewSet(CodeListViewSet):
    """Kinds of trade, likewise."""

    model = TradeKind
    serializer_class = TradeKindSerializer
    filterset_class = TradeKindFilter


class MovementViewSet(CodeListViewSet):
    """Import, export and transshipment, and what files write for them."""

    model = Movement
    serializer_class = MovementSerializer
    filterset_class = MovementFilter


class UnitViewSet(CodeListViewSet):
    """Units of quantity and containers by size."""

    model = Unit
    serializer_class = UnitSerializer
    filterset_class = UnitFilter


class PortViewSet(CodeListViewSet):
    """Sea ports; what else they are written as is found by ?q=."""

    model = Port
    serializer_class = PortSerializer
    filterset_class = PortFilter
    ordering = "unlocode"
    lookup_field = "unlocode"
