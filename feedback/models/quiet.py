from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from feedback.querysets import QuietPeriodQuerySet
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName

LONGEST_QUIET_PERIOD = 180  # days


@tracked()
class QuietPeriod(BilingualName):
    """Days on which no mail of a wave goes out, both ends included: the weeks around a festival, a strike, a mourning."""

    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("Last day"))

    objects = QuietPeriodQuerySet.as_manager()

    class Meta:
        ordering = ("first_day", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="quiet_period_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(name_zh="", name_en=""), name="quiet_period_has_a_name"),
        ]
