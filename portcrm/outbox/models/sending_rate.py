from django.db import models
from django.utils import timezone


class SendingRate(models.Model):
    """How fast mails go to one domain: a bucket of tokens, and the rate it asked for when it said that we are too fast."""

    domain = models.CharField(max_length=254, unique=True)
    per_minute = models.FloatField(null=True, blank=True)  # None: as the settings say
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(per_minute=None) | models.Q(per_minute__gte=1), name="mail_to_a_domain_goes_once_a_minute_at_least"
            ),
        )

    def __str__(self) -> str:
        return self.domain
