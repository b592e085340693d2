"""Filters of the leads, the same for pages, exports and the API."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cargo.enums import Direction, FlowState, LeadStage, LostReason, ProjectStage
from cargo.filters.shared import DayRangeFilter, RecordFilter, visible_customers
from cargo.models import CargoClass, Lead
from customers.models import Channel
from portcrm.accounts.choosing import ColleagueFilter
from portcrm.clock import port_today


class LeadFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label=_("Search"), help_text=_("Company, goods, number"))
    stage = django_filters.MultipleChoiceFilter(choices=LeadStage.choices, label=_("Stage"))
    state = django_filters.ChoiceFilter(
        method="by_state",
        choices=[("open", _("Open")), ("due", _("Next step due")), ("stale", _("Nobody works on it"))],
        label=_("State"),
    )
    customer = RecordFilter(queryset=visible_customers, source="customers", label=_("Customer"))
    channel = django_filters.ModelChoiceFilter(queryset=Channel.objects.filter(family="cargo"), label=_("Information channel"))
    cargo_class = django_filters.ModelMultipleChoiceFilter(queryset=CargoClass.objects.all(), label=_("Cargo class"))
    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("Direction"))
    manager = ColleagueFilter(field_name="owner", label=_("Colleague in charge"))
    owner = django_filters.ChoiceFilter(method="by_owner", choices=[("me", _("Me")), ("nobody", _("Nobody yet"))], label=_("In charge"))
    lost_reason = django_filters.MultipleChoiceFilter(choices=LostReason.choices, label=_("Why it was lost"))
    closed_on = DayRangeFilter("stage_changed_on", label=_("In this stage since"))
    confirmation = django_filters.MultipleChoiceFilter(
        "flow__state", choices=FlowState.choices, label=_("Confirmed by the ledger"), distinct=False
    )
    project = django_filters.MultipleChoiceFilter("project_stage", choices=ProjectStage.choices, label=_("Stage of the project"))
    plan = django_filters.BooleanFilter(method="by_plan", label=_("With a contract or plan of the shipper"))
    contract = django_filters.BooleanFilter("contract", lookup_expr="isnull", exclude=True, label=_("With a contract of ours"))
    twice = django_filters.BooleanFilter("joined_into", lookup_expr="isnull", exclude=True, label=_("Recorded twice"))
    ready_on = DayRangeFilter(label=_("Ready on"))
    recorded = DayRangeFilter(field_name="recorded_at", label=_("Recorded at"))
    changed = DayRangeFilter(field_name="stage_changed_on", label=_("In this stage since"))

    class Meta:
        model = Lead
        fields: tuple[str, ...] = ()

    def by_words(self, leads, _name, text):
        return leads.search(text)

    def by_state(self, leads, _name, state):
        match state:
            case "open":
                return leads.open()
            case "due":
                return leads.due(port_today())
        return leads.stale(port_today())

    def by_plan(self, leads, _name, with_one):
        without = Q(plan_no="", plan_from=None, plan_until=None)
        return leads.exclude(without) if with_one else leads.filter(without)

    def by_owner(self, leads, _name, who):
        return leads.filter(owner=self.request.user if who == "me" else None)
