"""Closed lists of who cares for a customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CareChangeKind(models.TextChoices):
    """How a customer came into somebody's care or out of it."""

    ASSIGNED = "assigned", _("Assigned")
    HANDED_OVER = "handed_over", _("Handed over")
    PICKED = "picked", _("Picked from the pool")
    RETURNED = "returned", _("Returned to the pool")
    RECYCLED = "recycled", _("Fell back into the pool")


class TeamFunction(models.TextChoices):
    """What somebody does for a customer beside its account manager."""

    MARKETING = "marketing", pgettext_lazy("team", "Marketing")
    OPERATIONS = "operations", pgettext_lazy("team", "Operations")
    SERVICE = "service", pgettext_lazy("team", "Customer service")
    FINANCE = "finance", pgettext_lazy("team", "Settlement")
    DEPUTY = "deputy", pgettext_lazy("team", "Deputy of the account manager")
