from django.db import models

from portcrm.audit.permissions import SEE_AUDIT_LOG


class AuditEventQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AuditEventQuerySet":
        """The log is for those who check, not for those who are checked."""
        return self if user.has_perm(SEE_AUDIT_LOG) else self.none()

    def about(self, record: str, pk) -> "AuditEventQuerySet":
        """What was done to one record, e.g. about("customers.customer", 7)."""
        return self.filter(record=record, record_pk=str(pk))
