import json
import logging

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from portcrm.audit.channel import Channel
from portcrm.audit.events import event_kind
from portcrm.audit.querysets import AuditEventQuerySet
from portcrm.clock import port_zone

logger = logging.getLogger(__name__)


class AuditEvent(models.Model):
    """An intent that changes no row of a tracked model: a log-in, an export, a look at personal data, a sending.

    Holds names and keys, no foreign keys, so it outlives what it tells of. A trigger refuses changes and deletions.
    """

    at = models.DateTimeField(_("When"), auto_now_add=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("Who"), max_length=200)
    action = models.CharField(_("What"), max_length=60)
    channel = models.CharField(_("By way of"), max_length=20, choices=Channel.choices)
    record = models.CharField(max_length=60, blank=True)
    record_pk = models.CharField(max_length=40, blank=True)
    record_text = models.CharField(_("Record"), max_length=300, blank=True)
    detail = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("Audit event")
        verbose_name_plural = _("Audit log")
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="channel_of_an_audit_event_is_known"),
        ]
        indexes = [
            models.Index(fields=("-at", "-id"), name="audit_event_newest_first"),
            models.Index(fields=("record", "record_pk", "-at"), name="audit_event_by_record"),
            models.Index(fields=("actor_id", "-at"), name="audit_event_by_actor"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.at.astimezone(port_zone()):%Y-%m-%d %H:%M} {self.actor_name}: {self.label}"

    @property
    def label(self) -> str:
        return str(event_kind(self.action).label)

    @property
    def sentence(self) -> str:
        """The detail in words. What cannot be told stands as it is stored: the log keeps everything and can be mended by nobody, so
        one odd value would close every page and every file of a person it stands on, for ever."""
        try:
            return str(event_kind(self.action).present(self.detail))
        except Exception:  # presenters of all apps, over what any earlier version stored
            logger.exception("audit.untold: %s", self.pk)
            return json.dumps(self.detail, ensure_ascii=False)
