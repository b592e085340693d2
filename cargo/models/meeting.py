"""The monthly cargo-source meeting: what it was about to decide, and what it decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cargo.querysets import CargoMeetingQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked

MOST_SIGNS, MOST_LINES = 400, 8  # of each text: the sheet is one page


@tracked()
class CargoMeeting(models.Model):
    """`month` is the month the meeting looks back on, by its first day."""

    month = models.DateField(_("Month looked back on"), unique=True)
    to_decide = models.TextField(_("What to decide"), blank=True, max_length=MOST_SIGNS)
    decided = models.TextField(_("What was decided"), blank=True, max_length=MOST_SIGNS)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Last changed by"))
    changed_at = models.DateTimeField(_("Last changed at"))

    objects = CargoMeetingQuerySet.as_manager()

    class Meta:
        ordering = ("-month",)
        constraints = [models.CheckConstraint(name="meeting_month_is_the_first_day", condition=Q(month__day=1))]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return record_url("cargo:meeting", f"{self.month:%Y-%m}")
