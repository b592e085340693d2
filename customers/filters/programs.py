"""What programs narrow lists by beside the filters of the pages: one customer, whose page shows such rows by itself."""

import django_filters
from django.utils.translation import gettext_lazy as _

from customers.enums import ServiceItem
from customers.filters.customers import YES
from customers.filters.terms import ContractFilter
from customers.filters.work import FollowUpFilter, InteractionFilter, VisitFilter
from customers.models import BusinessAssessment, Customer, DepartmentView, PriceTerm
from customers.models.cargo_class import all_class_choices
from portcrm.accounts.models import Department


def seen_customers(request):
    """Those the asker may see; without a request, when the API describes itself, none."""
    return Customer.objects.visible_to(request.user) if request else Customer.objects.none()


class OfOneCustomer(django_filters.FilterSet):
    customer = django_filters.ModelChoiceFilter(label=_("Customer"), queryset=seen_customers)


class CustomerInteractionFilter(OfOneCustomer, InteractionFilter):
    class Meta(InteractionFilter.Meta):
        pass


class CustomerFollowUpFilter(OfOneCustomer, FollowUpFilter):
    class Meta(FollowUpFilter.Meta):
        pass


class CustomerVisitFilter(OfOneCustomer, VisitFilter):
    class Meta(VisitFilter.Meta):
        pass


class CustomerContractFilter(OfOneCustomer, ContractFilter):
    class Meta(ContractFilter.Meta):
        pass


class PriceFilter(OfOneCustomer):
    service = django_filters.ChoiceFilter(label=_("Service item"), choices=ServiceItem.choices)
    cargo_class = django_filters.ChoiceFilter(label=_("Cargo class"), choices=all_class_choices)
    on = django_filters.DateFilter(label=_("In force on"), method="filter_on")

    class Meta:
        model = PriceTerm
        fields = ()

    def filter_on(self, rows, _name: str, day):
        return rows.good_on(day)


class AssessmentFilter(OfOneCustomer):
    assessed = django_filters.DateFromToRangeFilter(label=_("Assessed on"), field_name="assessed_on")
    latest = django_filters.ChoiceFilter(label=_("The latest of each customer"), choices=YES, method="filter_latest")

    class Meta:
        model = BusinessAssessment
        fields = ()

    def filter_latest(self, rows, _name: str, _value):
        return rows.latest_of_customers()


class DepartmentViewFilter(OfOneCustomer):
    department = django_filters.ModelChoiceFilter(label=_("Department"), queryset=Department.objects.all())
    viewed = django_filters.DateFromToRangeFilter(label=_("As seen on"), field_name="viewed_on")

    class Meta:
        model = DepartmentView
        fields = ()
