"""What the list of flows shows, and how it sorts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.pages.lists import Column, Ordering

FLOW_COLUMNS = (
    Column("goods", _("Cargo description"), link=True),
    Column("route", _("From – to"), value=lambda row: row.route),
    Column("quantity", _("Quantity"), template="cargo/_cell_flow_quantity.html", numeric=True),
    Column("period", pgettext_lazy("cargo flow", "Period")),
    Column("told_by_name", _("Told by")),
    Column("company", _("Trading firm")),
    Column("state", _("State"), attribute="get_state_display"),
    Column("asked", _("Who is asked"), default=False),
    Column("outcome", _("What came of it"), default=False),
    Column("note", _("Remarks"), default=False),
    Column("recorded_at", _("Recorded at"), format="date", ordering="newest", default=False),
)


FLOW_ORDERINGS = (Ordering("newest", _("Newest first"), ("-pk",)),)
