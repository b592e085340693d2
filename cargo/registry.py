"""What cargo adds to the frame: audit events, pages, imports, tabs, panels, seeds."""

from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import register_event

register_event("cargo.rebuild_rollups", _("Monthly cargo sums rebuilt"))
register_event("shipment.correct", _("Line of handled cargo corrected"))
