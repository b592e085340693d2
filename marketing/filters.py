import django_filters as filters
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.models import Unit
from customers.enums import CustomerType
from customers.models import Customer, Region
from marketing.enums import JobState, ValueClass
from marketing.models import RankingQuantity, RankingRow, RankingRun, ValueModel
from portcrm.accounts.choosing import ColleagueFilter
from portcrm.accounts.models import User


def managers(_request=None):
    """People who look after at least one customer."""
    return (
        User.objects.filter(pk__in=Customer.objects.exclude(account_manager=None).values("account_manager"))
        .order_by("-is_active", "name", "pk")
        .only("name", "name_en", "is_active")
    )


def regions(_request=None):
    return Region.objects.order_by("pk").only("name_zh", "name_en")


class OfCustomers(filters.FilterSet):
    """Filters over rows that have a customer."""

    q = filters.CharFilter(method="search", label=_("Search customers"))
    type = filters.ChoiceFilter(label=_("Customer type"), choices=CustomerType.choices, method="of_type")
    manager = ColleagueFilter(label=_("Account manager"), field_name="customer__account_manager", queryset=managers)
    region = filters.ModelChoiceFilter(label=_("Region"), field_name="customer__region", queryset=regions)
    key = filters.BooleanFilter(label=_("Key account"), field_name="customer__is_key_account")

    def search(self, rows, _name, text):
        return rows.filter(customer__in=Customer.objects.search(text))

    def of_type(self, rows, _name, key):
        return rows.filter(customer__types__contains=[key])


class RankingRowFilter(OfCustomers):
    value_class = filters.MultipleChoiceFilter(label=_("Value class"), choices=ValueClass.choices)
    moved = filters.ChoiceFilter(
        label=_("Movement"),
        choices=[
            ("up", pgettext_lazy("movement", "Up")),
            ("down", pgettext_lazy("movement", "Down")),
            ("same", pgettext_lazy("movement", "Unchanged")),
            ("new", pgettext_lazy("movement", "New")),
            ("class", _("Other class than before")),
        ],
        method="by_movement",
    )
    complaints = filters.BooleanFilter(label=_("Open complaints"), method="with_complaints")

    class Meta:
        model = RankingRow
        fields = ("q", "value_class", "type", "manager", "region", "key", "moved", "complaints")

    def by_movement(self, rows, _name, moved):
        if moved == "class":
            return rows.exclude(previous_class="").exclude(previous_class=F("value_class"))
        lookups = {"up": {"movement__gt": 0}, "down": {"movement__lt": 0}, "same": {"movement": 0}, "new": {"movement": None}}
        return rows.filter(**lookups[moved])

    def with_complaints(self, rows, _name, wanted):
        return rows.filter(open_complaints__gt=0) if wanted else rows.filter(open_complaints=0)


class RowOfRunFilter(RankingRowFilter):
    """For programs, which see the rows of all runs in one list."""

    run = filters.NumberFilter(label=_("Ranking run"))

    class Meta(RankingRowFilter.Meta):
        fields = ("run", *RankingRowFilter.Meta.fields)


class RankingQuantityFilter(OfCustomers):
    unit = filters.ModelChoiceFilter(label=_("Unit"), queryset=lambda _request: Unit.objects.all())

    class Meta:
        model = RankingQuantity
        fields = ("q", "unit", "type", "manager", "region", "key")


class RankingRunFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(label=_("State"), choices=JobState.choices)
    model = filters.ModelChoiceFilter(label=_("Value model"), queryset=lambda _request: ValueModel.objects.all())

    class Meta:
        model = RankingRun
        fields = ("state", "model")


class KeyAccountFilter(filters.FilterSet):
    """Narrows the dashboard; the same names as on the ranking list."""

    manager = ColleagueFilter(label=_("Account manager"), field_name="account_manager", queryset=managers)
    region = filters.ModelChoiceFilter(label=_("Region"), queryset=regions)
    type = filters.ChoiceFilter(label=_("Customer type"), choices=CustomerType.choices, method="of_type")

    class Meta:
        model = Customer
        fields = ("manager", "region", "type")

    def of_type(self, customers, _name, key):
        return customers.filter(types__contains=[key])
