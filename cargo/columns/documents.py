"""What the list of documents received shows, and how it sorts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.pages.lists import Column, Ordering

DOCUMENT_COLUMNS = (
    Column("file_name", _("File"), link=True),
    Column("kind", _("Kind of document"), template="cargo/_cell_kind.html", value=lambda row: row.head.get_kind_display()),
    Column("type", _("Message type"), attribute="head.type", default=False),
    Column("number", _("Document no."), attribute="head.number"),
    Column("vessel", _("Vessel and voyage"), value=lambda row: f"{row.head.vessel} {row.head.voyage}".strip()),
    Column("boxes", _("Boxes"), numeric=True, format="number", value=lambda row: row.boxes if row.is_read else None),
    Column("teu", "TEU", numeric=True, format="number", value=lambda row: row.teu if row.is_read else None),
    Column("tonnes", _("Tonnes"), numeric=True, format="number", value=lambda row: row.tonnes if row.is_read else None),
    Column("remark_count", pgettext_lazy("document", "Remarks"), numeric=True, template="cargo/_cell_remarks.html"),
    Column("received_by", _("Taken in by"), attribute="received_by.label", default=False),
    Column("received_at", pgettext_lazy("document", "Taken in at"), format="datetime", ordering="newest", shape="nowrap"),
)


DOCUMENT_ORDERINGS = (Ordering("newest", _("Newest first"), ("-pk",)),)
