from django.db import models
from django.utils import timezone


class OutboxControl(models.Model):
    """The one row that lets mail out: whose outbox this is, whether a person stopped it, how fast it may go."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    instance_id = models.CharField(max_length=64, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)  # a worker met another instance's id
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.CharField(max_length=200, blank=True)
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="outbox_control_is_one_row"),)
