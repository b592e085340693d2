"""One set of filters for the page, the export and the API."""

import django_filters
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.enums import (
    CargoClassCode,
    CustomerStatus,
    CustomerType,
    DuplicateReason,
    DuplicateState,
    FollowUpKind,
    FollowUpState,
    KeyRule,
    Tier,
    ValueClass,
)
from customers.models import Channel, Contact, Customer, DuplicateCandidate, FollowUp, Region
from portcrm.accounts.models import Department, User
from portcrm.clock import port_today

YES = ((True, _("Yes")),)


class CustomerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("Search customers"), method="filter_words", help_text=_("Two characters, pinyin, initials, English or a code")
    )
    types = django_filters.MultipleChoiceFilter(label=_("Customer types"), choices=CustomerType.choices, method="filter_types")
    status = django_filters.ChoiceFilter(label=_("Status"), choices=CustomerStatus.choices)
    tier = django_filters.ChoiceFilter(label=_("Service tier"), choices=Tier.choices)
    value_class = django_filters.ChoiceFilter(label=_("Value class"), choices=ValueClass.choices)
    account_manager = django_filters.ModelChoiceFilter(label=_("Account manager"), queryset=User.objects.colleagues())
    department = django_filters.ModelChoiceFilter(label=_("Department"), queryset=Department.objects.all())
    region = django_filters.ModelChoiceFilter(label=_("Region"), queryset=Region.objects.all(), method="filter_region")
    channel = django_filters.ModelChoiceFilter(label=_("Information channel"), queryset=Channel.objects.filter(family="customer"))
    cargo_class = django_filters.ChoiceFilter(label=_("Cargo class"), choices=CargoClassCode.choices, method="filter_cargo_class")
    tonnes = django_filters.RangeFilter(label=_("Tonnes in 12 months"), field_name="tonnes_12m")
    handled = django_filters.DateFromToRangeFilter(label=_("Last handled on"), field_name="last_handled_on")
    opinion = django_filters.RangeFilter(label=_("Last opinion score"), field_name="last_opinion_score")
    mine = django_filters.ChoiceFilter(label=_("Mine"), choices=YES, method="filter_mine")
    key_account = django_filters.ChoiceFilter(label=_("Key account"), choices=YES, method="filter_key_account")
    complaints = django_filters.ChoiceFilter(label=_("With open complaints"), choices=YES, method="filter_complaints")
    overdue = django_filters.ChoiceFilter(label=_("With overdue payments"), choices=YES, method="filter_overdue")
    over_limit = django_filters.ChoiceFilter(label=_("Over the credit limit"), choices=YES, method="filter_over_limit")
    on_hold = django_filters.ChoiceFilter(label=_("On credit hold"), choices=YES, method="filter_on_hold")
    rule = django_filters.ChoiceFilter(label=_("Key-account rule"), choices=KeyRule.choices, method="filter_rule")
    team = django_filters.ModelChoiceFilter(label=_("In the team"), queryset=User.objects.colleagues(), method="filter_team")
    no_manager = django_filters.ChoiceFilter(label=_("In the customer pool"), choices=YES, method="filter_no_manager")
    stale = django_filters.ChoiceFilter(label=_("File not confirmed in time"), choices=YES, method="filter_stale")

    class Meta:
        model = Customer
        fields = ()

    def filter_words(self, rows, _name: str, words: str):
        return rows.search(words)

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

    def filter_stale(self, rows, _name: str, _value):
        return rows.stale(port_today())


class FollowUpFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search follow-ups"), method="filter_words", help_text=_("What is to be done, or a customer"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=FollowUpState.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=FollowUpKind.choices)
    owner = django_filters.ModelChoiceFilter(label=_("Owner"), queryset=User.objects.colleagues())
    due = django_filters.DateFromToRangeFilter(label=_("Due on"), field_name="due_on")
    mine = django_filters.ChoiceFilter(label=_("Mine"), choices=YES, method="filter_mine")
    overdue = django_filters.ChoiceFilter(label=_("Overdue"), choices=YES, method="filter_overdue")

    class Meta:
        model = FollowUp
        fields = ()

    def filter_words(self, rows, _name: str, words: str):
        return rows.filter(Q(title__icontains=words) | Q(customer__in=Customer.objects.search(words)))

    def filter_mine(self, rows, _name: str, _value):
        return rows.owned_by(self.request.user)

    def filter_overdue(self, rows, _name: str, _value):
        return rows.overdue(port_today())


class ContactFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search contacts"), method="filter_words")
    customer = django_filters.ModelChoiceFilter(label=_("Customer"), queryset=Customer.objects.all())
    reachable = django_filters.ChoiceFilter(label=_("May be written to"), choices=YES, method="filter_reachable")

    class Meta:
        model = Contact
        fields = ()

    def filter_words(self, rows, _name: str, words: str):
        return rows.search(words)

    def filter_reachable(self, rows, _name: str, _value):
        return rows.reachable()


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
