"""The place of the audit log in the sidebar."""

from django.utils.translation import gettext_lazy as _

from portcrm.audit.permissions import SEE_AUDIT_LOG
from portcrm.pages.registry import NavItem, register_nav

register_nav(NavItem("settings", "audit", _("Audit log"), "audit:log", "clipboard-list", order=90, permission=SEE_AUDIT_LOG))
