"""Filters of the flow lists."""

import django_filters
from django.utils.translation import gettext_lazy as _

from cargo.enums import FlowListState
from cargo.models import FlowLine

OPEN = "unsettled"


class FlowFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label=_("Search"), help_text=_("Goods, place, company"))
    state = django_filters.ChoiceFilter(method="by_state", choices=[(OPEN, _("Not settled yet")), *FlowListState.choices], label=_("State"))

    class Meta:
        model = FlowLine
        fields: tuple[str, ...] = ()

    def by_words(self, flows, _name, text):
        return flows.search(text)

    def by_state(self, flows, _name, state):
        return flows.open() if state == OPEN else flows.filter(state=state)
