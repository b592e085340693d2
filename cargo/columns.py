"""What the lists of the ledger and of the leads show, and how they sort."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.pages.lists import Column, Ordering

SHIPMENT_COLUMNS = (
    Column("handled_on", _("Handled on"), attribute="handled_label", ordering="handled", link=True, shape="nowrap"),
    Column("customer", _("Customer"), template="cargo/_cell_customer.html", value=lambda row: row.customer.label),
    Column("cargo_class", _("Cargo class"), attribute="cargo_class.short"),
    Column("form", _("Cargo form"), attribute="get_form_display", default=False),
    Column("direction", _("Direction"), attribute="get_direction_display"),
    Column("trade_kind", _("Trade"), attribute="get_trade_kind_display", default=False),
    Column("route", _("From – to"), value=lambda row: row.route),
    Column("quantity", _("Quantity"), template="cargo/_cell_quantity.html", numeric=True),
    Column("unit", _("Unit"), attribute="unit.label", default=False),
    Column("lots", _("Lots"), numeric=True, default=False, format="number"),
    Column("tonnes", _("Tonnes"), numeric=True, format="number"),
    Column("teu", "TEU", numeric=True, format="number", value=lambda row: row.teu or None),
    Column("revenue", _("Revenue"), numeric=True, template="cargo/_cell_money.html"),
    Column("cost", _("Cost"), numeric=True, template="cargo/_cell_money.html"),
    Column("document_no", _("Document no."), default=False),
    Column("vessel", _("Vessel name"), default=False),
    Column("voyage", _("Voyage"), default=False),
    Column("bl_no", _("Bill of lading no."), default=False),
    Column("goods", _("Cargo description"), default=False),
)
SHIPMENT_ORDERINGS = (Ordering("handled", _("Handled on"), ("-handled_on", "-pk")),)

LEAD_COLUMNS = (
    Column("number", _("Number"), link=True, shape="nowrap"),
    Column("who", _("Whose cargo"), template="cargo/_cell_who.html"),
    Column("cargo_class", _("Cargo class"), attribute="cargo_class.short"),
    Column("amount", _("Quantity"), template="cargo/_cell_amount.html", numeric=True, value=lambda row: row.quantity),
    Column("direction", _("Direction"), attribute="get_direction_display"),
    Column("route", _("From – to"), value=lambda row: row.route),
    Column("ready_on", _("Ready on"), template="cargo/_cell_day.html"),
    Column("stage", _("Stage"), template="cargo/_cell_stage.html", value=lambda row: row.get_stage_display()),
    Column("next_step", _("Next step"), template="cargo/_cell_next_step.html", ordering="next_step"),
    Column("owner", _("In charge"), attribute="owner.label"),
    Column("channel", _("Information channel"), attribute="channel.label", default=False),
    Column("rival_port", _("Competing port"), attribute="rival_port.label", default=False),
    Column("recorded_at", _("Recorded at"), format="date", ordering="newest", default=False),
)
LEAD_ORDERINGS = (
    Ordering("newest", _("Newest first"), ("-pk",)),
    Ordering("next_step", _("Next step"), ("next_step_on", "pk")),
)

DOCUMENT_COLUMNS = (
    Column("file_name", _("File"), link=True),
    Column("kind", _("Kind of document"), template="cargo/_cell_kind.html", value=lambda row: row.head.get_kind_display()),
    Column("type", _("Message type"), attribute="head.type", default=False),
    Column("number", _("Document no."), attribute="head.number"),
    Column("vessel", _("Vessel and voyage"), value=lambda row: f"{row.head.vessel} {row.head.voyage}".strip()),
    Column("boxes", _("Boxes"), numeric=True, format="number"),
    Column("teu", "TEU", numeric=True, format="number"),
    Column("tonnes", _("Tonnes"), numeric=True, format="number"),
    Column("remark_count", pgettext_lazy("document", "Remarks"), numeric=True, template="cargo/_cell_remarks.html"),
    Column("received_by", _("Taken in by"), attribute="received_by.label", default=False),
    Column("received_at", pgettext_lazy("document", "Taken in at"), format="datetime", ordering="newest", shape="nowrap"),
)
DOCUMENT_ORDERINGS = (Ordering("newest", _("Newest first"), ("-pk",)),)
