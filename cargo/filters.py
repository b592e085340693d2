"""Filters of the ledger and of the leads, the same for pages, exports and the API."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from cargo.document_words import KINDS
from cargo.documents.edifact.messages import READERS
from cargo.enums import CargoForm, Direction, LeadStage, TradeKind
from cargo.models import CargoClass, CargoDocument, Lead, Port, Shipment, Unit
from customers.models import Channel, Customer
from portcrm.clock import port_today
from portcrm.pages.widgets import RecordSelect


class RecordChoice(django_filters.fields.ModelChoiceField):
    """Writes only the chosen record into the page; the browser asks `source` for others while somebody types."""

    def __init__(self, *args, source: str, **options):
        super().__init__(*args, widget=RecordSelect(source=source), **options)


class RecordFilter(django_filters.ModelChoiceFilter):
    """One record out of very many; `queryset(request)` says which this person may choose."""

    field_class = RecordChoice


def visible_customers(request):
    return Customer.objects.visible_to(request.user) if request else Customer.objects.none()


def all_ports(request):
    return Port.objects.all()


class DayRangeFilter(django_filters.DateFromToRangeFilter):
    """From a day to a day, both included; the browser offers a calendar for each."""


class ShipmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="by_document", label=_("Document no."), help_text=_("Document number, vessel or bill of lading, exactly")
    )
    customer = RecordFilter(queryset=visible_customers, source="customers", label=_("Customer"))
    cargo_class = django_filters.ModelMultipleChoiceFilter(queryset=CargoClass.objects.all(), label=_("Cargo class"))
    form = django_filters.ChoiceFilter(choices=CargoForm.choices, label=_("Cargo form"))
    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("Direction"))
    trade_kind = django_filters.ChoiceFilter(choices=TradeKind.choices, label=_("Trade"))
    handled_on = DayRangeFilter(label=_("Handled on"))
    port = RecordFilter(queryset=all_ports, source="ports", method="through_port", label=_("Port"))
    unit = django_filters.ModelChoiceFilter(queryset=Unit.objects.all(), label=_("Unit"))
    without = django_filters.ChoiceFilter(
        method="without_money", choices=[("revenue", _("Revenue")), ("cost", _("Cost"))], label=_("No data on")
    )
    corrections = django_filters.BooleanFilter(field_name="corrects", lookup_expr="isnull", exclude=True, label=_("Corrections only"))
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

    def without_money(self, rows, _name, which):
        return rows.filter(**{f"{which}__isnull": True}, is_reversal=False)


class LeadFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label=_("Search"), help_text=_("Company, goods, number"))
    stage = django_filters.MultipleChoiceFilter(choices=LeadStage.choices, label=_("Stage"))
    state = django_filters.ChoiceFilter(method="by_state", choices=[("open", _("Open")), ("due", _("Next step due"))], label=_("State"))
    customer = RecordFilter(queryset=visible_customers, source="customers", label=_("Customer"))
    channel = django_filters.ModelChoiceFilter(queryset=Channel.objects.filter(family="cargo"), label=_("Information channel"))
    cargo_class = django_filters.ModelMultipleChoiceFilter(queryset=CargoClass.objects.all(), label=_("Cargo class"))
    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("Direction"))
    owner = django_filters.ChoiceFilter(method="by_owner", choices=[("me", _("Me")), ("nobody", _("Nobody yet"))], label=_("In charge"))
    ready_on = DayRangeFilter(label=_("Ready on"))

    class Meta:
        model = Lead
        fields: tuple[str, ...] = ()

    def by_words(self, leads, _name, text):
        return leads.search(text)

    def by_state(self, leads, _name, state):
        return leads.open() if state == "open" else leads.due(port_today())

    def by_owner(self, leads, _name, who):
        return leads.filter(owner=self.request.user if who == "me" else None)


class DocumentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label=_("Search"), help_text=_("Vessel, voyage, document number, file name"))
    kind = django_filters.ChoiceFilter(
        method="by_kind", choices=[(kind.value, label) for kind, label in KINDS.items()], label=_("Kind of document")
    )
    type = django_filters.ChoiceFilter(method="by_type", choices=[(name, name) for name in sorted(READERS)], label=_("Message type"))
    remarks = django_filters.BooleanFilter(method="by_remarks", label=_("With remarks"))

    class Meta:
        model = CargoDocument
        fields: tuple[str, ...] = ()

    def by_words(self, documents, _name, text):
        return documents.search(text)

    def by_kind(self, documents, _name, kind):
        return documents.of_kind(kind)

    def by_type(self, documents, _name, message_type):
        return documents.of_type(message_type)

    def by_remarks(self, documents, _name, wanted):
        return documents.filter(remark_count__gt=0) if wanted else documents.filter(remark_count=0)
