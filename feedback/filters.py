"""Filters of the lists, shared by pages, exports and the API."""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from customers.enums import Tier
from customers.models import Region
from feedback.enums import ComplaintState, ItemKind, ServiceGroup, Severity, SkipReason, WaveState
from feedback.models import (
    Answer,
    Complaint,
    Invitation,
    Item,
    LoopResult,
    OptOut,
    Programme,
    Questionnaire,
    Response,
    Section,
    Wave,
    WaveSkip,
)
from feedback.queries.loop import CHANGES
from feedback.queries.waves import NOT_SENT, WAITING
from portcrm.accounts.choosing import ColleagueFilter
from portcrm.clock import port_today

MAIL = {
    "waiting": (_("Waiting"), WAITING),
    "sent": (_("Sent"), Q(mail__state="sent")),
    "uncertain": (_("Outcome unknown"), Q(mail__state="uncertain")),
    "failed": (_("Not delivered"), Q(mail__state="failed")),
    "bounced": (_("Came back"), Q(mail__state="bounced")),
    "not_sent": (_("Held back"), NOT_SENT),
}
FORM = {
    "opened": (_("Form opened"), Q(opened_at__isnull=False)),
    "partial": (_("Begun, not sent"), Q(progress="partial")),
    "reminded": (_("Reminded"), Q(reminded__gt=0)),
    "answered": (_("Answered"), Q(answered_at__isnull=False)),
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


class InvitationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search by customer, contact or address"))
    mail = django_filters.ChoiceFilter(choices=[(key, label) for key, (label, _rule) in MAIL.items()], method="by_mail", label=_("Mail"))
    form = django_filters.ChoiceFilter(choices=[(key, label) for key, (label, _rule) in FORM.items()], method="by_form", label=_("Form"))

    class Meta:
        model = Invitation
        fields = ()

    def search(self, queryset, _name, text):
        by_customer = Q(customer__name_zh__icontains=text) | Q(customer__name_en__icontains=text)
        return queryset.filter(by_customer | Q(name__icontains=text) | Q(address__icontains=text))

    def by_mail(self, queryset, _name, key):
        return queryset.filter(MAIL[key][1])

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


def rated_questions(_request) -> QuerySet[Item]:
    """Every question that was ever rated, once, in its latest wording."""
    return Item.objects.exclude(kind=ItemKind.COMMENT).order_by("key", "-version__number", "-pk").distinct("key")


def rated_sections(_request) -> QuerySet[Section]:
    return Section.objects.order_by("key", "-version__number", "-pk").distinct("key")


def _ratings(ends: slice | None):
    """Scores of the response asked about, from and to the ends where they are given."""
    scored = Answer.objects.filter(response=OuterRef("pk"), score__isnull=False)
    if ends is not None and ends.start is not None:
        scored = scored.filter(score__gte=ends.start)
    if ends is not None and ends.stop is not None:
        scored = scored.filter(score__lte=ends.stop)
    return scored


class ResponseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search by customer or comment"))
    wave = django_filters.ModelChoiceFilter(queryset=Wave.objects.all(), label=_("Wave"))
    customer = django_filters.NumberFilter(field_name="customer", label=_("Customer number in the database"))
    overall = django_filters.RangeFilter(label=_("Overall satisfaction"))
    recommend = django_filters.RangeFilter(label=_("Would recommend"))
    submitted = django_filters.DateFromToRangeFilter(field_name="submitted_at", label=_("Answered between"))
    with_comment = django_filters.BooleanFilter(method="by_comment", label=_("With a comment"))
    item = django_filters.ModelChoiceFilter(queryset=rated_questions, to_field_name="key", method="by_item", label=_("Rated this question"))
    score = django_filters.RangeFilter(method="by_score", label=_("Rating of the question"))
    section = django_filters.ModelChoiceFilter(
        queryset=rated_sections, to_field_name="key", method="by_section", label=_("Rated one of these questions")
    )
    not_applicable = django_filters.ModelChoiceFilter(
        queryset=rated_questions, to_field_name="key", method="by_not_applicable", label=_("Called this question not applicable")
    )
    tier = django_filters.MultipleChoiceFilter(field_name="customer__tier", choices=Tier.choices, label=_("Service tier"))
    key_account = django_filters.BooleanFilter(field_name="customer__is_key_account", label=_("Key account"))
    region = django_filters.ModelChoiceFilter(
        field_name="customer__region",
        queryset=Region.objects.all(),
        to_field_name="code",
        null_label=_("Without region"),
        label=_("Region"),
    )
    type = django_filters.CharFilter(method="by_types", label=_("Exactly these customer types"))

    class Meta:
        model = Response
        fields = ()

    @extend_schema_field(OpenApiTypes.STR)
    def by_item(self, queryset, _name, item):
        """With a rating of it, in whatever version, within `score` where that is asked for too."""
        return queryset.filter(Exists(_ratings(self.form.cleaned_data.get("score")).filter(item__key=item.key)))

    @extend_schema_field(OpenApiTypes.NUMBER)
    def by_score(self, queryset, _name, ends):
        if self.form.cleaned_data.get("item"):
            return queryset  # by_item has asked for both at once
        return queryset.filter(Exists(_ratings(ends)))

    @extend_schema_field(OpenApiTypes.STR)
    def by_section(self, queryset, _name, section):
        return queryset.filter(Exists(_ratings(None).filter(item__section__key=section.key, item__kind=ItemKind.RATING)))

    @extend_schema_field(OpenApiTypes.STR)
    def by_not_applicable(self, queryset, _name, item):
        return queryset.filter(Exists(Answer.objects.filter(response=OuterRef("pk"), item__key=item.key, not_applicable=True)))

    def by_types(self, queryset, _name, text):
        types = text.split()
        return queryset.filter(customer__types__contains=types, customer__types__contained_by=types)

    def search(self, queryset, _name, text):
        by_customer = Q(customer__name_zh__icontains=text) | Q(customer__name_en__icontains=text)
        return queryset.filter(by_customer | Q(comment__icontains=text))

    def by_comment(self, queryset, _name, wanted):
        return queryset.exclude(comment="") if wanted else queryset.filter(comment="")


class LoopFilter(django_filters.FilterSet):
    change = django_filters.ChoiceFilter(
        choices=[
            ("better", _("Better")),
            ("same", pgettext_lazy("mark", "The same")),
            ("worse", _("Worse")),
            ("silent", _("Not rated again")),
        ],
        method="by_change",
        label=_("Compared with the time before"),
    )
    item = django_filters.ModelChoiceFilter(queryset=rated_questions, to_field_name="key", method="by_item", label=_("Question"))

    class Meta:
        model = LoopResult
        fields = ()

    def by_change(self, queryset, _name, key):
        return queryset.filter(CHANGES[key])

    @extend_schema_field(OpenApiTypes.STR)
    def by_item(self, queryset, _name, item):
        return queryset.filter(item__key=item.key)


class ComplaintFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search by number, subject, company, reporter or bill of lading"))
    state = django_filters.MultipleChoiceFilter(choices=ComplaintState.choices, label=_("State"))
    owner = ColleagueFilter(label=_("Owner"))
    group = django_filters.MultipleChoiceFilter(choices=ServiceGroup.choices, label=_("Service concerned"))
    severity = django_filters.MultipleChoiceFilter(choices=Severity.choices, label=_("Severity"))
    due = django_filters.DateFromToRangeFilter(field_name="due_on", label=_("Answer due between"))
    overdue = django_filters.BooleanFilter(method="by_overdue", label=_("Overdue"))
    customer = django_filters.NumberFilter(field_name="customer", label=_("Customer number in the database"))
    open = django_filters.BooleanFilter(method="by_open", label=_("Not closed yet"))
    waiting = django_filters.BooleanFilter(method="by_waiting", label=_("Waiting for the customer"))
    undelivered = django_filters.BooleanFilter(method="by_mail", label=_("A mail did not arrive"))
    ownerless = django_filters.BooleanFilter(method="by_owner_gone", label=_("Without an owner"))

    class Meta:
        model = Complaint
        fields = ()

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
