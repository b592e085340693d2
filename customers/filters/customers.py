"""What the list of customers is narrowed by."""

import django_filters
from django.db.models import F, Q
from django.db.models.lookups import GreaterThan, LessThan
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from customers.enums import (
    PERSONS,
    CustomerStatus,
    CustomerType,
    DuplicateReason,
    DuplicateState,
    FilledIn,
    KeyRule,
    Part,
    Tier,
    ValueClass,
)
from customers.filters.ordered import DaysByOrder, RangeByOrder
from customers.filters.parts import AssessmentFilters, BasicsFilters, TraitsFilters, TransactionFilters
from customers.forms.dated import GradeField
from customers.models import (
    Channel,
    CreditGrade,
    CreditRating,
    Customer,
    DuplicateCandidate,
    Merge,
    Region,
    Tag,
)
from customers.models.cargo_class import all_class_choices
from customers.naming.searching import Search
from portcrm.accounts.choosing import ColleagueFilter
from portcrm.accounts.models import Department, User
from portcrm.clock import port_today
from portcrm.exchange.models import ImportChange, ImportRun

YES = ((True, _("Yes")),)
ANY_PART = "True"
LATE = ((ANY_PART, _("Any part of it")), *Part.choices, (PERSONS, _("Persons in charge")))


class GradeFilter(django_filters.ModelChoiceFilter):
    """Grades under the name of their scheme."""

    field_class = GradeField


class CustomerFilter(BasicsFilters, TraitsFilters, AssessmentFilters, TransactionFilters):
    q = django_filters.CharFilter(
        label=_("Search customers"), method="filter_words", help_text=_("Name, pinyin, code, telephone, contact or e-mail")
    )
    types = django_filters.MultipleChoiceFilter(label=_("Customer types"), choices=CustomerType.choices, method="filter_types")
    status = django_filters.ChoiceFilter(label=_("Status"), choices=CustomerStatus.choices)
    tier = django_filters.ChoiceFilter(label=_("Service tier"), choices=Tier.choices)
    value_class = django_filters.ChoiceFilter(label=_("Value class"), choices=ValueClass.choices)
    account_manager = ColleagueFilter(label=_("Account manager"))
    department = django_filters.ModelChoiceFilter(label=_("Department"), queryset=Department.objects.all())
    region = django_filters.ModelChoiceFilter(label=_("Region"), queryset=Region.objects.all(), method="filter_region")
    channel = django_filters.ModelChoiceFilter(label=_("Information channel"), queryset=Channel.objects.all())
    cargo_class = django_filters.ChoiceFilter(
        label=_("Cargo class"), choices=all_class_choices, field_name="traits__cargo_classes", method="filter_cargo_class"
    )
    tonnes = django_filters.RangeFilter(label=_("Tonnes in 12 months"), field_name="tonnes_12m")
    handled = DaysByOrder(label=_("Last handled on"), field_name="last_handled_on", order="handled_order")
    opinion = RangeByOrder(label=_("Last opinion score"), field_name="last_opinion_score", order="opinion_order", known=GreaterThan)
    mine = django_filters.ChoiceFilter(label=_("Mine"), choices=YES, method="filter_mine")
    key_account = django_filters.ChoiceFilter(label=_("Key account"), choices=YES, field_name="is_key_account", method="filter_key_account")
    complaints = django_filters.ChoiceFilter(
        label=_("With open complaints"), choices=YES, field_name="open_complaints", method="filter_complaints"
    )
    overdue = django_filters.ChoiceFilter(label=_("With overdue payments"), choices=YES, method="filter_overdue")
    overdue_typed = django_filters.ChoiceFilter(label=_("Overdue figure typed by hand"), choices=YES, method="filter_overdue_typed")
    over_limit = django_filters.ChoiceFilter(label=_("Over the credit limit"), choices=YES, method="filter_over_limit")
    on_hold = django_filters.ChoiceFilter(label=_("On credit hold"), choices=YES, method="filter_on_hold")
    rule = django_filters.ChoiceFilter(label=_("Key-account rule"), choices=KeyRule.choices, method="filter_rule")
    team = ColleagueFilter(label=_("In the team"), method="filter_team")
    no_manager = django_filters.ChoiceFilter(label=_("In the customer pool"), choices=YES, method="filter_no_manager")
    stale = django_filters.ChoiceFilter(label=_("File not confirmed in time"), choices=LATE, method="filter_stale")
    grade = GradeFilter(label=_("Credit grade at least"), queryset=CreditGrade.objects.select_related("scheme"), method="filter_grade")

    tags = django_filters.ModelMultipleChoiceFilter(
        label=_("Tags"), queryset=Tag.objects.all(), method="filter_tags", widget=CheckboxSelectMultiple
    )
    value_rank = RangeByOrder(label=_("Value rank"), field_name="value_rank", order="rank_order", known=LessThan)
    value_score = django_filters.RangeFilter(label=_("Value score"))
    ranked = django_filters.DateFromToRangeFilter(label=_("Ranked as of"), field_name="value_as_of")
    teu = django_filters.RangeFilter(label=_("TEU in 12 months"), field_name="teu_12m")
    revenue = RangeByOrder(label=_("Revenue in 12 months"), field_name="revenue_12m", order="revenue_order")
    opinion_on = django_filters.DateFromToRangeFilter(label=_("Last opinion on"), field_name="last_opinion_on")
    contacted = django_filters.DateFromToRangeFilter(label=_("Last contact on"), field_name="last_contact_on")
    imported = django_filters.NumberFilter(label=_("Import no."), method="filter_imported", help_text=_("As in the address of the import"))
    created = django_filters.DateFromToRangeFilter(label=_("Created at"), field_name="created_at")
    has = django_filters.MultipleChoiceFilter(label=_("Has"), choices=FilledIn.choices, method="filter_has")
    lacks = django_filters.MultipleChoiceFilter(label=_("Has no"), choices=FilledIn.choices, method="filter_lacks")

    groups = (
        (
            _("Care and classification"),
            ("mine", "account_manager", "team", "department", "no_manager", "status", "tier", "key_account", "rule", "tags"),
        ),
        (
            _("Firm"),
            (
                *("types", "region", "legal_form", "registration_type", "operation_modes", "founded", "capital", "assets", "net_assets"),
                *("assets_as_of", "licence", "licence_no", "organisation_code", "parent", "bank", "bank_account"),
            ),
        ),
        (
            _("Texts of the file"),
            (
                *("address", "postal_code", "representative", "scope", "hinterland", "service_area", "website", "wechat", "note"),
                *("scale_note", "profitability_note", "relation_note", "cooperation_note"),
            ),
        ),
        (
            _("Market and service"),
            (
                *("cargo_class", "lanes", "sales", "sales_note", "potential", "outlook", "characteristics", "activity", "activity_note"),
                "digital",
            ),
        ),
        (
            Part.BUSINESS.label,
            (
                *("assessed", "scale", "annual_sales", "employees", "annual_tonnes", "annual_teu", "profitability", "profit_margin"),
                *("relation", "relation_since", "share_of_wallet", "rival_ports", "cooperation"),
            ),
        ),
        (_("Cargo and value"), ("tonnes", "teu", "revenue", "handled", "value_class", "value_rank", "value_score", "ranked")),
        (
            _("Terms and credit"),
            (
                *("payment_days", "payment_terms", "rates", "free_storage", "other_terms", "grade", "credit_limit", "exposure"),
                *("credit_as_of", "overdue_amount", "overdue_days", "overdue", "overdue_typed", "over_limit", "on_hold"),
            ),
        ),
        (_("Opinions and contact"), ("opinion", "opinion_on", "complaints", "contacted")),
        (
            _("State of the file"),
            ("has", "lacks", "stale", "verified", "verified_by", "recorded", "recorded_by", "created", "imported", "channel", "source"),
        ),
    )

    class Meta:
        model = Customer
        fields = ()

    def filter_words(self, rows, _name: str, words: str):
        search = Search(rows, getattr(self.request, "user", None))
        found = search.find(words)
        self.parts, self.by_index, self.told = search.parts, lambda: search.by_index, search.told
        self.surely, self.exactly, self.few, self.common = search.surely, search.exactly, search.few, search.common
        self.known = search.known
        return found

    def filter_imported(self, rows, _name: str, number):
        runs = ImportRun.objects.visible_to(self.request.user).filter(pk=number)
        return rows.filter(pk__in=ImportChange.objects.filter(run__in=runs).values("target"))

    def filter_types(self, rows, _name: str, types: list[str]):
        return rows.filter(types__overlap=types) if types else rows

    def filter_region(self, rows, _name: str, region: Region):
        return rows.filter(Q(region=region) | Q(region__parent=region))

    def filter_cargo_class(self, rows, _name: str, code: str):
        return rows.filter(traits__cargo_classes__contains=[code])

    def filter_mine(self, rows, _name: str, _value):
        return rows.managed_by(self.request.user)

    def filter_key_account(self, rows, _name: str, _value):
        return rows.key_accounts()

    def filter_complaints(self, rows, _name: str, _value):
        return rows.filter(open_complaints__gt=0)

    def filter_overdue(self, rows, _name: str, _value):
        return rows.filter(transactions__overdue_amount__gt=0)

    def filter_overdue_typed(self, rows, _name: str, _value):
        return rows.filter(transactions__overdue_amount__gt=0, receivables_balance=None)

    def filter_over_limit(self, rows, _name: str, _value):
        return rows.filter(transactions__credit_exposure__gt=F("transactions__credit_limit"))

    def filter_on_hold(self, rows, _name: str, _value):
        return rows.on_hold()

    def filter_rule(self, rows, _name: str, value: str):
        return rows.departing_from_rule(value)

    def filter_team(self, rows, _name: str, user: User):
        return rows.served_by(user)

    def filter_no_manager(self, rows, _name: str, _value):
        return rows.in_pool()

    def filter_stale(self, rows, _name: str, part: str):
        return rows.late("" if part == ANY_PART else part, on=port_today(), reader=getattr(self.request, "user", None))

    @extend_schema_field(OpenApiTypes.INT)
    def filter_tags(self, rows, _name: str, tags):
        return rows.tagged(tags) if tags else rows

    def filter_has(self, rows, _name: str, things: list[str]):
        return rows.having(things, reader=getattr(self.request, "user", None))

    def filter_lacks(self, rows, _name: str, things: list[str]):
        return rows.lacking(things, reader=getattr(self.request, "user", None))

    @extend_schema_field(OpenApiTypes.INT)
    def filter_grade(self, rows, _name: str, grade: CreditGrade):
        return rows.filter(pk__in=CreditRating.objects.latest_of_schemes().at_least(grade).values("customer"))


class DuplicateFilter(django_filters.FilterSet):
    """The worklist; pairs that are decided come only when they are asked for."""

    q = django_filters.CharFilter(label=_("Search customers"), method="filter_words")
    state = django_filters.ChoiceFilter(label=_("State"), choices=DuplicateState.choices)
    reason = django_filters.ChoiceFilter(label=_("Reasons"), choices=DuplicateReason.choices, method="filter_reason")
    least = django_filters.NumberFilter(label=_("Likeness at least"), field_name="score", lookup_expr="gte")

    class Meta:
        model = DuplicateCandidate
        fields = ()

    def filter_queryset(self, queryset):
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.filter(state=DuplicateState.OPEN)

    def filter_words(self, rows, _name: str, words: str):
        found = Customer.objects.search(words)
        return rows.filter(Q(first__in=found) | Q(second__in=found))

    def filter_reason(self, rows, _name: str, reason: str):
        return rows.filter(reasons__contains=[reason])


class MergeFilter(django_filters.FilterSet):
    """All merges, undone or not."""

    STATES = (("in_force", _("In force")), ("undone", _("Undone")), ("undecided", _("With open decisions")))
    q = django_filters.CharFilter(label=_("Search customers"), method="filter_words", help_text=_("Either of the two files"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="filter_state")
    merged_by = ColleagueFilter(label=_("Merged by"))

    class Meta:
        model = Merge
        fields = ()

    def filter_words(self, rows, _name: str, words: str):
        found = Customer.every.search(words)
        return rows.filter(Q(kept__in=found) | Q(other__in=found))

    def filter_state(self, rows, _name: str, state: str):
        if state == "undecided":
            return rows.filter(open_decisions__gt=0)
        return rows.in_force() if state == "in_force" else rows.exclude(undone_at=None)
