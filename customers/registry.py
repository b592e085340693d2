"""What customer files add to the frame: events, tabs, panels, search, imports, seeds."""

from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import register_event

register_event("contact.read_profile", _("Read the profile of a person in charge"))
