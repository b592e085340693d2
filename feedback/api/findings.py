"""What was found about a complaint, what is claimed for it and what is done about its cause, for programs: the steps of the pages."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response as ApiResponse

from feedback import permissions
from feedback.api.serializers import ComplaintSerializer, CorrectiveActionSerializer
from feedback.enums import Effect
from feedback.forms.complaint import people_who_answer
from feedback.models import Claim, CorrectiveAction, Finding
from feedback.services.corrective import check_action, finish_action, plan_action
from feedback.services.findings import record_claim, record_finding
from portcrm.accounts.choosing import ColleagueFilter
from portcrm.accounts.models import User
from portcrm.api.reading import read
from portcrm.api.views import ReadViewSet
from portcrm.clock import now, port_today


class FindingChangeSerializer(serializers.ModelSerializer):
    """Only what is sent is changed; the first decision keeps its moment."""

    class Meta:
        model = Finding
        fields = ("cause", "cause_text", "liability", "decision", "next_instance")


class ClaimChangeSerializer(serializers.ModelSerializer):
    """Only what is sent is changed; a claim may still be paid after its case is closed."""

    class Meta:
        model = Claim
        fields = ("currency", "claimed", "agreed", "agreed_on", "paid", "paid_on", "reference")


class PlanActionSerializer(serializers.ModelSerializer):
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.none())

    class Meta:
        model = CorrectiveAction
        fields = ("what", "owner", "due_on", "check_on")

    def get_fields(self):
        fields = super().get_fields()
        fields["owner"].queryset = people_who_answer()
        return fields


class FinishActionSerializer(serializers.Serializer):
    result = serializers.CharField()
    on = serializers.DateField(required=False)

    def validate_on(self, day):
        if day > port_today():
            raise serializers.ValidationError(_("This day has not come yet."))
        return day


class CheckActionSerializer(serializers.Serializer):
    effective = serializers.ChoiceField(choices=Effect.choices)
    note = serializers.CharField(required=False, allow_blank=True)


class FindingSteps:
    """The steps of a case beside its own: finding, claim, and planning an action. Each answers the case as it is then."""

    @extend_schema(request=FindingChangeSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def finding(self, request, pk=None):
        complaint, given = self.get_object(), read(FindingChangeSerializer(data=request.data, partial=True))
        record_finding(complaint=complaint, changes=given, at=now(), by=request.user)
        return self._as_it_is_now()

    @extend_schema(request=ClaimChangeSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request, pk=None):
        complaint, given = self.get_object(), read(ClaimChangeSerializer(data=request.data, partial=True))
        record_claim(complaint=complaint, changes=given, by=request.user)
        return self._as_it_is_now()

    @extend_schema(request=PlanActionSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def plan(self, request, pk=None):
        complaint, given = self.get_object(), read(PlanActionSerializer(data=request.data))
        plan_action(complaint=complaint, **given, by=request.user)
        return self._as_it_is_now()

    def _as_it_is_now(self) -> ApiResponse:
        return ApiResponse(self.get_serializer(self.get_object()).data)


STATES = (("to_do", _("To be done")), ("to_check", _("To be checked")), ("checked", pgettext_lazy("corrective action", "Checked")))


class CorrectiveActionFilter(django_filters.FilterSet):
    complaint = django_filters.NumberFilter(field_name="complaint", label=_("Complaint"))
    owner = ColleagueFilter(label=_("Owner"))
    state = django_filters.ChoiceFilter(choices=STATES, method="by_state", label=_("State"))
    effective = django_filters.ChoiceFilter(choices=Effect.choices, label=_("Effect"))
    due = django_filters.DateFromToRangeFilter(field_name="due_on", label=_("To be done by"))

    class Meta:
        model = CorrectiveAction
        fields = ()

    def by_state(self, rows, _name, state):
        if state == "to_do":
            return rows.filter(done_on=None)
        done = rows.filter(done_on__isnull=False)
        return done.filter(effective="") if state == "to_check" else done.exclude(effective="")


class CorrectiveActionViewSet(ReadViewSet):
    """Corrective actions of all complaints; planned at their complaint, then done, then checked, each once."""

    model = CorrectiveAction
    serializer_class = CorrectiveActionSerializer
    filterset_class = CorrectiveActionFilter
    http_method_names = ("get", "post", "head", "options")
    permissions = {
        "list": permissions.VIEW_COMPLAINT,
        "retrieve": permissions.VIEW_COMPLAINT,
        "finish": permissions.ANSWER_COMPLAINT,
        "check": permissions.ANSWER_COMPLAINT,
    }

    @extend_schema(request=FinishActionSerializer, responses=CorrectiveActionSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request, pk=None):
        return self.step(
            FinishActionSerializer,
            lambda row, result, on=None: finish_action(corrective=row, result=result, on=on or port_today(), by=request.user),
        )

    @extend_schema(request=CheckActionSerializer, responses=CorrectiveActionSerializer)
    @action(detail=True, methods=["post"])
    def check(self, request, pk=None):
        return self.step(
            CheckActionSerializer,
            lambda row, effective, note="": check_action(corrective=row, effective=effective, note=note, on=port_today(), by=request.user),
        )
