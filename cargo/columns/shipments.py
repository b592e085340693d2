"""What the list of the ledger shows, and how it sorts."""

from django.utils.translation import gettext_lazy as _

from cargo.enums import CostItem, PartyRole
from cargo.queries.roles import with_name_in
from portcrm.pages.lists import Column, Ordering


def role_column(role: PartyRole) -> Column:
    return Column(f"in_role_{role.value}", role.label, default=False, annotate=lambda rows: rows.annotate(**with_name_in(role)))


SHIPMENT_COLUMNS = (
    Column("handled_on", _("Handled on"), attribute="handled_label", ordering="handled", link=True, shape="nowrap"),
    Column("customer", _("Customer"), template="cargo/_cell_customer.html", value=lambda row: row.customer.label),
    Column("cargo_class", _("Cargo class"), attribute="cargo_class.short"),
    Column("form", _("Cargo form"), attribute="form.label", default=False),
    Column("direction", _("Direction"), attribute="get_direction_display"),
    Column("trade_kind", _("Trade"), attribute="trade_kind.label", default=False),
    Column("route", _("From – to"), value=lambda row: row.route),
    Column("quantity", _("Quantity"), template="cargo/_cell_quantity.html", numeric=True),
    Column("unit", _("Unit"), attribute="unit.label", default=False),
    Column("lots", _("Lots"), numeric=True, default=False, format="number"),
    Column("tonnes", _("Tonnes"), numeric=True, format="number"),
    Column("teu", "TEU", numeric=True, format="number", value=lambda row: row.teu or None),
    Column("teu_laden", _("TEU laden"), numeric=True, default=False, format="number"),
    Column("teu_empty", _("TEU empty"), numeric=True, default=False, format="number"),
    Column("revenue", _("Revenue"), numeric=True, template="cargo/_cell_money.html"),
    Column("cost", _("Cost"), numeric=True, template="cargo/_cell_money.html"),
    Column("document_no", _("Document no."), default=False),
    Column("vessel", _("Vessel name"), default=False),
    Column("voyage", _("Voyage"), default=False),
    Column("bl_no", _("Bill of lading no."), default=False),
    Column("goods", _("Cargo description"), default=False),
    *(Column(item.column, item.label, numeric=True, default=False, format="money") for item in CostItem),
    *(role_column(role) for role in PartyRole),
)


SHIPMENT_ORDERINGS = (Ordering("handled", _("Handled on"), ("-handled_on", "-pk")),)
