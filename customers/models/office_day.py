"""Dates on which the port's offices work otherwise than the week and the public calendar say."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.enums import OfficeDayKind
from customers.querysets.office import OfficeDayQuerySet
from portcrm.audit.history import tracked
from portcrm.choices import known

WITH_HOURS = Q(kind=OfficeDayKind.HOURS)


@tracked()
class OfficeDay(models.Model):
    """A holiday, a weekend day worked in exchange for one, or a day with hours of its own: `hours` reads "09:00-12:00 13:00-15:00"."""

    day = models.DateField(_("Date"), unique=True, error_messages={"unique": _("This date is in the calendar already.")})
    kind = models.CharField(pgettext_lazy("office day", "Offices"), max_length=6, choices=OfficeDayKind)
    hours = models.CharField(_("Office hours"), max_length=60, blank=True)
    reason = models.CharField(pgettext_lazy("office day", "Occasion"), max_length=100, blank=True)

    objects = OfficeDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("Date in the office calendar")
        ordering = ("day",)
        constraints = [
            *known("office_day", kind=OfficeDayKind),
            models.CheckConstraint(
                condition=(WITH_HOURS & ~Q(hours="")) | (~WITH_HOURS & Q(hours="")),
                name="office_hours_stand_where_they_differ",
                violation_error_message=_("A day with hours of its own says which; other days have none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"

    @property
    def label(self) -> str:
        return str(self)
