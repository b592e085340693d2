"""Customers and contacts as the API shows them. What is noted of persons in charge never leaves this way."""

from rest_framework import serializers

from customers.api.serializers.base import PROVENANCE, STAMPS, OfReader, customer_field, visible_customers
from customers.models import Channel, Contact, Customer, Region, Relation
from customers.models.contact import CONTACT_FIELDS
from customers.models.customer import BASICS_FIELDS
from customers.models.facts import FACT_FIELDS

CLASSIFICATION = ("status", "tier", "is_key_account", "account_manager", "department")


class CustomerSerializer(OfReader):
    """`version` sent back with a change makes sure that nobody changed the customer in between."""

    chosen_from = {"parent": visible_customers}
    region = serializers.SlugRelatedField(slug_field="code", queryset=Region.objects.all(), required=False, allow_null=True)
    channel = serializers.SlugRelatedField(slug_field="key", queryset=Channel.objects.all(), required=False, allow_null=True)
    parent = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none(), required=False, allow_null=True)
    version = serializers.IntegerField(required=False)

    class Meta:
        model = Customer
        fields = ("id", "code", *BASICS_FIELDS, *CLASSIFICATION, *PROVENANCE, *FACT_FIELDS, "created_at", "updated_at")
        read_only_fields = ("id", "code", *CLASSIFICATION, *STAMPS, *FACT_FIELDS, "created_at", "updated_at")
        extra_kwargs = {"credit_code": {"max_length": 30, "validators": []}}
        validators = ()


class ContactSerializer(OfReader):
    customer = customer_field()
    channel = serializers.SlugRelatedField(slug_field="key", queryset=Channel.objects.all(), required=False, allow_null=True)
    version = serializers.IntegerField(required=False)
    may_be_written_to = serializers.BooleanField(read_only=True)

    class Meta:
        model = Contact
        fields = (
            "id", "customer", *CONTACT_FIELDS, "consent_given_at", "consent_source", "consent_withdrawn_at", "left_on",
            "may_be_written_to", *PROVENANCE,
        )  # fmt: skip
        read_only_fields = ("id", "consent_given_at", "consent_source", "consent_withdrawn_at", "left_on", *STAMPS)
        validators = ()


class RelationSerializer(serializers.ModelSerializer):
    """How two firms stand to each other; parent companies stand in the customer itself."""

    channel = serializers.SlugRelatedField(slug_field="key", read_only=True)

    class Meta:
        model = Relation
        fields = ("id", "from_customer", "kind", "to_customer", "since", "until", "strength", "share", "note", *PROVENANCE)
        read_only_fields = fields
