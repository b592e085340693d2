from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Language(models.TextChoices):
    """Named in their own language, so that a reader finds the one they know."""

    CHINESE = "zh-hans", "中文"
    ENGLISH = "en", "English"
