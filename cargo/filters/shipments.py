"""Filters of the ledger, the same for pages, exports and the API."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from cargo.enums import Direction, PartyRole
from cargo.filters.shared import DayRangeFilter, RecordFilter, all_ports, visible_customers
from cargo.models import CargoClass, CargoForm, Shipment, TradeKind, Unit
from customers.models import Channel
from portcrm.accounts.choosing import ColleagueFilter


class ShipmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="by_document", label=_("Document no."), help_text=_("Document number, vessel or bill of lading, exactly")
    )
    voyage = django_filters.CharFilter(label=_("Voyage"), help_text=_("Exactly, beside the name of the vessel"))
    customer = RecordFilter(queryset=visible_customers, source="customers", label=_("Customer"))
    channel = django_filters.ModelChoiceFilter(
        field_name="customer__channel", queryset=Channel.objects.all(), null_label=_("No channel"), label=_("Information channel")
    )
    party = RecordFilter(
        queryset=visible_customers,
        source="customers",
        method="with_party",
        label=_("Customer in a role"),
        help_text=_("Besides whoever the row is booked to; in which role is a filter of its own"),
    )
    role = django_filters.ChoiceFilter(choices=PartyRole.choices, method="with_role", label=_("Role on the flow"))
    cargo_class = django_filters.ModelMultipleChoiceFilter(queryset=CargoClass.objects.all(), label=_("Cargo class"))
    form = django_filters.ModelChoiceFilter(queryset=CargoForm.objects.all(), label=_("Cargo form"))
    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("Direction"))
    trade_kind = django_filters.ModelChoiceFilter(queryset=TradeKind.objects.all(), label=_("Trade"))
    handled_on = DayRangeFilter(label=_("Handled on"))
    port = RecordFilter(queryset=all_ports, source="ports", method="through_port", label=_("Port"))
    origin = RecordFilter(queryset=all_ports, source="ports", label=_("Port of loading"))
    destination = RecordFilter(queryset=all_ports, source="ports", label=_("Port of discharge"))
    transshipment = django_filters.BooleanFilter(label=_("Transshipment"))
    unit = django_filters.ModelChoiceFilter(queryset=Unit.objects.all(), label=_("Unit"))
    without = django_filters.ChoiceFilter(
        method="without_money", choices=[("revenue", _("Revenue")), ("cost", _("Cost"))], label=_("No data on")
    )
    boxes = django_filters.ChoiceFilter(
        method="of_boxes",
        choices=[("laden", _("Laden")), ("empty", _("Empty")), ("unknown", _("Not said which are laden"))],
        label=_("Laden or empty"),
    )
    corrections = django_filters.BooleanFilter(field_name="corrects", lookup_expr="isnull", exclude=True, label=_("Corrections only"))
    account_manager = ColleagueFilter(field_name="customer__account_manager", label=_("Account manager"))
    import_run = django_filters.NumberFilter(field_name="import_run_id", label=_("Import no."))

    class Meta:
        model = Shipment
        fields: tuple[str, ...] = ()

    def by_document(self, rows, _name, text):
        text = text.strip()
        if not text:
            return rows
        return rows.of_document(text) | rows.filter(Q(vessel=text) | Q(bl_no=text))

    @extend_schema_field(OpenApiTypes.INT)
    def through_port(self, rows, _name, port):
        return rows.through_port(port) if port else rows

    @extend_schema_field(OpenApiTypes.INT)
    def with_party(self, rows, _name, customer):
        return rows.with_party(customer, self.form.cleaned_data.get("role") or "") if customer else rows

    def with_role(self, rows, _name, role):
        return rows if self.form.cleaned_data.get("party") else rows.with_role(role)

    def of_boxes(self, rows, _name, which):
        if which == "unknown":
            return rows.filter(teu_laden=None).exclude(teu=0)
        return rows.filter(**{f"teu_{which}__isnull": False}).exclude(**{f"teu_{which}": 0})

    def without_money(self, rows, _name, which):
        return rows.filter(**{f"{which}__isnull": True}, is_reversal=False)
