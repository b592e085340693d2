"""Handled cargo and cargo leads as the API shows them."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cargo.enums import COST_COLUMNS
from cargo.models import (
    CargoClass,
    CargoForm,
    Lead,
    Port,
    Shipment,
    ShipmentParty,
    Sighting,
    StatisticSeries,
    StatisticValue,
    TradeKind,
    Unit,
)
from cargo.permissions import EDIT_LEAD
from cargo.queries.seen_leads import seen_of, source_note
from cargo.services.leads import EDITABLE
from customers.models import Channel, Customer
from portcrm.accounts.models import User

LEDGER_FIELDS = (
    *("id", "customer", "customer_code", "parties", "cargo_class", "form", "direction", "trade_kind", "transshipment"),
    *("handled_on", "precision", "origin", "origin_text", "destination", "destination_text", "vessel", "voyage", "bl_no", "goods"),
    *("quantity", "unit", "lots", "tonnes", "tonnes_factor", "teu", "teu_laden", "teu_empty", "revenue", "cost", *COST_COLUMNS),
    *("currency", "rate", "revenue_in_currency", "cost_in_currency"),
    *("document_no", "corrects", "is_reversal", "reason", "recorded_at"),
)


class PartySerializer(serializers.ModelSerializer):
    """A customer in a role on a ledger row."""

    customer_code = serializers.CharField(source="customer.code", read_only=True)

    class Meta:
        model = ShipmentParty
        fields = ("role", "customer", "customer_code")
        read_only_fields = fields


class ShipmentSerializer(serializers.ModelSerializer):
    """A ledger row. `tonnes` come from `quantity` by `tonnes_factor` where that is given; null revenue or cost is "no data", null
    laden and empty TEU "nobody said which". Cost items, where any is given, add up to the cost. `parties` are the customers in roles
    besides `customer`, to whom the row is booked."""

    parties = PartySerializer(many=True, read_only=True)

    customer_code = serializers.CharField(source="customer.code", read_only=True)
    origin = serializers.SlugRelatedField(slug_field="unlocode", read_only=True)
    destination = serializers.SlugRelatedField(slug_field="unlocode", read_only=True)

    class Meta:
        model = Shipment
        fields = LEDGER_FIELDS
        read_only_fields = LEDGER_FIELDS


REFERENCES = {
    "cargo_class": CargoClass,
    "form": CargoForm,
    "trade_kind": TradeKind,
    "unit": Unit,
    "origin": Port,
    "destination": Port,
    "rival_port": Port,
}


class PortField(serializers.SlugRelatedField):
    def __init__(self, **options):
        super().__init__(slug_field="unlocode", queryset=Port.objects.all(), required=False, allow_null=True, **options)


class SeenInSerializer(serializers.Serializer):
    """Where the cargo of a lead was seen: a message of a document (`message`: its number in the file), a line of a flow list, or a
    note. One that was withdrawn is no longer valid: a later message has changed or cancelled it."""

    source = serializers.CharField()
    reference = serializers.SerializerMethodField(help_text="As it stands in the source of a lead: its first 300 signs")
    document = serializers.IntegerField(source="message.document_id", default=None, allow_null=True)
    message = serializers.IntegerField(source="message.position", default=None, allow_null=True)
    flow = serializers.IntegerField(source="flow_id", allow_null=True)
    link = serializers.CharField(source="note.link", default="")
    is_withdrawn = serializers.SerializerMethodField()

    def get_reference(self, sighting: Sighting) -> str:
        return source_note(sighting)

    def get_is_withdrawn(self, sighting: Sighting) -> bool:
        return sighting.withdrawn_by_id is not None


class LeadSerializer(serializers.ModelSerializer):
    """A cargo lead. `version` sent back with a change makes sure that nobody changed the lead in between. `seen_in`: the documents,
    flow lists and notes it was begun with, as far as one may see them."""

    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none(), required=False, allow_null=True)
    introducer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none(), required=False, allow_null=True)
    channel = serializers.SlugRelatedField(slug_field="key", queryset=Channel.objects.filter(family="cargo"))
    origin = PortField()
    destination = PortField()
    rival_port = PortField()
    version = serializers.IntegerField(required=False)
    seen_in = serializers.SerializerMethodField()
    confirmation = serializers.SerializerMethodField(help_text="Of a won lead: awaited, confirmed or short, as the ledger says")
    probability = serializers.SerializerMethodField(help_text="Share of won leads among those that stood here; null where none is closed")
    probability_basis = serializers.SerializerMethodField(help_text="The closed leads behind the probability, in words")

    class Meta:
        model = Lead
        fields = (
            *("id", "number", *EDITABLE, "tonnes", "teu", "stage", "stage_changed_on", "lost_reason", "lost_note"),
            *(
                "probability",
                "probability_basis",
                "confirmation",
                "seen_in",
                "contract",
                "active_on",
                "joined_into",
                "recorded_by",
                "recorded_at",
                "version",
            ),
        )
        read_only_fields = (
            *("id", "number", "tonnes", "teu", "stage", "stage_changed_on", "lost_reason", "lost_note", "recorded_by", "recorded_at"),
            *("contract", "active_on", "joined_into"),
        )

    @extend_schema_field(SeenInSerializer(many=True))
    def get_seen_in(self, lead: Lead) -> list[dict[str, Any]]:
        return list(SeenInSerializer(seen_of(lead, self.context["request"].user), many=True).data)

    def get_confirmation(self, lead: Lead) -> str:
        return lead.expected.state if lead.expected else ""

    def get_probability(self, lead: Lead) -> Decimal | None:
        return lead.estimate.probability if lead.estimate else None

    def get_probability_basis(self, lead: Lead) -> str:
        return lead.estimate.basis if lead.estimate else ""

    def get_fields(self):
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            for name in ("customer", "introducer"):
                fields[name].queryset = Customer.objects.visible_to(request.user)
            fields["owner"].queryset = User.objects.able(EDIT_LEAD, held=[self._held("owner")])
        for name, model in REFERENCES.items():
            fields[name].queryset = model.objects.in_use(held=[self._held(name)])
        return fields

    def _held(self, name: str):
        """The key the lead holds already, which stays on offer."""
        return getattr(self.instance, f"{name}_id") if isinstance(self.instance, Lead) else None


SERIES_FIELDS = (
    *("id", "name_zh", "name_en", "source", "subject", "item", "measure", "unit", "periodicity", "direction", "trade_kind", "load"),
    *("cargo_class", "place", "place_code", "place_name", "other_place", "other_place_code", "other_place_name"),
    *("last_period", "last_value", "opened_at"),
)


class StatisticSeriesSerializer(serializers.ModelSerializer):
    """A series of published figures. `place` is null where `place_code` stands for no port of ours."""

    place = serializers.SlugRelatedField(slug_field="unlocode", read_only=True)
    other_place = serializers.SlugRelatedField(slug_field="unlocode", read_only=True)
    last_period = serializers.DateField(read_only=True, allow_null=True)
    last_value = serializers.DecimalField(read_only=True, allow_null=True, max_digits=40, decimal_places=18)

    class Meta:
        model = StatisticSeries
        fields = SERIES_FIELDS
        read_only_fields = SERIES_FIELDS


FIGURE_FIELDS = (
    *("id", "series", "period", "revision", "is_latest", "value", "written", "unit_written"),
    *("published_on", "import_run_id", "line", "taken_back_at", "recorded_at"),
)


class StatisticValueSerializer(serializers.ModelSerializer):
    """One published figure. `value` is in the unit of its series, `written` and `unit_written` are what its source has."""

    class Meta:
        model = StatisticValue
        fields = FIGURE_FIELDS
        read_only_fields = FIGURE_FIELDS
