from django.db import models
from django.utils import timezone


class OutboxControl(models.Model):
    """The one row that lets mail out: whose outbox this is, whether it was stopped, by a person or by itself, how fast it may go."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    instance_id = models.CharField(max_length=64, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)  # a worker met another instance's id
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.CharField(max_length=200, blank=True)
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(default=timezone.now)
    slowed_to = models.FloatField(null=True, blank=True)  # mails a minute; None: as the settings say
    errors_in_a_row = models.PositiveIntegerField(default=0)  # refusals that concern us, not one recipient
    journal_id = models.CharField(max_length=32, blank=True)  # names the send journal of this database
    journal_number = models.BigIntegerField(default=0)  # up to which a person has taken the journal over
    behind_at = models.DateTimeField(null=True, blank=True)  # the journal knew more than the database
    stopped_at = models.DateTimeField(null=True, blank=True)  # by itself, after too many of them
    stopped_reason = models.JSONField(default=dict, blank=True)  # a sentence per language, see portcrm.bilingual.both
    stopped_answer = models.CharField(max_length=500, blank=True)  # of the mail server
    probe_at = models.DateTimeField(null=True, blank=True)  # when one mail may try again

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="outbox_control_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(stopped_at=None, probe_at=None) | models.Q(stopped_at__isnull=False, probe_at__isnull=False),
                name="outbox_that_stopped_knows_when_it_tries_again",
            ),
        )
