"""What cargo adds to the frame: audit events, pages, imports, tabs, panels, seeds."""

from django.utils.translation import gettext_lazy as _

from cargo.demo import seed_cargo
from cargo.imports import ShipmentImporter
from cargo.samples import sample_ledger
from portcrm.audit.events import register_event
from portcrm.exchange.importing import register_importer
from portcrm.pages.registry import DemoSeed, SampleStep, register_demo_seed, register_sample_step

register_event("cargo.rebuild_rollups", _("Monthly cargo sums rebuilt"))
register_event("shipment.correct", _("Line of handled cargo corrected"))
register_importer(ShipmentImporter())
register_demo_seed(DemoSeed("cargo", 20, seed_cargo))
register_sample_step(SampleStep("cargo", 20, sample_ledger))
