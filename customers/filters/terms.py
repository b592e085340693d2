"""What contracts, receivables and credit ratings are narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from customers.enums import (
    ContractKind,
    ContractState,
)
from customers.filters.customers import YES, GradeFilter
from customers.models import (
    Contract,
    CreditGrade,
    CreditRating,
    CreditScheme,
    Customer,
    ReceivablesBalance,
)
from portcrm.accounts.choosing import ColleagueFilter
from portcrm.clock import port_today


class OfCustomers(django_filters.FilterSet):
    """What lists of things of customers are narrowed by."""

    q = django_filters.CharFilter(label=_("Search customers"), method="filter_words")
    account_manager = ColleagueFilter(label=_("Account manager"), field_name="customer__account_manager")
    mine = django_filters.ChoiceFilter(label=_("Mine"), choices=YES, method="filter_mine")

    def filter_words(self, rows, _name: str, words: str):
        return rows.filter(customer__in=Customer.objects.search(words))

    def filter_mine(self, rows, _name: str, _value):
        return rows.filter(customer__account_manager=self.request.user)


class ContractFilter(OfCustomers):
    q = django_filters.CharFilter(label=_("Search contracts"), method="filter_words", help_text=_("Number, title or a customer"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=ContractState.choices, method="filter_state")
    kind = django_filters.ChoiceFilter(label=_("Kind of contract"), choices=ContractKind.choices)
    ending = django_filters.NumberFilter(label=_("To be decided within (days)"), min_value=0, max_value=3650, method="filter_ending")
    until = django_filters.DateFromToRangeFilter(label=_("Valid until"), field_name="valid_until")
    renews = django_filters.ChoiceFilter(label=_("Renews by itself"), choices=YES)

    class Meta:
        model = Contract
        fields = ()

    def filter_words(self, rows, _name: str, words: str):
        return rows.search(words)

    def filter_state(self, rows, _name: str, state: str):
        return rows.in_state(state, port_today())

    def filter_ending(self, rows, _name: str, days):
        return rows.ending(port_today(), int(days))


class BalanceFilter(OfCustomers):
    owing = django_filters.ChoiceFilter(label=_("With open invoices"), choices=YES, method="filter_owing")
    overdue = django_filters.ChoiceFilter(label=_("Overdue"), choices=YES, method="filter_overdue")
    over_limit = django_filters.ChoiceFilter(label=_("Over the credit limit"), choices=YES, method="filter_over_limit")
    late = django_filters.ChoiceFilter(label=_("More than 90 days late"), choices=YES, method="filter_late")
    owed = django_filters.RangeFilter(label=_("Owed"), field_name="open_total")

    class Meta:
        model = ReceivablesBalance
        fields = ()

    def filter_owing(self, rows, _name: str, _value):
        return rows.owing()

    def filter_overdue(self, rows, _name: str, _value):
        return rows.overdue()

    def filter_over_limit(self, rows, _name: str, _value):
        return rows.over_limit()

    def filter_late(self, rows, _name: str, _value):
        return rows.filter(days_over_90__gt=0)


class RatingFilter(OfCustomers):
    scheme = django_filters.ModelChoiceFilter(label=_("Scheme"), queryset=CreditScheme.objects.all(), field_name="grade__scheme")
    grade = GradeFilter(label=_("Credit grade at least"), queryset=CreditGrade.objects.select_related("scheme"), method="filter_grade")
    review = django_filters.DateFromToRangeFilter(label=_("Next review on"), field_name="next_review_on")

    class Meta:
        model = CreditRating
        fields = ()

    def filter_grade(self, rows, _name: str, grade: CreditGrade):
        return rows.at_least(grade)
