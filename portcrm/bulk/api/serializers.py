"""Bulk changes as programs ask for them and follow them."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from portcrm.api.fields import FormKeyField
from portcrm.bulk.models import BulkRefusal, BulkRun

MOST_TICKED = 1_000  # named one by one; more are chosen by a filter


class ChoiceSerializer(serializers.Serializer):
    """Which rows are meant: those of `rows`, or all the list finds by the filters of `query`, written as in its address."""

    record = serializers.CharField(max_length=100)
    action = serializers.CharField(max_length=40)
    query = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    rows = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, allow_empty=False, max_length=MOST_TICKED
    )

    def validate(self, attrs: dict) -> dict:
        if ("query" in attrs) == ("rows" in attrs):
            raise serializers.ValidationError(_("Say which rows are meant: either their keys or a filter."))
        return attrs


class AskSerializer(ChoiceSerializer):
    """`values` are the answers to the action's form, each a list of texts. `counted` is the number of rows one was told."""

    values = serializers.DictField(child=serializers.ListField(child=serializers.CharField(allow_blank=True)), default=dict)
    counted = serializers.IntegerField(required=False, min_value=0)
    form_key = FormKeyField()

    def validate(self, attrs: dict) -> dict:
        attrs = super().validate(attrs)
        if "query" in attrs and "counted" not in attrs:
            raise serializers.ValidationError({"counted": [_("Ask how many rows the filter finds, and send that number.")]})
        return attrs


class CountSerializer(serializers.Serializer):
    count = serializers.IntegerField()


class BulkRunSerializer(serializers.ModelSerializer):
    """`changed` of `done` rows are another now, `refused` stayed as they were; `problem` says why a run failed."""

    changed = serializers.IntegerField(read_only=True)
    percent = serializers.IntegerField(read_only=True)
    problem = serializers.CharField(read_only=True)

    class Meta:
        model = BulkRun
        fields = (
            "id", "record", "action", "values", "query", "state", "total", "done", "changed", "refused", "percent", "problem",
            "created_by", "created_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class RefusalSerializer(serializers.ModelSerializer):
    """A row that stayed as it was, and why."""

    reason = serializers.CharField(source="sentence", read_only=True)

    class Meta:
        model = BulkRefusal
        fields = ("target", "label", "reason")
        read_only_fields = fields


class AskedValueSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    required = serializers.BooleanField()


class OfferSerializer(serializers.Serializer):
    """What may be done to the rows of a list, and the values it asks for."""

    record = serializers.CharField()
    action = serializers.CharField()
    label = serializers.CharField()
    values = AskedValueSerializer(many=True)
