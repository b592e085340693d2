"""What cargo adds to the frame: audit events, pages, imports, tabs, panels, seeds."""

from django.utils.translation import gettext_lazy as _

from cargo.imports import ShipmentImporter
from portcrm.audit.events import register_event
from portcrm.exchange.importing import register_importer

register_event("cargo.rebuild_rollups", _("Monthly cargo sums rebuilt"))
register_event("shipment.correct", _("Line of handled cargo corrected"))
register_importer(ShipmentImporter())
