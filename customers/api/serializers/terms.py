"""Contracts and prices as the API shows and takes them."""

from django.utils.functional import cached_property
from rest_framework import serializers

from customers.api.serializers.base import PROVENANCE, STAMPS, OfReader, channel_field, customer_field, visible_customers
from customers.enums import ChannelFamily, ContractState
from customers.models import Commitment, Contract, PriceTerm
from customers.models.contract import CONTRACT_FIELDS, PRICE_FIELDS
from portcrm.accounts.models import User
from portcrm.clock import port_today


class CommitmentSerializer(serializers.ModelSerializer):
    """Cargo promised in a contract, of one class or of all together."""

    class Meta:
        model = Commitment
        fields = ("id", "cargo_class", "tonnes", "teu", "note")
        validators = ()


class ContractSerializer(OfReader):
    """`state` is that of today, at the port. `version` sent back with a change makes sure that nobody changed it in between."""

    customer = customer_field()
    channel = channel_field(family=ChannelFamily.CUSTOMER)
    version = serializers.IntegerField(required=False)
    state = serializers.SerializerMethodField()
    commitments = CommitmentSerializer(many=True, read_only=True)

    class Meta:
        model = Contract
        fields = (
            "id", "customer", *CONTRACT_FIELDS, *PROVENANCE, "state", "decide_by", "replaces",
            "terminated_on", "terminated_by", "terminated_because", "commitments",
        )  # fmt: skip
        read_only_fields = ("id", "decide_by", "replaces", "terminated_on", "terminated_by", "terminated_because", *STAMPS)
        validators = ()

    @cached_property
    def today(self):
        return port_today()

    def get_state(self, row: Contract) -> ContractState:
        return row.state_on(self.today)


class FollowingContractSerializer(ContractSerializer):
    """The contract that follows one: what is not said is taken over from it, the days come after its own."""

    customer = None
    version = None
    state = None
    commitments = None

    class Meta(ContractSerializer.Meta):
        fields = (*CONTRACT_FIELDS, "channel", "source_reference")
        read_only_fields = ()
        extra_kwargs = {name: {"required": False} for name in ("title", "valid_from")}


class TerminationSerializer(serializers.Serializer):
    on = serializers.DateField()
    reason = serializers.CharField(max_length=300)


def visible_contracts(user: User):
    return Contract.objects.visible_to(user)


class PriceSerializer(OfReader):
    """One price for one thing from a day on. It is never overwritten: another price ends it, or it is withdrawn."""

    chosen_from = {"customer": visible_customers, "contract": visible_contracts}
    customer = customer_field()
    contract = serializers.PrimaryKeyRelatedField(queryset=Contract.objects.none(), required=False, allow_null=True)
    channel = channel_field()

    class Meta:
        model = PriceTerm
        fields = ("id", "customer", "contract", *PRICE_FIELDS, *PROVENANCE, "withdrawn_on", "withdrawn_by", "withdrawn_because")
        read_only_fields = ("id", *STAMPS, "version", "withdrawn_on", "withdrawn_by", "withdrawn_because")
        extra_kwargs = {"currency": {"required": False}}
        validators = ()
