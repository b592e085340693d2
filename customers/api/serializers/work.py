"""Interactions, follow-ups and visits as the API shows and takes them."""

from rest_framework import serializers

from customers.api.serializers.base import (
    OfReader,
    ReasonSerializer,
    StateField,
    able_colleagues,
    channel_field,
    colleague_field,
    customer_field,
    visible_contacts,
    visible_customers,
)
from customers.models import FollowUp, Interaction, PlannedVisit
from customers.permissions import VIEW_CONTACT
from portcrm.accounts.models import User
from portcrm.api.fields import FormKeyField, KeysField

REPORT_FIELDS = (
    "happened_at", "direction", "subject", "summary", "outcome", "next_step", "next_step_on", "place", "contacts", "colleagues",
    "other_participants", "channel",
)  # fmt: skip


class WithPeople(OfReader):
    """Who takes part on the customer's side is told, and taken, only where the reader may see contacts."""

    def get_fields(self):
        fields = super().get_fields()
        if self.reader is not None and not self.reader.has_perm(VIEW_CONTACT):
            fields.pop("contacts", None)
        return fields


class InteractionSerializer(WithPeople):
    """What took place. Its author alone corrects it. Files are added on the page."""

    customer = customer_field()
    channel = channel_field()
    contacts = KeysField(rows=visible_contacts, required=False)
    colleagues = KeysField(rows=able_colleagues, required=False)
    version = StateField()
    form_key = FormKeyField()

    class Meta:
        model = Interaction
        fields = ("id", "customer", "kind", *REPORT_FIELDS, "recorded_by", "recorded_at", "version", "form_key")
        read_only_fields = ("id", "recorded_by", "recorded_at")
        extra_kwargs = {"happened_at": {"required": False}}
        validators = ()


class ReportSerializer(InteractionSerializer):
    """The report of a visit: an interaction whose customer and kind are known."""

    version = None
    customer = None
    form_key = None
    move_to_today = serializers.BooleanField(default=False, write_only=True)

    class Meta(InteractionSerializer.Meta):
        fields = (*REPORT_FIELDS, "move_to_today")
        read_only_fields = ()


class FollowUpSerializer(OfReader):
    """Something one of us does for a customer by a day."""

    chosen_from = {"customer": visible_customers, "owner": able_colleagues}
    customer = customer_field()
    owner = colleague_field()
    version = StateField()
    form_key = FormKeyField()

    class Meta:
        model = FollowUp
        fields = (
            "id", "customer", "kind", "title", "detail", "owner", "due_on", "state", "remind_days", "repeat_unit", "repeat_every",
            "repeat_until", "interaction", "opened_by", "opened_at", "closed_by", "closed_at", "result", "version", "form_key",
        )  # fmt: skip
        read_only_fields = ("id", "state", "interaction", "opened_by", "opened_at", "closed_by", "closed_at", "result")
        extra_kwargs = {"repeat_every": {"min_value": 1, "max_value": 60}}
        validators = ()


class FollowUpPlanSerializer(FollowUpSerializer):
    """What changes of an open follow-up: its day, its owner, its reminder."""

    customer = serializers.PrimaryKeyRelatedField(read_only=True)
    form_key = None

    class Meta(FollowUpSerializer.Meta):
        fields = tuple(name for name in FollowUpSerializer.Meta.fields if name != "form_key")
        read_only_fields = tuple(name for name in fields if name not in ("owner", "due_on", "remind_days", "version"))


class FollowUpCloseSerializer(serializers.Serializer):
    """Done, if nothing else is said; `dropped` where it is no longer to be done."""

    dropped = serializers.BooleanField(default=False)
    result = serializers.CharField(default="", allow_blank=True, max_length=10_000)


class VisitSerializer(WithPeople):
    """A visit somebody means to make, and what became of it; its report is an interaction."""

    chosen_from = {"customer": visible_customers, "visitor": able_colleagues}
    customer = customer_field()
    visitor = colleague_field()
    contacts = KeysField(rows=visible_contacts, required=False)
    version = StateField()
    form_key = FormKeyField()

    class Meta:
        model = PlannedVisit
        fields = (
            "id", "customer", "visitor", "planned_for", "starts_at", "minutes", "purpose", "place", "contacts", "talking_points", "state",
            "reason", "interaction", "planned_by", "planned_at", "settled_by", "settled_at", "version", "form_key",
        )  # fmt: skip
        read_only_fields = ("id", "state", "reason", "interaction", "planned_by", "planned_at", "settled_by", "settled_at")
        validators = ()


class CallOffSerializer(ReasonSerializer):
    """Cancelled, if nothing else is said; `missed` where its day came and it did not take place."""

    missed = serializers.BooleanField(default=False)


class PeriodPlanSerializer(OfReader):
    """Visits to many customers, spread over the business days of a period."""

    chosen_from = {"visitor": able_colleagues}
    customers = KeysField(rows=visible_customers, allow_empty=False)
    visitor = serializers.PrimaryKeyRelatedField(queryset=User.objects.none())
    first = serializers.DateField()
    last = serializers.DateField()
    form_key = FormKeyField()

    class Meta:
        model = PlannedVisit
        fields = ("customers", "visitor", "first", "last", "purpose", "form_key")
        validators = ()
