"""Candidates with what was seen of them, and what a program says when it decides."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cargo.models import Candidate
from cargo.queries.desk import CargoLine, EvidenceLine, evidence_of, likely_of
from customers.models import Customer

CANDIDATE_FIELDS = (
    *("id", "name", "country", "address", "code", "credit_code", "state", "customer", "lead", "rule", "decided_by", "decided_at"),
    *("opened_at", "roles", "sources", "classes", "tonnes", "teu", "sighting_count", "last_seen_at", "is_forwarder", "version"),
)


class CandidateSerializer(serializers.ModelSerializer):
    """A company seen in documents, flow lists or the media that has no customer file. Tonnes, TEU and the number of sightings are of
    those that stand: what a later document changed or cancelled counts no more."""

    class Meta:
        model = Candidate
        fields = CANDIDATE_FIELDS
        read_only_fields = CANDIDATE_FIELDS


class CargoLineSerializer(serializers.Serializer):
    """What goes under one bill of lading, or in one line of a list; `reason` says why this class is suggested."""

    goods = serializers.CharField()
    hs_code = serializers.CharField()
    cargo_class = serializers.CharField(source="cargo_class.pk", default=None, allow_null=True)
    reason = serializers.CharField()
    tonnes = serializers.DecimalField(max_digits=18, decimal_places=3, allow_null=True)
    teu = serializers.DecimalField(max_digits=14, decimal_places=3, allow_null=True)
    route = serializers.CharField()
    bill_no = serializers.CharField()
    segment = serializers.IntegerField(help_text="Of the file; 0 where there is none")


class EvidenceSerializer(serializers.Serializer):
    """One place where the company was named. `more` are consignments beyond those shown; a sighting that was withdrawn since counts
    no more."""

    name = serializers.CharField(source="sighting.name")
    source = serializers.CharField(source="sighting.source")
    reference = serializers.CharField(source="sighting.reference")
    document = serializers.IntegerField(source="sighting.message.document_id", default=None, allow_null=True)
    flow = serializers.IntegerField(source="sighting.flow_id", allow_null=True)
    link = serializers.CharField(source="sighting.note.link", default="")
    roles = serializers.ListField(child=serializers.CharField(), source="sighting.roles")
    segments = serializers.ListField(child=serializers.IntegerField(), source="sighting.segments")
    seen_at = serializers.DateTimeField(source="sighting.seen_at")
    is_withdrawn = serializers.SerializerMethodField()
    cargo = serializers.SerializerMethodField()
    more = serializers.IntegerField()

    def get_is_withdrawn(self, line: EvidenceLine) -> bool:
        return line.sighting.withdrawn_by_id is not None

    @extend_schema_field(CargoLineSerializer(many=True))
    def get_cargo(self, line: EvidenceLine) -> list[dict[str, Any]]:
        shown: list[CargoLine] = list(line.cargo)
        return list(CargoLineSerializer(shown, many=True).data)


class LikelySerializer(serializers.Serializer):
    """A customer file this company may be, surest first."""

    customer = serializers.IntegerField(source="customer.pk")
    customer_code = serializers.CharField(source="customer.code")
    name = serializers.CharField(source="customer")
    reason = serializers.CharField()


class CandidateDetailSerializer(CandidateSerializer):
    """With the newest sightings and, while it waits, the customer files it may be."""

    evidence = serializers.SerializerMethodField()
    likely = serializers.SerializerMethodField()

    class Meta(CandidateSerializer.Meta):
        fields = (*CANDIDATE_FIELDS, "evidence", "likely")
        read_only_fields = fields

    @extend_schema_field(EvidenceSerializer(many=True))
    def get_evidence(self, candidate: Candidate) -> list[dict[str, Any]]:
        return list(EvidenceSerializer(evidence_of(candidate), many=True).data)

    @extend_schema_field(LikelySerializer(many=True))
    def get_likely(self, candidate: Candidate) -> list[dict[str, Any]]:
        found = likely_of(candidate, self.context["request"].user) if candidate.is_open else []
        return list(LikelySerializer(found, many=True).data)


class AcceptSerializer(serializers.Serializer):
    with_lead = serializers.BooleanField(default=False, help_text="Open a cargo lead on the largest cargo too")


class MergeSerializer(AcceptSerializer):
    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none(), help_text="The file this company belongs to")

    def get_fields(self):
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            fields["customer"].queryset = Customer.objects.visible_to(request.user)
        return fields


class IgnoreSerializer(serializers.Serializer):
    always = serializers.BooleanField(default=False, help_text="By a rule for this name; otherwise the next document brings it back")
