"""The place of the audit log in the sidebar, and what it holds about persons."""

from django.utils.translation import gettext_lazy as _

from portcrm.audit.permissions import SEE_AUDIT_LOG
from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.audit.services.erasing import erase_from_log, events_about
from portcrm.pages.registry import NavItem, register_nav

register_nav(NavItem("settings", "audit", _("Audit log"), "audit:log", "clipboard-list", order=90, permission=SEE_AUDIT_LOG))
register_personal_data(PersonalData("audit", events_about, erase_from_log, order=90))
