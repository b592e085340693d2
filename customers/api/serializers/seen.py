"""Business status, and what departments think of a customer: dated rows that are added and never changed."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from customers.api.serializers.base import PROVENANCE, STAMPS, OfReader, channel_field, customer_field
from customers.enums import Matter
from customers.models import BusinessAssessment, DepartmentView, ViewScore
from customers.models.assessment import ASSESSMENT_FIELDS
from customers.services.needs import Score
from portcrm.api.fields import FormKeyField


class AssessmentSerializer(OfReader):
    """Business status as seen on one day, by the department of who records it."""

    customer = customer_field()
    channel = channel_field()

    class Meta:
        model = BusinessAssessment
        fields = ("id", "customer", "department", *ASSESSMENT_FIELDS, *PROVENANCE)
        read_only_fields = ("id", "department", "version", *STAMPS)
        validators = ()


class ScoreSerializer(serializers.ModelSerializer):
    """How much a matter weighs for the customer, or how well we deliver it, with what was seen or heard."""

    class Meta:
        model = ViewScore
        fields = ("matter", "side", "score", "evidence")
        validators = ()


class DepartmentViewSerializer(OfReader):
    """What one department thinks of a customer on one day, with its scores."""

    customer = customer_field()
    channel = channel_field()
    scores = ScoreSerializer(many=True, required=False, max_length=2 * len(Matter))
    form_key = FormKeyField()

    class Meta:
        model = DepartmentView
        fields = (
            "id", "customer", "department", "viewed_on", "standing", "outlook", "note", "channel", "scores", "recorded_by", "recorded_on",
            "form_key",
        )  # fmt: skip
        read_only_fields = ("id", "recorded_by", "recorded_on")
        extra_kwargs = {"viewed_on": {"required": False}}
        validators = ()

    def validate_scores(self, scores: list[dict]) -> list[Score]:
        if len({(one["matter"], one["side"]) for one in scores}) < len(scores):
            raise serializers.ValidationError(_("Each concern or need is scored once on each side."))
        return [Score(**one) for one in scores]


class SpreadSerializer(serializers.Serializer):
    """The last words of the departments taken together."""

    n = serializers.IntegerField()
    mean = serializers.FloatField()
    deviation = serializers.FloatField(allow_null=True)
    agreed = serializers.BooleanField(allow_null=True)


class LastWordSerializer(serializers.Serializer):
    """The last word of one department on one side of a matter."""

    department = serializers.IntegerField(source="view.department_id")
    side = serializers.CharField()
    score = serializers.IntegerField()
    evidence = serializers.CharField()
    viewed_on = serializers.DateField(source="view.viewed_on")


class MatterSerializer(serializers.Serializer):
    """One concern or need: what departments say, how far they agree, and how far we fall short of it."""

    matter = serializers.ChoiceField(Matter.choices)
    weight = SpreadSerializer(allow_null=True)
    delivered = SpreadSerializer(allow_null=True)
    gap = serializers.FloatField(allow_null=True)
    said = LastWordSerializer(many=True)


class DaySerializer(serializers.Serializer):
    day = serializers.DateField(required=False)
