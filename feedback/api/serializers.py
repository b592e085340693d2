"""What the API shows and takes. Serializers never save: views hand the fields to services."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cargo.models import Shipment
from customers.enums import ChannelFamily
from customers.models import Channel, Contact, Customer
from feedback.api.enclosures import FilesField
from feedback.enums import ClosingWord, ComplaintOutcome, Complexity, ImmediateAction, Impact, ItemKind, Safety
from feedback.forms.complaint import people_who_answer
from feedback.models import Answer, Claim, Complaint, CorrectiveAction, Finding, Response, Wave, WaveResult
from feedback.queries.disclosure import shown_result
from feedback.queries.told_words import tell_words
from feedback.services.answers import points_of
from portcrm.accounts.models import User


class WaveResultSerializer(serializers.ModelSerializer):
    """Stored figures: shares in 0..1, the recommendation score in -1..1, gaps (seen less expected) in points of the scale, the mean
    of the dimensions with the n and interval of those who answered a pair of each, and that of weighted ones. Null where the caller
    may not see them."""

    gap_overall = serializers.SerializerMethodField()

    class Meta:
        model = WaveResult
        fields = (
            "computed_at", "method_version", "watermark", "versions", "invited", "reached", "rate", "responses", "overall_n",
            "overall_mean", "overall_low", "overall_high", "customers", "customer_mean", "customer_low", "customer_high", "weighted_mean",
            "weighted_n", "top_two", "top_two_low", "top_two_high", "promoters", "passives", "detractors", "recommend", "recommend_low",
            "recommend_high", "gap_overall", "gap_overall_low", "gap_overall_high", "gap_overall_n",
            "gap_weighted", "gap_weighted_low", "gap_weighted_high", "gap_weighted_n",
        )  # fmt: skip

    def get_attribute(self, instance):
        return shown_result(self.context["request"].user, instance)

    def get_gap_overall(self, result: WaveResult) -> float | None:
        return result.gap_overall if result.gap_overall_n else None  # of too few it is 0 to this caller


class WaveSerializer(serializers.ModelSerializer):
    result = WaveResultSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Wave
        fields = (
            "id",
            "name_zh",
            "name_en",
            "programme",
            "seminar",
            "period_key",
            "anonymity",
            "state",
            "opens_at",
            "closes_at",
            "closed_at",
            "result",
        )


class AnswerSerializer(serializers.ModelSerializer):
    """A question of which any of several options may be chosen has an answer for each of them."""

    item = serializers.CharField(source="item.key")
    option = serializers.CharField(source="option.key", default=None)

    class Meta:
        model = Answer
        fields = ("item", "score", "option", "not_applicable")


class TextSerializer(serializers.Serializer):
    item = serializers.CharField()
    text = serializers.CharField()


class SplitSerializer(serializers.Serializer):
    """`points` by the key of the section."""

    item = serializers.CharField()
    points = serializers.DictField(child=serializers.IntegerField())


class ResponseSerializer(serializers.ModelSerializer):
    """`comment` holds all texts of the form, `texts` each by the key of its question, both with names and numbers masked; `splits` how
    100 points were shared out. A confidential answer tells neither channel nor language, and as its times that of the wave's opening."""

    comment = serializers.CharField(source="told_comment", read_only=True)
    answers = AnswerSerializer(many=True, read_only=True)
    texts = serializers.SerializerMethodField()
    splits = serializers.SerializerMethodField()
    customer = serializers.IntegerField(source="sender.pk", read_only=True, allow_null=True)
    contact = serializers.IntegerField(source="sender_contact.pk", read_only=True, allow_null=True)
    channel = serializers.SlugRelatedField(slug_field="key", read_only=True, allow_null=True)
    files = FilesField()

    class Meta:
        model = Response
        fields = (
            "id", "wave", "customer", "contact", "channel", "entered_by", "taken_on", "language", "overall", "overall_maximum", "recommend",
            "comment", "first_submitted_at", "submitted_at", "submissions", "answers", "texts", "splits", "files",
        )  # fmt: skip

    @extend_schema_field(TextSerializer(many=True))
    def get_texts(self, response) -> list[dict]:
        latest = max(response.versions.all(), key=lambda one: one.number, default=None)
        items = response.wave.version.items.all() if latest else ()
        texts = [item.key for item in items if item.kind == ItemKind.COMMENT and item.key in latest.answers]
        return [{"item": key, "text": response.reading(latest.answers[key])} for key in texts]

    def to_representation(self, response) -> dict:
        """Words leave to a program: those of a whole page of answers are masked together."""
        if response.reading is None:
            shown = self.root.instance
            tell_words(list(shown) if isinstance(shown, Iterable) else [response], self.context["request"].user, leaving=True)
        return super().to_representation(response)

    @extend_schema_field(SplitSerializer(many=True))
    def get_splits(self, response) -> list[dict]:
        latest = max(response.versions.all(), key=lambda one: one.number, default=None)
        splits = [item for item in response.wave.version.items.all() if item.is_split] if latest else []
        given = ((item.key, points_of(item, latest.answers)) for item in splits)
        return [{"item": key, "points": points} for key, points in given if points]


class FindingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Finding
        fields = ("cause", "cause_text", "liability", "decision", "next_instance", "decided_at", "decided_by")


class ClaimSerializer(serializers.ModelSerializer):
    class Meta:
        model = Claim
        fields = ("currency", "claimed", "agreed", "agreed_on", "paid", "paid_on", "reference")


class CorrectiveActionSerializer(serializers.ModelSerializer):
    class Meta:
        model = CorrectiveAction
        fields = ("id", "complaint", "what", "owner", "due_on", "check_on", "done_on", "result", "effective", "checked_on", "check_note")


class NamedShipmentField(serializers.PrimaryKeyRelatedField):
    """A row of the ledger by its number, though a case keeps who chose it beside it."""

    def use_pk_only_optimization(self):
        return False

    def to_representation(self, value):
        return value.shipment_id


class ComplaintSerializer(serializers.ModelSerializer):
    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none(), required=False, allow_null=True)
    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none(), required=False, allow_null=True)
    channel = serializers.SlugRelatedField(
        slug_field="key", queryset=Channel.objects.filter(family=ChannelFamily.SERVICE), required=False, allow_null=True
    )

    finding = FindingSerializer(read_only=True, allow_null=True)
    claim = ClaimSerializer(read_only=True, allow_null=True)
    corrective_actions = CorrectiveActionSerializer(many=True, read_only=True)
    shipments = NamedShipmentField(
        many=True, required=False, queryset=Shipment.objects.none(), source="shipment_links", help_text=_("Rows of the ledger by number")
    )

    class Meta:
        model = Complaint
        fields = (
            "id", "number", "subject", "description", "remedy_sought", "group", "service_item", "dimension", "severity", "cargo_reference",
            "vessel", "voyage", "bl_no", "berth", "shipments", "customer", "contact",
            "company_name", "reporter_name", "reporter_email", "reporter_phone", "channel", "received_on", "due_on", "state", "owner",
            "assigned_at", "answer", "answered_at", "outcome", "closing_word", "closing_reason", "closed_at",
            "recorded_at", "safety", "complexity", "impact", "immediate_action", "assessed_at", "assessed_by", "finding", "claim",
            "corrective_actions",
        )  # fmt: skip
        read_only_fields = (
            "number",
            "state",
            "owner",
            "assigned_at",
            "answer",
            "answered_at",
            "outcome",
            "closed_at",
            "recorded_at",
            "closing_word",
            "closing_reason",
            "safety",
            "complexity",
            "impact",
            "immediate_action",
            "assessed_at",
            "assessed_by",
        )
        extra_kwargs = {"received_on": {"required": False}, "due_on": {"required": False}}

    def get_fields(self):
        fields = super().get_fields()
        user = self.context["request"].user if "request" in self.context else None
        if user is not None and user.is_authenticated:
            fields["customer"].queryset = Customer.objects.visible_to(user)
            fields["contact"].queryset = Contact.objects.visible_to(user)
            fields["shipments"].child_relation.queryset = Shipment.objects.visible_to(user)
        return fields


class AssignSerializer(serializers.Serializer):
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.none())
    due_on = serializers.DateField(required=False, allow_null=True)

    def get_fields(self):
        fields = super().get_fields()
        fields["owner"].queryset = people_who_answer()
        return fields


class AssessSerializer(serializers.Serializer):
    safety = serializers.ChoiceField(choices=Safety.choices)
    complexity = serializers.ChoiceField(choices=Complexity.choices)
    impact = serializers.ChoiceField(choices=Impact.choices)
    immediate_action = serializers.ChoiceField(choices=ImmediateAction.choices)


class AnswerTextSerializer(serializers.Serializer):
    answer = serializers.CharField()


class CloseSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=ComplaintOutcome.choices)
    word = serializers.ChoiceField(choices=[one for one in ClosingWord.choices if one[0] != ClosingWord.BEFORE])
    reason = serializers.CharField(required=False, allow_blank=True)
