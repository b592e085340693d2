from django.db import models
from django.db.models import Q

from feedback.models.invitation import Invitation
from portcrm.outbox.models import OutgoingEmail


class Reminder(models.Model):
    """The first or second time somebody who has not answered is reminded of their invitation."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    mail = models.OneToOneField(OutgoingEmail, models.SET_NULL, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("invitation", "number")
        constraints = [
            models.UniqueConstraint(fields=("invitation", "number"), name="invitation_is_reminded_once_a_number"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=2), name="invitation_is_reminded_twice_at_most"),
        ]
