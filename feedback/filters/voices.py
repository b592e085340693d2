"""Filters of complaints, mails to their desk, suggestions, opinions heard and seminars. Shared by pages, exports and the API."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import (
    Cause,
    ComplaintState,
    InboundState,
    LeftReason,
    Liability,
    QualityDimension,
    Safety,
    SeminarState,
    ServiceGroup,
    ServiceItem,
    Severity,
    SuggestionState,
    Tone,
)
from feedback.models import (
    Complaint,
    HeardOpinion,
    InboundMail,
    Seminar,
    Suggestion,
)
from feedback.queries.complaint_conditions import CLAIM, by_check, by_deadline, taken_up_again
from portcrm.accounts.choosing import ColleagueFilter
from portcrm.clock import now, port_today

KEPT = (("in_time", _("In time")), ("late", _("Too late")), ("all", _("In time or too late")))
CHECKS = (("passed", _("All work")), ("failed", _("One does not work")), ("all", pgettext_lazy("corrective action", "Checked")))
CLAIMS = (
    ("any", _("An amount is claimed")), ("agreed", _("An amount is agreed")), ("paid", pgettext_lazy("claim", "Paid")),
    ("settled", pgettext_lazy("claim", "Settled")), ("open", pgettext_lazy("claim", "Not settled yet")),
)  # fmt: skip


class ComplaintFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search by number, subject, company, reporter or bill of lading"))
    state = django_filters.MultipleChoiceFilter(choices=ComplaintState.choices, label=_("State"))
    owner = ColleagueFilter(label=_("Owner"))
    group = django_filters.MultipleChoiceFilter(choices=ServiceGroup.choices, label=_("Service concerned"))
    severity = django_filters.MultipleChoiceFilter(choices=Severity.choices, label=_("Severity"))
    safety = django_filters.ChoiceFilter(choices=Safety.choices, label=pgettext_lazy("assessment", "Safety"))
    due = django_filters.DateFromToRangeFilter(field_name="due_on", label=_("Answer due between"))
    overdue = django_filters.BooleanFilter(method="by_overdue", label=_("Overdue"))
    customer = django_filters.NumberFilter(field_name="customer", label=_("Customer number in the database"))
    open = django_filters.BooleanFilter(method="by_open", label=_("Not closed yet"))
    waiting = django_filters.BooleanFilter(method="by_waiting", label=_("Waiting for the customer"))
    undelivered = django_filters.BooleanFilter(method="by_mail", label=_("A mail did not arrive"))
    ownerless = django_filters.BooleanFilter(method="by_owner_gone", label=_("Without an owner"))
    received = django_filters.DateFromToRangeFilter(field_name="received_on", label=_("Received between"))
    service_item = django_filters.MultipleChoiceFilter(choices=ServiceItem.choices, label=_("Service in detail"))
    dimension = django_filters.MultipleChoiceFilter(choices=QualityDimension.choices, label=_("Quality dimension"))
    cause = django_filters.MultipleChoiceFilter(field_name="finding__cause", choices=Cause.choices, label=_("Root cause"))
    liability = django_filters.MultipleChoiceFilter(field_name="finding__liability", choices=Liability.choices, label=_("Liability"))
    acknowledge = django_filters.ChoiceFilter(choices=KEPT, method="by_clock", label=pgettext_lazy("deadline", "Acknowledgement"))
    first_answer = django_filters.ChoiceFilter(choices=KEPT, method="by_clock", label=pgettext_lazy("deadline", "First answer"))
    decision = django_filters.ChoiceFilter(choices=KEPT, method="by_clock", label=pgettext_lazy("deadline", "Decision"))
    answered = django_filters.BooleanFilter(method="by_answer", label=_("Answered at least once"))
    decided = django_filters.BooleanFilter(
        field_name="finding__decided_at", lookup_expr="isnull", exclude=True, label=_("With a decision written down")
    )
    reopened = django_filters.BooleanFilter(method="by_reopening", label=_("Taken up again after the answer"))
    checks = django_filters.ChoiceFilter(choices=CHECKS, method="by_checks", label=_("Corrective actions checked"))
    claim = django_filters.ChoiceFilter(choices=CLAIMS, method="by_claim", label=pgettext_lazy("complaint", "Claim and payment"))
    currency = django_filters.CharFilter(field_name="claim__currency", lookup_expr="iexact", label=_("Currency"))
    closed = django_filters.DateFromToRangeFilter(field_name="closed_at", label=_("Closed between"))
    has_shipment = django_filters.BooleanFilter(method="by_cargo", label=_("Names a shipment of the ledger"))
    shipment = django_filters.NumberFilter(field_name="shipment_links__shipment", label=_("Number of the ledger row"))

    class Meta:
        model = Complaint
        fields = ()

    def by_clock(self, queryset, name, how):
        return by_deadline(queryset, name, how, at=now())

    def by_answer(self, queryset, _name, wanted):
        return queryset.exclude(answer="") if wanted else queryset.filter(answer="")

    def by_reopening(self, queryset, _name, wanted):
        again = taken_up_again(queryset)
        return again if wanted else queryset.exclude(pk__in=again.values("pk"))

    def by_checks(self, queryset, _name, how):
        return by_check(queryset, how)

    def by_claim(self, queryset, _name, how):
        return queryset.filter(CLAIM[how])

    def by_cargo(self, queryset, _name, wanted):
        named = queryset.about_cargo()
        return named if wanted else queryset.exclude(pk__in=named.values("pk"))

    def search(self, queryset, _name, text):
        return queryset.containing(text)

    def by_overdue(self, queryset, _name, wanted):
        late = queryset.overdue(port_today())
        return late if wanted else queryset.exclude(pk__in=late.values("pk"))

    def by_waiting(self, queryset, _name, wanted):
        return queryset.waiting() if wanted else queryset.not_waiting()

    def by_mail(self, queryset, _name, wanted):
        failed = queryset.with_a_mail_that_did_not_arrive()
        return failed if wanted else queryset.exclude(pk__in=failed.values("pk"))

    def by_owner_gone(self, queryset, _name, wanted):
        waiting = queryset.ownerless()
        return waiting if wanted else queryset.exclude(pk__in=waiting.values("pk"))

    def by_open(self, queryset, _name, wanted):
        return queryset.open() if wanted else queryset.exclude(pk__in=queryset.open().values("pk"))


class SuggestionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search by number, words or company"))
    state = django_filters.MultipleChoiceFilter(choices=SuggestionState.choices, label=_("State"))
    owner = ColleagueFilter(label=_("Owner"))
    group = django_filters.MultipleChoiceFilter(choices=ServiceGroup.choices, label=_("Service concerned"))
    service_item = django_filters.MultipleChoiceFilter(choices=ServiceItem.choices, label=_("Service in detail"))
    received = django_filters.DateFromToRangeFilter(field_name="received_on", label=_("Received between"))
    customer = django_filters.NumberFilter(field_name="customer", label=_("Customer number in the database"))
    open = django_filters.BooleanFilter(method="by_open", label=_("Not decided yet"))
    published = django_filters.BooleanFilter(
        field_name="published_at", lookup_expr="isnull", exclude=True, label=pgettext_lazy("suggestion", "Published")
    )
    ownerless = django_filters.BooleanFilter(method="by_owner_gone", label=_("Without an owner"))

    class Meta:
        model = Suggestion
        fields = ()

    def search(self, queryset, _name, text):
        return queryset.containing(text)

    def by_open(self, queryset, _name, wanted):
        return queryset.undecided() if wanted else queryset.exclude(pk__in=queryset.undecided().values("pk"))

    def by_owner_gone(self, queryset, _name, wanted):
        waiting = queryset.ownerless()
        return waiting if wanted else queryset.exclude(pk__in=waiting.values("pk"))


class HeardFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search by words or company"))
    group = django_filters.MultipleChoiceFilter(choices=ServiceGroup.choices, label=_("Service concerned"))
    service_item = django_filters.MultipleChoiceFilter(choices=ServiceItem.choices, label=_("Service in detail"))
    tone = django_filters.MultipleChoiceFilter(choices=Tone.choices, label=pgettext_lazy("opinion", "Praise, wish or criticism"))
    heard = django_filters.DateFromToRangeFilter(field_name="heard_on", label=_("Heard between"))
    customer = django_filters.NumberFilter(field_name="customer", label=_("Customer number in the database"))
    seminar = django_filters.NumberFilter(field_name="topic__seminar", label=_("Seminar number in the database"))

    class Meta:
        model = HeardOpinion
        fields = ()

    def search(self, queryset, _name, text):
        return queryset.containing(text)


class SeminarFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search by name or place"))
    state = django_filters.MultipleChoiceFilter(choices=SeminarState.choices, label=_("State"))
    held = django_filters.DateFromToRangeFilter(field_name="held_on", label=_("Day between"))

    class Meta:
        model = Seminar
        fields = ()

    def search(self, queryset, _name, text):
        return queryset.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(place__icontains=text))


class InboundMailFilter(django_filters.FilterSet):
    """Mails that came to the complaint mailbox."""

    q = django_filters.CharFilter(label=_("Sender or subject"), method="search")
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=InboundState.choices)
    reason = django_filters.MultipleChoiceFilter(label=_("Reason"), choices=LeftReason.choices)
    received_at = django_filters.DateFromToRangeFilter(label=_("Received at"))

    class Meta:
        model = InboundMail
        fields = ()

    def search(self, queryset, _name, text):
        return queryset.filter(Q(sender__icontains=text) | Q(subject__icontains=text))
