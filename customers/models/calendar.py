from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.querysets import CalendarFeedQuerySet
from portcrm.audit.history import tracked
from portcrm.clock import port_date


@tracked(exclude=("digest", "last_read_at"))
class CalendarFeed(models.Model):
    """The secret address by which somebody's calendar program reads their follow-ups and planned visits.

    Only its digest is stored: the address itself is shown once, when it is made. A new one ends the old one.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name=_("Person"))
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    made_at = models.DateTimeField(_("Made"))
    last_read_at = models.DateTimeField(_("Last used"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Calendar address")

    def __str__(self) -> str:
        return f"{port_date(self.made_at):%Y-%m-%d}"
