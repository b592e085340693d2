"""What the list of the candidates shows, and how it sorts."""

from django.utils.translation import gettext_lazy as _

from portcrm.pages.lists import Column, Ordering

CANDIDATE_COLUMNS = (
    Column("name", _("Company"), link=True),
    Column("state", _("State"), template="cargo/_cell_candidate_state.html", value=lambda row: row.get_state_display()),
    Column("roles", _("Seen as"), value=lambda row: "、".join(row.role_labels)),
    Column("sources", _("Found in"), value=lambda row: "、".join(row.source_labels)),
    Column("classes", _("Cargo class"), value=lambda row: ", ".join(row.classes)),
    Column("tonnes", _("Tonnes"), numeric=True, format="number", value=lambda row: row.tonnes or None, ordering="heaviest"),
    Column("teu", "TEU", numeric=True, format="number", value=lambda row: row.teu or None),
    Column("sighting_count", _("Sightings"), numeric=True, format="number"),
    Column("address", _("Address"), default=False),
    Column("opened_at", _("First seen at"), format="datetime", ordering="newest", shape="nowrap"),
    Column("decided_by", _("Decided by"), attribute="decided_by.label", default=False),
)


CANDIDATE_ORDERINGS = (Ordering("heaviest", _("Heaviest first"), ("-tonnes", "pk")), Ordering("newest", _("Newest first"), ("-pk",)))
