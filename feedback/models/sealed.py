import uuid

from django.db import models

from feedback.models.wave import Wave


class SealedAnswers(models.Model):
    """A sheet of an anonymous wave that waits to be mixed with others: no person, no firm, no way it came, no time.

    The key is drawn by lot, so that the order of the keys is not the order of arrival.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="sealed")
    answers = models.JSONField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.pk)
