"""What the list of sightings shows: who was seen where, with which cargo."""

from django.utils.translation import gettext_lazy as _

from portcrm.pages.lists import Column, Ordering

SIGHTING_COLUMNS = (
    Column("source", _("Where"), template="cargo/_cell_seen_in.html", value=lambda row: row.reference),
    Column("name", _("Company")),
    Column("roles", _("Seen as"), value=lambda row: "、".join(row.role_labels)),
    Column("sailing", _("Vessel and voyage")),
    Column("goods", _("Goods"), shape="roomy"),
    Column("classes", _("Suggested class"), template="cargo/_cell_seen_classes.html", value=lambda row: ", ".join(row.class_codes)),
    Column("tonnes", _("Tonnes"), numeric=True, format="number", value=lambda row: row.tonnes or None),
    Column("teu", "TEU", numeric=True, format="number", value=lambda row: row.teu or None),
    Column("seen_at", _("Seen on"), format="date", ordering="newest"),
    Column("lead", _("Cargo lead"), template="cargo/_cell_seen_lead.html", value=lambda _row: "", shape="nowrap"),
)


SIGHTING_ORDERINGS = (Ordering("newest", _("Newest first"), ("-pk",)),)
