import django_filters
from django.utils.translation import gettext_lazy as _

from portcrm.audit.channel import Channel
from portcrm.audit.events import registered_events
from portcrm.audit.models import AuditEvent


def event_choices() -> list[tuple[str, str]]:
    return sorted(registered_events().items(), key=lambda choice: str(choice[1]))


class AuditEventFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Person or record"), method="filter_words")
    action = django_filters.ChoiceFilter(label=_("What"), choices=())
    channel = django_filters.ChoiceFilter(label=_("By way of"), choices=Channel.choices)
    day = django_filters.DateFromToRangeFilter(field_name="at", label=_("When"))

    class Meta:
        model = AuditEvent
        fields = ("q", "action", "channel", "day")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "action" in self.filters:  # a page builds only the filters its address names
            self.filters["action"].extra["choices"] = event_choices()  # complete only when every app has registered its own

    def filter_words(self, rows, _name: str, words: str):
        return rows.filter(actor_name__icontains=words) | rows.filter(record_text__icontains=words)
