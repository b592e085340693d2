"""What customer files add to the frame: events, tabs, panels, search, imports, seeds."""

from django.utils.translation import gettext_lazy as _

from customers.imports.customers import CustomerImporter
from portcrm.audit.events import register_event
from portcrm.exchange.importing import register_importer

register_event("contact.read_profile", _("Read the profile of a person in charge"))

register_importer(CustomerImporter())
