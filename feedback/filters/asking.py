"""Filters of waves, of who is asked and who is not. Shared by pages, exports and the API."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import (
    SkipReason,
    WaveState,
)
from feedback.models import (
    Invitation,
    OptOut,
    Programme,
    Questionnaire,
    Wave,
    WaveSkip,
)
from feedback.queries.waves import DECLINED, NOT_SENT, ON_PAPER, WAITING

MAIL = {
    "waiting": (_("Waiting"), WAITING),
    "sent": (_("Sent"), Q(mail__state="sent")),
    "uncertain": (_("Outcome unknown"), Q(mail__state="uncertain")),
    "failed": (_("Not delivered"), Q(mail__state="failed")),
    "bounced": (_("Came back"), Q(mail__state="bounced")),
    "not_sent": (_("Held back"), NOT_SENT),
    "paper": (_("On paper"), ON_PAPER),
}
FORM = {
    "opened": (_("Form opened"), Q(opened_at__isnull=False)),
    "partial": (_("Begun, not sent"), Q(progress="partial")),
    "reminded": (_("Reminded"), Q(reminded__gt=0)),
    "answered": (_("Answered"), Q(answered_at__isnull=False)),
    "declined": (_("Declined"), DECLINED),
    "opted_out": (_("Opted out"), Q(opt_outs__isnull=False)),
    "silent": (_("No answer yet"), Q(answered_at=None)),
}


class WaveFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search waves"))
    state = django_filters.MultipleChoiceFilter(choices=WaveState.choices, label=_("State"))
    programme = django_filters.ModelChoiceFilter(queryset=Programme.objects.all(), label=_("Programme"))

    class Meta:
        model = Wave
        fields = ()

    def search(self, queryset, _name, text):
        return queryset.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text))


class InvitationMailFilter(django_filters.FilterSet):
    """All that a reader may ask for who may not know who has answered."""

    q = django_filters.CharFilter(method="search", label=_("Search by customer, contact or address"))
    mail = django_filters.ChoiceFilter(choices=[(key, label) for key, (label, _rule) in MAIL.items()], method="by_mail", label=_("Mail"))

    class Meta:
        model = Invitation
        fields = ()

    def search(self, queryset, _name, text):
        by_customer = Q(customer__name_zh__icontains=text) | Q(customer__name_en__icontains=text)
        return queryset.filter(by_customer | Q(name__icontains=text) | Q(address__icontains=text))

    def by_mail(self, queryset, _name, key):
        return queryset.filter(MAIL[key][1])


class InvitationFilter(InvitationMailFilter):
    form = django_filters.ChoiceFilter(choices=[(key, label) for key, (label, _rule) in FORM.items()], method="by_form", label=_("Form"))

    def by_form(self, queryset, _name, key):
        return queryset.filter(FORM[key][1]).distinct() if key == "opted_out" else queryset.filter(FORM[key][1])


class SkipFilter(django_filters.FilterSet):
    reason = django_filters.MultipleChoiceFilter(choices=SkipReason.choices, label=_("Reason"))

    class Meta:
        model = WaveSkip
        fields = ()


class OptOutFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search by contact or address"))
    questionnaire = django_filters.ModelChoiceFilter(
        queryset=Questionnaire.objects.all(), label=_("Questionnaire"), null_label=_("All surveys")
    )
    in_force = django_filters.BooleanFilter(field_name="lifted_at", lookup_expr="isnull", label=pgettext_lazy("opt-out", "In force"))
    said_at = django_filters.DateFromToRangeFilter(label=_("Said between"))

    class Meta:
        model = OptOut
        fields = ()

    def search(self, queryset, _name, text):
        return queryset.filter(Q(address__icontains=text) | Q(contact__name__icontains=text))
