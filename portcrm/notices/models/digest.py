import datetime as dt

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portcrm.audit.history import tracked
from portcrm.choices import known
from portcrm.notices.enums import WEEKEND, Rhythm, Weekday
from portcrm.notices.querysets import DigestQuerySet

DAY = dt.timedelta(days=1)


@tracked(exclude=("sent_for", "covered_until"))
class Digest(models.Model):
    """When somebody wants their unread notifications by mail, and which period the last mail was for.

    Hours and days are those of the person's own clock.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digest", verbose_name=_("Person"))
    rhythm = models.CharField(_("Notifications by mail"), max_length=10, choices=Rhythm, default=Rhythm.OFF)
    hour = models.PositiveSmallIntegerField(_("At what hour"), default=8, validators=[MaxValueValidator(23)])
    weekday = models.PositiveSmallIntegerField(_("On which day of the week"), choices=Weekday, default=Weekday.MONDAY)
    quiet_weekends = models.BooleanField(_("No mail on Saturdays and Sundays"), default=True)
    sent_for = models.DateField(null=True, editable=False)  # the day of the last mail, sent or not needed
    covered_until = models.DateTimeField(null=True, editable=False)  # what was told up to here has had its mail

    objects = DigestQuerySet.as_manager()

    class Meta:
        constraints = [
            *known("digest", rhythm=Rhythm, weekday=Weekday),
            models.CheckConstraint(condition=Q(hour__lte=23), name="a_digest_goes_out_at_an_hour_of_the_day"),
            models.CheckConstraint(
                condition=~Q(rhythm=Rhythm.WEEKLY, quiet_weekends=True, weekday__in=sorted(WEEKEND)),
                name="a_weekly_digest_has_a_day_it_may_go_on",
            ),
        ]

    def __str__(self) -> str:
        return self.get_rhythm_display()

    def last_due(self, local: dt.datetime) -> dt.date:
        """The latest day whose mail was due by this moment of the person's clock."""
        day = local.date() if local.hour >= self.hour else local.date() - DAY
        while not self._goes_on(day):
            day -= DAY
        return day

    def is_due(self, local: dt.datetime) -> bool:
        """A mail that a standing worker has missed goes later, but never into a quiet weekend."""
        if self.rhythm == Rhythm.OFF or self.quiet_weekends and local.weekday() in WEEKEND:
            return False
        return self.sent_for is None or self.last_due(local) > self.sent_for

    def _goes_on(self, day: dt.date) -> bool:
        if self.rhythm == Rhythm.WEEKLY:
            return day.weekday() == self.weekday
        return not (self.quiet_weekends and day.weekday() in WEEKEND)
