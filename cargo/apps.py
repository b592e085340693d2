from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CargoConfig(AppConfig):
    name = "cargo"
    verbose_name = _("Cargo")
