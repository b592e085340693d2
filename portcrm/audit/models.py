from django.db import models


class AuditEvent(models.Model):
    """An intent that changes no row of a tracked model. Holds names, not foreign keys, so it outlives what it tells of."""

    at = models.DateTimeField(auto_now_add=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    record = models.CharField(max_length=60, blank=True)
    record_pk = models.CharField(max_length=40, blank=True)
    record_text = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
