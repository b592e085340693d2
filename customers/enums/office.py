"""What the port says of a single date."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OfficeDayKind(models.TextChoices):
    CLOSED = "closed", pgettext_lazy("office day", "Closed")
    USUAL = "usual", _("Worked, usual hours")
    HOURS = "hours", _("Other hours")
