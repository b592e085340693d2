"""Seminars in the API: to read, plan and correct; topics, guests, invitations, attendance and decisions are the steps of the page."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response as ApiResponse

from customers.models import Contact, Customer
from customers.queries.takers import takers
from feedback import permissions
from feedback.api.suggestions import NothingSerializer
from feedback.enums import GuestReply
from feedback.filters import SeminarFilter
from feedback.models import Seminar, SeminarDecision, SeminarGuest, SeminarTopic
from feedback.services.seminar_waves import ask_guests
from feedback.services.seminars import (
    add_guest,
    add_topic,
    decide,
    edit_seminar,
    finish_decision,
    invite_guests,
    note_attendance,
    plan_seminar,
)
from portcrm.accounts.choosing import ColleagueFilter
from portcrm.accounts.models import User
from portcrm.api.reading import read
from portcrm.api.views import ReadViewSet, RecordViewSet
from portcrm.clock import now, port_today


class SeminarTopicSerializer(serializers.ModelSerializer):
    class Meta:
        model = SeminarTopic
        fields = ("id", "position", "name_zh", "name_en")
        read_only_fields = ("position",)


class SeminarGuestSerializer(serializers.ModelSerializer):
    """`attended` is null until it was noted."""

    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none())
    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none())

    class Meta:
        model = SeminarGuest
        fields = ("id", "customer", "contact", "invited_at", "reply", "attended")
        read_only_fields = ("invited_at", "reply", "attended")

    def get_fields(self):
        fields = super().get_fields()
        user = self.context["request"].user if "request" in self.context else None
        if user is not None and user.is_authenticated:
            fields["customer"].queryset = Customer.objects.visible_to(user)
            fields["contact"].queryset = Contact.objects.visible_to(user)
        return fields


class SeminarDecisionSerializer(serializers.ModelSerializer):
    """`carried_out`: marked as done, or by the follow-up of its customer that was done. `topic` is one of the seminar's own."""

    topic = serializers.PrimaryKeyRelatedField(queryset=SeminarTopic.objects.none(), required=False, allow_null=True)
    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none(), required=False, allow_null=True)
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.none())
    carried_out = serializers.BooleanField(read_only=True)

    class Meta:
        model = SeminarDecision
        fields = ("id", "seminar", "topic", "customer", "text", "owner", "due_on", "done_on", "carried_out")
        read_only_fields = ("seminar", "done_on")

    def get_fields(self):
        fields = super().get_fields()
        user = self.context["request"].user if "request" in self.context else None
        if user is not None and user.is_authenticated:
            fields["customer"].queryset = Customer.objects.visible_to(user)
            fields["owner"].queryset = takers()
        if "seminar" in self.context:
            fields["topic"].queryset = self.context["seminar"].topics.all()
        return fields


class SeminarSerializer(serializers.ModelSerializer):
    """With its topics, guests and decisions; what was said to a topic stands among the opinions heard (heard/?seminar=).

    `wave`: the one that asked those who came for their opinion.
    """

    host = serializers.PrimaryKeyRelatedField(queryset=User.objects.none())
    topics = SeminarTopicSerializer(many=True, read_only=True)
    guests = SeminarGuestSerializer(many=True, read_only=True)
    decisions = SeminarDecisionSerializer(many=True, read_only=True)
    wave = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)

    class Meta:
        model = Seminar
        fields = (
            "id", "name_zh", "name_en", "held_on", "starts_at", "place", "host", "state", "recorded_by", "recorded_at", "topics", "guests",
            "decisions", "wave",
        )  # fmt: skip
        read_only_fields = ("recorded_by", "recorded_at")

    def get_fields(self):
        fields = super().get_fields()
        held = self.instance.host_id if isinstance(self.instance, Seminar) else None
        fields["host"].queryset = takers(held)
        fields["state"].read_only = self.instance is None  # planned is how every one begins
        return fields


class CameSerializer(serializers.Serializer):
    """One guest: the reply, and whether they came; before the day of the seminar nobody has."""

    guest = serializers.PrimaryKeyRelatedField(queryset=SeminarGuest.objects.none())
    reply = serializers.ChoiceField(choices=GuestReply.choices, allow_blank=True)
    attended = serializers.BooleanField()

    def get_fields(self):
        fields = super().get_fields()
        if "seminar" in self.context:
            fields["guest"].queryset = self.context["seminar"].guests.all()
        return fields

    def validate_attended(self, came):
        if came and self.context["seminar"].held_on > port_today():
            raise serializers.ValidationError(_("This day has not come yet."))
        return came


class AttendanceSerializer(serializers.Serializer):
    """Guests who are not named stay as they are."""

    guests = CameSerializer(many=True, allow_empty=False)


class AskGuestsSerializer(serializers.Serializer):
    any_hour = serializers.BooleanField(required=False)


class SeminarViewSet(RecordViewSet):
    """Seminars; each step answers the seminar as it is then."""

    model = Seminar
    serializer_class = SeminarSerializer
    filterset_class = SeminarFilter
    http_method_names = ("get", "post", "patch", "head", "options")
    permissions = {
        "list": permissions.VIEW_SEMINAR,
        "retrieve": permissions.VIEW_SEMINAR,
        "create": permissions.HOLD_SEMINAR,
        "partial_update": permissions.HOLD_SEMINAR,
        "topic": permissions.HOLD_SEMINAR,
        "guest": permissions.HOLD_SEMINAR,
        "invite": permissions.HOLD_SEMINAR,
        "attendance": permissions.HOLD_SEMINAR,
        "decide": permissions.HOLD_SEMINAR,
        "ask": permissions.SEND_WAVE,
    }

    def with_related(self, rows):
        return rows.with_minutes()

    def create_record(self, *, by, **fields):
        return plan_seminar(**fields, at=now(), by=by)

    def update_record(self, record, *, by, **fields):
        edit_seminar(seminar=record, changes=fields, by=by)
        return self.get_object()

    @extend_schema(request=SeminarTopicSerializer, responses=SeminarSerializer)
    @action(detail=True, methods=["post"])
    def topic(self, request, pk=None):
        return self._step(SeminarTopicSerializer, lambda found, told: add_topic(seminar=found, **told, by=request.user))

    @extend_schema(request=SeminarGuestSerializer, responses=SeminarSerializer)
    @action(detail=True, methods=["post"])
    def guest(self, request, pk=None):
        return self._step(SeminarGuestSerializer, lambda found, told: add_guest(seminar=found, **told, by=request.user))

    @extend_schema(request=NothingSerializer, responses=SeminarSerializer)
    @action(detail=True, methods=["post"])
    def invite(self, request, pk=None):
        return self._step(NothingSerializer, lambda found, told: invite_guests(seminar=found, at=now(), by=request.user))

    @extend_schema(request=AttendanceSerializer, responses=SeminarSerializer)
    @action(detail=True, methods=["post"])
    def attendance(self, request, pk=None):
        def note(found, told):
            replies = {row["guest"].pk: row["reply"] for row in told["guests"]}
            came = {row["guest"].pk for row in told["guests"] if row["attended"]}
            note_attendance(seminar=found, replies=replies, came=came, at=now(), by=request.user)

        return self._step(AttendanceSerializer, note)

    @extend_schema(request=SeminarDecisionSerializer, responses=SeminarSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request, pk=None):
        return self._step(SeminarDecisionSerializer, lambda found, told: decide(seminar=found, **told, by=request.user))

    @extend_schema(request=AskGuestsSerializer, responses=SeminarSerializer)
    @action(detail=True, methods=["post"])
    def ask(self, request, pk=None):
        """Start the wave to those who came; a second call starts no other. With `any_hour` its mails leave at once."""
        return self._step(AskGuestsSerializer, lambda found, told: ask_guests(seminar=found, at=now(), **told, by=request.user))

    def _step(self, asked, change) -> ApiResponse:
        found = self.get_object()
        change(found, read(asked(data=self.request.data, context=self.get_serializer_context() | {"seminar": found})))
        return ApiResponse(self.get_serializer(self.get_object()).data)


class SeminarDecisionFilter(django_filters.FilterSet):
    seminar = django_filters.NumberFilter(field_name="seminar", label=pgettext_lazy("meeting", "Seminar"))
    customer = django_filters.NumberFilter(field_name="customer", label=_("Customer number in the database"))
    owner = ColleagueFilter(label=_("Owner"))
    due = django_filters.DateFromToRangeFilter(field_name="due_on", label=_("To be done by"))
    carried_out = django_filters.BooleanFilter(label=pgettext_lazy("seminar", "Done"))

    class Meta:
        model = SeminarDecision
        fields = ()


class SeminarDecisionViewSet(ReadViewSet):
    """Decisions of all seminars; made at their seminar, then done."""

    model = SeminarDecision
    serializer_class = SeminarDecisionSerializer
    filterset_class = SeminarDecisionFilter
    http_method_names = ("get", "post", "head", "options")
    permissions = {
        "list": permissions.VIEW_SEMINAR,
        "retrieve": permissions.VIEW_SEMINAR,
        "finish": permissions.VIEW_SEMINAR,
    }

    def with_related(self, rows):
        return rows.with_carried_out()

    @extend_schema(request=NothingSerializer, responses=SeminarDecisionSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request, pk=None):
        """Its owner may, and whoever holds seminars."""
        if not self.get_object().may_be_finished_by(request.user):  # before what was sent is looked at
            raise PermissionDenied

        def change(row):
            finish_decision(decision=row, on=port_today(), by=request.user)
            return self.get_object()

        return self.step(NothingSerializer, change)
