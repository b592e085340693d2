"""Handled cargo and cargo leads as the API shows them."""

from rest_framework import serializers

from cargo.enums import COST_COLUMNS
from cargo.models import Lead, Port, Shipment, ShipmentParty
from cargo.permissions import EDIT_LEAD
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


class PortField(serializers.SlugRelatedField):
    def __init__(self, **options):
        super().__init__(slug_field="unlocode", queryset=Port.objects.all(), required=False, allow_null=True, **options)


class LeadSerializer(serializers.ModelSerializer):
    """A cargo lead. `version` sent back with a change makes sure that nobody changed the lead in between."""

    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none(), required=False, allow_null=True)
    introducer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none(), required=False, allow_null=True)
    channel = serializers.SlugRelatedField(slug_field="key", queryset=Channel.objects.filter(family="cargo"))
    origin = PortField()
    destination = PortField()
    rival_port = PortField()
    version = serializers.IntegerField(required=False)

    class Meta:
        model = Lead
        fields = (
            *("id", "number", *EDITABLE, "tonnes", "teu", "stage", "stage_changed_on", "lost_reason", "lost_note"),
            *("recorded_by", "recorded_at", "version"),
        )
        read_only_fields = (
            *("id", "number", "tonnes", "teu", "stage", "stage_changed_on", "lost_reason", "lost_note", "recorded_by", "recorded_at"),
        )

    def get_fields(self):
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            for name in ("customer", "introducer"):
                fields[name].queryset = Customer.objects.visible_to(request.user)
            held = self.instance.owner_id if isinstance(self.instance, Lead) else None
            fields["owner"].queryset = User.objects.able(EDIT_LEAD, held=[held])
        return fields
