from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Permission, Role

SEE_AUDIT_LOG = "audit.see_audit_log"

PERMISSIONS = (Permission(SEE_AUDIT_LOG, _("Read the audit log"), frozenset({Role.ADMIN, Role.AUDITOR})),)
