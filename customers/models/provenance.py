"""Where a group of facts comes from and how fresh it is."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

PROVENANCE_FIELDS = ("channel", "source_reference", "recorded_by", "recorded_on", "verified_by", "verified_on")


class Provenance(models.Model):
    """Channel, evidence, who last recorded it when, who last confirmed it when. `version` counts the edits of the group.

    Whoever edits stands for the facts from then on, so `recorded_by` and `recorded_on` are of the last edit; who wrote them down
    before is in the history. The evidence stays until an editor names another.
    """

    channel = models.ForeignKey(
        "customers.Channel", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Information channel")
    )
    source_reference = models.CharField(_("Source reference"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_on = models.DateField(_("Recorded on"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Verified by")
    )
    verified_on = models.DateField(_("Verified on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def confirmed_on(self) -> dt.date:
        """The day these facts were last known to be true."""
        return self.verified_on or self.recorded_on

    @property
    def changed_since_verified(self) -> bool:
        """Written anew on a later day than it was confirmed: what stands here now nobody has confirmed."""
        return self.verified_on is not None and self.verified_on < self.recorded_on


def verified_by_somebody(model: str) -> models.CheckConstraint:
    """Who and when of a confirmation stand together."""
    return models.CheckConstraint(
        condition=Q(verified_on=None, verified_by=None) | Q(verified_on__isnull=False, verified_by__isnull=False),
        name=f"{model}_is_verified_by_somebody_on_a_day",
    )


def money_field(label, **options) -> models.DecimalField:
    """An amount in the accounting currency."""
    return models.DecimalField(label, max_digits=18, decimal_places=2, null=True, blank=True, **options)
