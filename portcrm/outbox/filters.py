import django_filters
from django.utils.translation import gettext_lazy as _

from portcrm.outbox.enums import MailState, Outcome
from portcrm.outbox.kinds import kind_choices
from portcrm.outbox.models import JournalEntry, OutgoingEmail


class OutgoingEmailFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Recipient"), method="search", help_text=_("Name or address of the recipient"))
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=MailState.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=kind_choices)
    created_at = django_filters.DateFromToRangeFilter(label=_("Written"))

    class Meta:
        model = OutgoingEmail
        fields = ()

    def search(self, queryset, _name, text):
        return queryset.matching(text)


class JournalEntryFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Key of the mail"), field_name="dedupe_key", lookup_expr="icontains")
    outcome = django_filters.ChoiceFilter(label=_("Answer of the mail server"), choices=[one for one in Outcome.choices if one[0]])

    class Meta:
        model = JournalEntry
        fields = ()
