from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PrintState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", pgettext_lazy("printed form", "Expired")


class PaperLanguage(models.TextChoices):
    """Of the form, which may be another one than its reader's."""

    CHINESE = "zh-hans", _("Chinese")
    ENGLISH = "en", _("English")
