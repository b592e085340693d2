"""What the list of customers is narrowed by out of the parts of a file; its classification and care stand in customers.py."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.enums import DigitalLevel, LegalForm, Level, OperationMode
from customers.filters.ordered import DaysByOrder
from customers.models import BusinessAssessment, Customer, RegistrationType
from portcrm.accounts.choosing import ColleagueFilter

ASSESSED = "assessments__"  # the latest assessment of a customer answers for its business status


def words_in(field: str, label) -> django_filters.CharFilter:
    return django_filters.CharFilter(label=label, field_name=field, lookup_expr="icontains")


def level_of(field: str, label) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(label=label, choices=Level.choices, field_name=field, distinct=False)


def _assessed(kind: type[django_filters.Filter], field: str, label, **options) -> django_filters.Filter:
    return kind(label=label, field_name=f"{ASSESSED}{field}", method="filter_assessed", **options)


class BasicsFilters(django_filters.FilterSet):
    legal_form = django_filters.MultipleChoiceFilter(label=_("Legal form"), choices=LegalForm.choices, distinct=False)
    registration_type = django_filters.ModelChoiceFilter(label=_("Registration type"), queryset=RegistrationType.objects.all())
    operation_modes = django_filters.MultipleChoiceFilter(
        label=_("Mode of operation"), choices=OperationMode.choices, field_name="operation_modes", method="filter_any_of"
    )
    founded = django_filters.DateFromToRangeFilter(label=_("Founding date"), field_name="founded_on")
    capital = django_filters.RangeFilter(label=_("Registered capital"), field_name="registered_capital")
    assets = django_filters.RangeFilter(label=_("Total assets"), field_name="total_assets")
    net_assets = django_filters.RangeFilter(label=_("Net assets"))
    assets_as_of = django_filters.DateFromToRangeFilter(label=_("Asset figures as of"))
    licence_no = words_in("licence_no", _("Business licence number"))
    licence = django_filters.DateFromToRangeFilter(label=_("Licence valid until"), field_name="licence_valid_until")
    organisation_code = words_in("organisation_code", _("Organisation code"))
    bank = words_in("bank_name", _("Bank"))
    bank_account = words_in("bank_account", _("Bank account"))
    parent = django_filters.CharFilter(label=_("Parent company"), method="filter_parent")
    representative = words_in("legal_representative", _("Legal representative"))
    scope = words_in("business_scope", _("Business scope"))
    address = django_filters.CharFilter(label=_("Address"), method="filter_address")
    postal_code = django_filters.CharFilter(label=_("Postal code"), lookup_expr="startswith")
    website = words_in("website", _("Website"))
    wechat = words_in("wechat", _("WeChat"))
    note = words_in("note", _("Remarks"))
    hinterland = words_in("hinterland", _("Hinterland"))
    source = words_in("source_reference", _("Source reference"))
    recorded = django_filters.DateFromToRangeFilter(label=_("Recorded on"), field_name="recorded_on")
    recorded_by = ColleagueFilter(label=_("Recorded by"))
    verified = DaysByOrder(label=_("Verified on"), field_name="verified_on", order="verified_order")
    verified_by = ColleagueFilter(label=_("Verified by"))

    def filter_any_of(self, rows, name: str, values: list[str]):
        return rows.filter(**{f"{name}__overlap": values}) if values else rows

    def filter_address(self, rows, _name: str, words: str):
        return rows.filter(Q(address_zh__icontains=words) | Q(address_en__icontains=words))

    def filter_parent(self, rows, _name: str, words: str):
        firms = Customer.objects.visible_to(self.request.user).search(words)
        return rows.filter(parent__in=firms.order_by().values("pk"))


class TraitsFilters(django_filters.FilterSet):
    service_area = words_in("traits__service_area", _("Service area"))
    sales = level_of("traits__sales_capability", _("Sales capability"))
    sales_note = words_in("traits__sales_capability_note", _("Sales capability in words"))
    potential = level_of("traits__development_potential", _("Development potential"))
    outlook = words_in("traits__outlook", _("Development outlook"))
    characteristics = words_in("traits__operating_characteristics", _("Operating characteristics"))
    lanes = words_in("traits__lanes", _("Trade lanes"))
    digital = django_filters.MultipleChoiceFilter(
        label=_("Digital service level"), choices=DigitalLevel.choices, field_name="traits__digital_levels", method="filter_any_of"
    )


class AssessmentFilters(django_filters.FilterSet):
    assessed = _assessed(django_filters.DateFromToRangeFilter, "assessed_on", _("Assessed on"))
    scale = _assessed(django_filters.MultipleChoiceFilter, "scale", _("Business scale"), choices=Level.choices)
    scale_note = _assessed(django_filters.CharFilter, "scale_note", _("Business scale in words"))
    annual_sales = _assessed(django_filters.RangeFilter, "annual_sales", _("Annual sales"))
    employees = _assessed(django_filters.RangeFilter, "employees", _("Employees"))
    annual_tonnes = _assessed(django_filters.RangeFilter, "annual_tonnes", _("Cargo per year (tonnes)"))
    annual_teu = _assessed(django_filters.RangeFilter, "annual_teu", _("Containers per year (TEU)"))
    profitability = _assessed(django_filters.MultipleChoiceFilter, "profitability", _("Profitability"), choices=Level.choices)
    profitability_note = _assessed(django_filters.CharFilter, "profitability_note", _("Profitability in words"))
    profit_margin = _assessed(django_filters.RangeFilter, "profit_margin", _("Profit margin (%)"))
    relation = _assessed(django_filters.MultipleChoiceFilter, "relation", _("Business relation"), choices=Level.choices)
    relation_note = _assessed(django_filters.CharFilter, "relation_note", _("Business relation in words"))
    relation_since = _assessed(django_filters.DateFromToRangeFilter, "relation_since", _("Business relation since"))
    share_of_wallet = _assessed(django_filters.RangeFilter, "share_of_wallet", _("Our share of its cargo (%)"))
    rival_ports = _assessed(django_filters.CharFilter, "rival_ports", _("Rival ports"))
    cooperation = _assessed(django_filters.MultipleChoiceFilter, "cooperation", _("Cooperation attitude"), choices=Level.choices)
    cooperation_note = _assessed(django_filters.CharFilter, "cooperation_note", _("Cooperation attitude in words"))

    def filter_assessed(self, rows, name: str, value):
        found = BusinessAssessment.objects.latest_of_customers().saying(name.removeprefix(ASSESSED), value)
        return rows.filter(pk__in=found.order_by().values("customer"))


class TransactionFilters(django_filters.FilterSet):
    activity = level_of("transactions__sales_activity_level", _("Sales activity level"))
    activity_note = words_in("transactions__sales_activity", _("Sales activity"))
    payment_days = django_filters.RangeFilter(label=_("Payment term (days)"), field_name="transactions__payment_days")
    payment_terms = words_in("transactions__payment_terms", _("Way of payment"))
    rates = words_in("transactions__rate_terms", _("Rates"))
    free_storage = django_filters.RangeFilter(label=_("Free storage (days)"), field_name="transactions__free_storage_days")
    other_terms = words_in("transactions__other_terms", _("Other terms of trade"))
    credit_limit = django_filters.RangeFilter(label=_("Credit limit"), field_name="transactions__credit_limit")
    exposure = django_filters.RangeFilter(label=_("Credit exposure"), field_name="transactions__credit_exposure")
    overdue_amount = django_filters.RangeFilter(label=_("Overdue amount"), field_name="transactions__overdue_amount")
    overdue_days = django_filters.RangeFilter(label=_("Days overdue"), field_name="transactions__overdue_days")
    credit_as_of = django_filters.DateFromToRangeFilter(label=_("Credit figures as of"), field_name="transactions__credit_as_of")
