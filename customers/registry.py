"""What customer files add to the frame: events, tabs, panels, search, imports, seeds."""

from django.utils.translation import gettext_lazy as _

from customers.demo import seed_customers
from customers.imports.customers import CustomerImporter
from customers.samples import sample_customers
from portcrm.audit.events import register_event
from portcrm.exchange.importing import register_importer
from portcrm.pages.registry import DemoSeed, SampleStep, register_demo_seed, register_sample_step

register_event("contact.read_profile", _("Read the profile of a person in charge"))

register_importer(CustomerImporter())
register_demo_seed(DemoSeed("customers", 10, seed_customers))
register_sample_step(SampleStep("customers", 10, sample_customers))
